"""What somebody asks for is done whole: a run that is asked for meanwhile begins after it.

The framework looks for another run to begin at every touch of the session's state, in callbacks too, and then leaves the
callback where it stands. A grid tells its own state a few milliseconds after a press elsewhere: the press did nothing.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

from streamlit.runtime.state.safe_session_state import SafeSessionState


def install() -> None:
    """From now on no callback of any session is left halfway; calling it again changes nothing."""
    interrupted = SafeSessionState.on_script_will_rerun
    if getattr(interrupted, "whole", False):
        return

    @wraps(interrupted)
    def whole(state: SafeSessionState, *args: Any, **options: Any) -> None:
        runner: Any = getattr(state._yield_callback, "__self__")  # noqa: B009 - the script's runner, whose method it is
        executing, runner._execing = runner._execing, False
        try:
            interrupted(state, *args, **options)
        finally:
            runner._execing = executing

    whole.whole = True  # type: ignore[attr-defined]
    SafeSessionState.on_script_will_rerun = whole  # type: ignore[method-assign, assignment]
