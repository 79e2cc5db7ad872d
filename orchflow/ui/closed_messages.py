"""What a page may ask over its websocket: what pages of ours ask, and nothing else. Strangers have a websocket, too.

The framework would clear the caches of everybody, look into the repository that the program lies in, write files for
programmers' assistants or follow changes of its files, for whoever asks.
"""

from __future__ import annotations

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime.app_session import AppSession

from orchflow.ui import downloads
from orchflow.web import message_sizes

OPEN = frozenset(
    {"rerun_script", "stop_script", "app_heartbeat", "file_urls_request", "backend_operation_request"}
)
OPEN_OPERATIONS = frozenset({"deferred_file", "dataframe_chunk"})
_handle = AppSession.handle_backmsg


def close_messages() -> None:
    """Sessions pass over every other message from now on; where somebody is signed in, messages may be long."""
    AppSession.handle_backmsg = _handle_open  # type: ignore[assignment, method-assign]


def _handle_open(session: AppSession, message: BackMsg) -> None:
    if downloads.standing(session.session_state) is not None:
        message_sizes.signed_in()
    if _is_open(message):
        _handle(session, message)


def _is_open(message: BackMsg) -> bool:
    kind = message.WhichOneof("type")
    if kind == "backend_operation_request":
        return message.backend_operation_request.WhichOneof("payload") in OPEN_OPERATIONS
    return kind in OPEN
