"""The head of every screen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from orchflow.ui.format import moment, plain
from orchflow.ui.states import boundary

__all__ = ["boundary", "page"]


def page(
    title: str, subtitle: str = "", as_of: datetime | None = None, computed_at: datetime | None = None, *,
    zone: ZoneInfo | None = None, actions: Callable[[], None] | None = None,
) -> None:  # fmt: skip
    """The heading, one line under it (what the screen is for, how fresh its data is), and `actions` to the right.

    `as_of` is the newest fact in the data, `computed_at` when the figures were made; both are shown in `zone`.
    """
    zone = zone or ZoneInfo("UTC")
    parts = [plain(subtitle)] if subtitle else []
    if as_of is not None:
        parts.append(f"data as of {plain(moment(as_of, zone))}")
    if computed_at is not None:
        parts.append(f"computed {plain(moment(computed_at, zone))}")
    if actions is None:
        _heading(title, parts)
        return
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        with st.container(width="stretch", gap="xsmall"):
            _heading(title, parts)
        with st.container(horizontal=True, width="content", vertical_alignment="bottom"):
            actions()


def _heading(title: str, parts: list[str]) -> None:
    with st.container(gap="xsmall"):
        st.title(plain(title), anchor=False)
        if parts:
            st.caption(" · ".join(parts))
