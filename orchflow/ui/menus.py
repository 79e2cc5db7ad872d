"""Menus: what is behind a button is drawn when it is open, and an act behind it closes it."""

from __future__ import annotations

from typing import Any

import streamlit as st
from streamlit.elements.lib.mutable_popover_container import PopoverContainer


def menu(label: str, *, key: str, **look: Any) -> PopoverContainer:
    """`st.popover`, whose `open` says whether what is behind it is to be drawn."""
    if st.session_state.pop(_closing(key), False):
        st.session_state[key] = False
    return st.popover(label, key=key, on_change="rerun", **look)


def close(key: str) -> None:
    """Close the menu in the next run."""
    st.session_state[_closing(key)] = True


def _closing(key: str) -> str:
    return f"{key}-closing"
