"""Files to take away: made when somebody clicks, and only while they still may have them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest
from streamlit.proto.ForwardMsg_pb2 import BackendOperationResponse, DeferredFileResponsePayload
from streamlit.runtime import app_session
from streamlit.runtime.backend_operation_handler import DeferredFileHandler
from streamlit.runtime.media_file_storage import MediaFileStorageError

from orchflow.errors import OrchflowError
from orchflow.ui.states import logged

_STANDING = "orchflow.standing"


def allow(confirm: Callable[[], None]) -> None:
    """Downloads drawn in this tab from now on call `confirm` in the click; it raises when the person may no longer."""
    st.session_state[_STANDING] = confirm


def download_button(
    label: str, data: Callable[[], bytes], *, file_name: str, mime: str, key: str, icon: str = ":material/download:",
    **look: Any,
) -> None:  # fmt: skip
    """`st.download_button` for what `data` returns; it is called in the click, not in the page."""
    confirm: Callable[[], None] = st.session_state[_STANDING]

    def made() -> bytes:
        confirm()
        return data()

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
            return BackendOperationResponse(
                request_id=request.request_id, error_msg=_why(error.__cause__ or error)
            )
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
