"""A popover whose content is drawn when somebody opens it."""

from __future__ import annotations

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def late_popover(label: str, *, key: str, height: int, **look: Any) -> DeltaGenerator | None:
    """Where to draw the content of the popover; None while it is closed.

    `height` (pixels) is kept free from the start: the browser places a popover once, and one that grows afterwards would
    hang over the lower edge of the window, out of reach.
    """
    popover = st.popover(label, type="tertiary", key=key, on_change="rerun", **look)
    body = popover.container(height=height, border=False)
    return body if popover.open else None
