"""The head of every screen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal, TypeVar
from zoneinfo import ZoneInfo

import streamlit as st

from orchflow.format import moment, plain
from orchflow.ui.states import boundary

__all__ = ["boundary", "heading", "page"]

T = TypeVar("T")
HALF = 420
"""The least width, in pixels, of two cards that stand side by side; on less, one stands above the other."""


def page(
    title: str, subtitle: str = "", as_of: datetime | None = None, computed_at: datetime | None = None, *,
    zone: ZoneInfo | None = None, actions: Callable[[], T] | None = None,
) -> T | None:  # fmt: skip
    """The heading, one line under it (what the screen is for, how fresh its data is), and `actions` to the right.

    `as_of` is the newest fact in the data, `computed_at` when the figures were made; both are shown in `zone`.
    Returns what `actions` does.
    """
    zone = zone or ZoneInfo("UTC")
    parts = [plain(subtitle)] if subtitle else []
    if as_of is not None:
        parts.append(f"data as of {plain(moment(as_of, zone))}")
    if computed_at is not None:
        parts.append(f"computed {plain(moment(computed_at, zone))}")
    caption = " · ".join(parts)
    if actions is None:
        heading(title, caption, level=1)
        return None
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        heading(title, caption, level=1)
        with st.container(horizontal=True, width="content", vertical_alignment="bottom"):
            return actions()


def heading(
    title: str, caption: str = "", *, level: int = 2, width: Literal["stretch", "content"] = "stretch"
) -> None:
    """A heading and the line under it as one element: each element costs a message and time in the browser.

    `caption` is Markdown of one line, `title` plain text.
    """
    under = f"\n\n:small[:gray[{caption}]]" if caption else ""
    st.markdown(f"{'#' * level} {plain(title)}{under}", anchors=False, width=width)


def on_a_phone() -> bool:
    """Whether the reader's browser says that it is on a phone: there is room for one thing at a time."""
    return "Mobi" in (st.context.headers.get("User-Agent") or "")
