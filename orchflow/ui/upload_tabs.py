"""The tabs of the framework, as the gate for files knows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from orchflow.ui import downloads


class FrameworkTabs:
    """Reads who is at a tab and what is kept for it; the framework has no public way to either."""

    def standing(self, tab: str) -> Callable[[], None] | None:
        """What raises when the person in that tab may do nothing any more; None where nobody is signed in."""
        info = _runtime()._session_mgr.get_session_info(tab)
        return downloads.standing(info.session.session_state) if info else None

    def files(self) -> dict[str, dict[str, int]]:
        """The size of every kept file, by tab and file."""
        kept = dict(_runtime().uploaded_file_mgr.file_storage)
        return {
            tab: {file: len(record.data) for file, record in files.copy().items()}
            for tab, files in kept.items()
        }

    def remove(self, tab: str, file: str) -> None:
        """Let a file go."""
        _runtime().uploaded_file_mgr.remove_file(tab, file)


def _runtime() -> Any:
    from streamlit import runtime

    return runtime.get_instance()
