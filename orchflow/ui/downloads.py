"""Files to take away: made when somebody clicks, and only while they still may have them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

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
