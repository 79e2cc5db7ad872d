"""Controls with which the reader chooses one of a few things; what is chosen stands in the address."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

import streamlit as st

from orchflow.ui.address import came_back, check
from orchflow.ui.state import Key

T = TypeVar("T")
LABELLED: dict[str, Any] = {"label_visibility": "visible"}
"""For a control whose label is not told by what stands around it."""


def segments(
    label: str, names: Mapping[T, str], key: Key[T], default: T | None = None, *, drawn: bool = True, **look: Any
) -> T:  # fmt: skip
    """Buttons side by side, of which one is always pressed. `names`: value → what is written on its button."""
    default = key.default if default is None else default
    if not (drawn or key.chosen()):
        return default
    check(key.name, label, names.values())
    chosen: T | None = st.segmented_control(
        label, list(names), default=default, required=True, format_func=names.__getitem__, key=key.name,
        bind="query-params", **{"label_visibility": "collapsed", "width": room(names.values()), **look},
    )  # fmt: skip
    return default if chosen is None else chosen


def switch(label: str, key: Key[bool], help: str | None = None, **look: Any) -> bool:
    """On or off."""
    check(key.name, label, lambda value: value.lower() in ("true", "false"))
    width = 38 + round(6.6 * len(label)) + (22 if help else 0)
    return st.toggle(label, key=key.name, bind="query-params", help=help, **{"width": width, **look})


def room(words: Iterable[str]) -> int:
    """The pixels that buttons with these words take side by side: kept free until they are drawn, so nothing moves."""
    return sum(27 + 7 * len(word) for word in words)


def distinct(names: Mapping[T, str]) -> dict[T, str]:
    """The names to choose from, each another one: a browser sends the name of what was chosen, not its place.

    What is called the same as another stands there with its value: `Sprint 13 (7)`.
    """
    times = Counter(names.values())
    return {value: name if times[name] == 1 else f"{name} ({value})" for value, name in names.items()}


def select(label: str, names: Mapping[T, str], key: Key[Any], *, drawn: bool = True, **look: Any) -> T | None:
    """A list to choose from: the first of `names` unless told otherwise; with `index=None` none.

    Behind a menu that is not open (`drawn` False) it is drawn only where something is chosen.
    """
    if not (drawn or key.chosen()):
        return None
    shown = distinct(names)
    check(key.name, label, shown.values())
    chosen: T | None = st.selectbox(
        label, list(shown), format_func=shown.__getitem__, key=key.name, bind="query-params",
        **{"label_visibility": "collapsed", **look},
    )  # fmt: skip
    return chosen


def several(
    label: str, names: Mapping[T, str], key: Key[list[T]], *, default: Sequence[T] = (), quick: bool = False, **look: Any
) -> list[T]:  # fmt: skip
    """Any of `names`. `quick`: they stand side by side, each a click away; else in a list to pick from."""
    shown = distinct(names)
    check(key.name, label, shown.values())
    bound: dict[str, Any] = {
        "default": list(default) or None, "format_func": shown.__getitem__, "key": key.name, "bind": "query-params", **look,
    }  # fmt: skip
    picked = (
        st.pills(label, list(shown), selection_mode="multi", **bound)
        if quick
        else st.multiselect(label, list(shown), **bound)
    )
    return [value for value in picked if value in shown]


def name_chosen(names: Mapping[str, str], key: Key[str]) -> str:
    """What is written at the value that a `select`, which is drawn later, will have; "" for a value without a name."""
    asked = key.name in st.query_params and (came_back() or not key.kept())
    if asked:
        return next((name for name in names.values() if name == st.query_params[key.name]), "")
    return "" if came_back() else names.get(key.get(), "")


def words(label: str, key: Key[str], **look: Any) -> str:
    """A text to look for, "" for none."""
    written: str | None = st.text_input(
        label, key=key.name, bind="query-params",
        **{"type": "search", "label_visibility": "collapsed", "icon": ":material/search:", **look},
    )  # fmt: skip
    return (written or "").strip()
