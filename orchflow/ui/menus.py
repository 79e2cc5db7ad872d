"""Menus: what is behind a button is drawn when it is open, and an act behind it closes it.

That holds for every button of `orchflow.ui.acts` once its act is stored, and for `closing_button`; where the act is
refused the menu stays, with what was written in it. A file to take away closes it in the browser (`shell.js`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import streamlit as st

_ACTED = "orchflow.menus"
_LABELS = "orchflow.menu-labels"
_within: ContextVar[str] = ContextVar("menu", default="")


@contextmanager
def menu(label: str, *, key: str, **look: Any) -> Iterator[bool]:
    """`st.popover`; hands over whether it is open, so that what is behind it is drawn only then.

    While it is open it keeps the label that it was opened with: with another one it is another menu, which is closed.
    """
    acted: Callable[[], bool] | None = st.session_state.get(_ACTED, {}).pop(key, None)
    if acted is not None and acted():
        st.session_state[key] = False
    labels: dict[str, str] = st.session_state.setdefault(_LABELS, {})
    label = labels[key] = labels.get(key, label) if st.session_state.get(key) else label
    behind = st.popover(label, key=key, on_change="rerun", **look)
    outside = _within.set(key)
    try:
        with behind:
            yield bool(behind.open)
    finally:
        _within.reset(outside)


def current() -> str:
    """The key of the menu in which is being drawn; "" outside of any."""
    return _within.get()


def close_if(key: str, acted: Callable[[], bool]) -> None:
    """Close the menu when it is drawn next, if `acted` says so then."""
    if key:
        st.session_state.setdefault(_ACTED, {})[key] = acted


def closing_button(
    label: str, *, key: str, on_click: Callable[..., object], args: Sequence[Any] = (), **look: Any
) -> None:  # fmt: skip
    """`st.button` for what stores nothing; it closes its menu."""
    st.button(label, key=key, on_click=_clicked, args=(current(), on_click, args), **look)


def staying_button(label: str, **look: Any) -> bool:
    """`st.button` for a step that goes on in its menu."""
    return st.button(label, **look)


def _clicked(key: str, on_click: Callable[..., object], args: Sequence[Any]) -> None:
    on_click(*args)
    close_if(key, lambda: True)
