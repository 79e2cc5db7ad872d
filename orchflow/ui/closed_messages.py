"""What a page may ask over its websocket, less what no page of ours asks: strangers have a websocket, too.

The framework clears the caches of everybody, looks into the repository that the program lies in, or follows changes of its
files, for whoever asks.
"""

from __future__ import annotations

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime.app_session import AppSession

CLOSED = frozenset({"clear_cache", "load_git_info", "set_run_on_save"})
_handle = AppSession.handle_backmsg


def close_messages() -> None:
    """Sessions pass over such messages from now on."""
    AppSession.handle_backmsg = _handle_open  # type: ignore[assignment, method-assign]


def _handle_open(session: AppSession, message: BackMsg) -> None:
    if message.WhichOneof("type") not in CLOSED:
        _handle(session, message)
