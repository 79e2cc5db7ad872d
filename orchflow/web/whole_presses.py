"""What somebody asks for is done whole: a run that is asked for meanwhile begins after it.

The framework looks for another run to begin at every touch of the session's state and with everything it sends, and then
leaves the one at work where it stands: in a callback, or after `if st.button(…)`. A grid tells its own state a few
milliseconds after a press elsewhere: the press did nothing.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.scriptrunner_utils.script_requests import (
    RerunData,
    ScriptRequest,
    ScriptRequests,
    ScriptRequestType,
    _has_active_trigger_value,
)
from streamlit.runtime.scriptrunner_utils.script_run_context import get_script_run_ctx
from streamlit.runtime.state.safe_session_state import SafeSessionState


def install() -> None:
    """From now on no callback, and no run that began with a press, is left for another run; calling it again changes
    nothing. A session that ends is left at once, and so is a run that asks for another by itself (`st.rerun`), as before."""
    if getattr(ScriptRequests.on_scriptrunner_yield, "whole", False):
        return
    callbacks, at_work = SafeSessionState.on_script_will_rerun, ScriptRequests.on_scriptrunner_yield
    asked = ScriptRequests._request_rerun_locked

    @wraps(callbacks)
    def whole_callbacks(state: SafeSessionState, states: WidgetStates | None, **options: Any) -> None:
        requests: Any = getattr(state._yield_callback, "__self__")._requests  # noqa: B009 - its runner's, whose method it is
        requests.whole = True
        callbacks(state, states, **options)
        pressed = states is not None and any(map(_has_active_trigger_value, states.widgets))
        requests.whole = requests.whole and pressed

    @wraps(at_work)
    def whole_run(requests: ScriptRequests) -> ScriptRequest | None:
        if getattr(requests, "whole", False) and requests._state != ScriptRequestType.STOP:
            return None
        return at_work(requests)

    @wraps(asked)
    def asked_by_itself(requests: ScriptRequests, rerun: RerunData) -> bool:
        context = get_script_run_ctx(suppress_warning=True)
        if context is not None and context.script_requests is requests:
            setattr(requests, "whole", False)  # noqa: B010 - it is ours
        return asked(requests, rerun)

    whole_run.whole = True  # type: ignore[attr-defined]
    SafeSessionState.on_script_will_rerun = whole_callbacks  # type: ignore[method-assign, assignment]
    ScriptRequests.on_scriptrunner_yield = whole_run  # type: ignore[method-assign, assignment]
    ScriptRequests._request_rerun_locked = asked_by_itself  # type: ignore[method-assign, assignment]
