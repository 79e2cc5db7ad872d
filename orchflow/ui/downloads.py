"""Files to take away: made when somebody clicks, and only while they still may have them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest
from streamlit.proto.ForwardMsg_pb2 import BackendOperationResponse, DeferredFileResponsePayload
from streamlit.runtime import app_session
from streamlit.runtime.backend_operation_handler import DeferredFileHandler
from streamlit.runtime.media_file_storage import MediaFileStorageError

from orchflow.disk import takeaway
from orchflow.errors import OrchflowError
from orchflow.ui.states import logged

_STANDING = "orchflow.standing"


class _OnDisk(Exception):
    """A file that is not handed to the framework, which would hold it in memory: it has an address of its own."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


def allow(confirm: Callable[[], None]) -> None:
    """Downloads drawn in this tab from now on call `confirm` in the click; it raises when the person may no longer."""
    st.session_state[_STANDING] = confirm


def standing(state: Any) -> Callable[[], None] | None:
    """The `confirm` of the tab whose session state this is; None where nobody is signed in."""
    try:
        confirm: Callable[[], None] = state[_STANDING]
    except (KeyError, RuntimeError):  # the script may be changing it
        return None
    return confirm


def download_button(
    label: str, data: Callable[[], bytes | Path], *, file_name: str, mime: str, key: str, icon: str = ":material/download:",
    **look: Any,
) -> None:  # fmt: skip
    """`st.download_button` for what `data` returns, a file's bytes or where it lies; it is called in the click, not in the page."""
    confirm: Callable[[], None] = st.session_state[_STANDING]

    def made() -> bytes:
        confirm()
        file = data()
        if isinstance(file, bytes):
            return file
        if app_session.DeferredFileHandler is not TellingHandler:  # type: ignore[attr-defined]
            return file.read_bytes()  # not our server: nothing leads to a file on the disk
        raise _OnDisk(takeaway.offer(file, file_name, mime, confirm))

    st.download_button(
        label, data=made, file_name=file_name, mime=mime, key=key, icon=icon, on_click="ignore", **look
    )


class TellingHandler(DeferredFileHandler):
    """Makes the file as the framework's own does; where it is refused, the button says why and what to do."""

    async def handle(self, request: BackendOperationRequest, session_id: str) -> BackendOperationResponse:
        """The address of the file, or why there is none."""
        try:
            url = await asyncio.to_thread(
                self._get_media_file_mgr().execute_deferred, request.deferred_file.file_id
            )
        except MediaFileStorageError as error:
            if not isinstance(error.__cause__, _OnDisk):
                return BackendOperationResponse(
                    request_id=request.request_id, error_msg=_why(error.__cause__ or error)
                )
            url = error.__cause__.address
        return BackendOperationResponse(
            request_id=request.request_id, deferred_file=DeferredFileResponsePayload(url=url)
        )


def tell_refusals() -> None:
    """Sessions that begin from now on say why a file was refused."""
    app_session.DeferredFileHandler = TellingHandler  # type: ignore[attr-defined]


def _why(error: BaseException) -> str:
    if isinstance(error, OrchflowError):
        return f"{error}. {error.hint}".removesuffix(" ")
    return f"The file could not be made. Try again, or tell your administrator the number {logged(error)}."
