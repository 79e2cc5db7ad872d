"""Controls with which the reader chooses one of a few things; what is chosen stands in the address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import streamlit as st

from orchflow.ui.state import Key

T = TypeVar("T")
LABELLED = {"label_visibility": "visible"}
"""For a control whose label is not told by what stands around it."""


def segments(
    label: str, names: Mapping[T, str], key: Key[T], default: T | None = None, *, drawn: bool = True, **look: Any
) -> T:  # fmt: skip
    """Buttons side by side, of which one is always pressed. `names`: value → what is written on its button."""
    default = key.default if default is None else default
    if not (drawn or key.chosen()):
        return default
    chosen: T | None = st.segmented_control(
        label, list(names), default=default, required=True, format_func=names.__getitem__, key=key.name,
        bind="query-params", **{"label_visibility": "collapsed", "width": room(names.values()), **look},
    )  # fmt: skip
    return default if chosen is None else chosen


def switch(label: str, key: Key[bool], help: str | None = None) -> bool:
    """On or off."""
    width = 38 + round(6.6 * len(label)) + (22 if help else 0)
    return st.toggle(label, key=key.name, bind="query-params", help=help, width=width)


def room(words: Iterable[str]) -> int:
    """The pixels that buttons with these words take side by side: kept free until they are drawn, so nothing moves."""
    return sum(27 + 7 * len(word) for word in words)


def select(label: str, names: Mapping[T, str], key: Key[Any], *, drawn: bool = True, **look: Any) -> T | None:
    """A list to choose from: the first of `names` unless told otherwise; with `index=None` none.

    Behind a menu that is not open (`drawn` False) it is drawn only where something is chosen.
    """
    if not (drawn or key.chosen()):
        return None
    chosen: T | None = st.selectbox(
        label, list(names), format_func=names.__getitem__, key=key.name, bind="query-params",
        **{"label_visibility": "collapsed", **look},
    )  # fmt: skip
    return chosen
