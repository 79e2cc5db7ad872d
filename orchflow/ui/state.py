"""What a screen keeps for the person at the browser: each value declared once, with its type, under the screen's name.

Streamlit has one dictionary for all screens, and what stands in the address stays in it from screen to screen. So no screen
touches it by a name of its own making: two screens that both know a *project* keep two values, and a value of another type
(from an old link, or an older version) reads as the default.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Generic, TypeVar, cast

import streamlit as st

T = TypeVar("T")


class Key(Generic[T]):
    """One value of one screen. `name` is the key of the widget that edits it, and its name in the address."""

    def __init__(self, name: str, default: T, valid: Callable[[Any], bool]) -> None:
        self.name = name
        self.default = default
        self._valid = valid

    def get(self) -> T:
        """The value kept, or the default."""
        value: Any = st.session_state.get(self.name)
        return cast(T, value) if self._valid(value) else self.default

    def kept(self) -> bool:
        """Whether anything is kept."""
        return self.name in st.session_state

    def chosen(self) -> bool:
        """Whether the reader has chosen something: a widget that is behind a menu has to be drawn then."""
        return self.name in st.query_params or self.get() != self.default

    def set(self, value: T) -> None:
        """Keep `value`; a widget of this key shows it from the next run on."""
        st.session_state[self.name] = value

    def clear(self) -> None:
        """Keep nothing."""
        st.session_state.pop(self.name, None)

    def take(self) -> T:
        """The value kept, which is then forgotten."""
        value = self.get()
        self.clear()
        return value

    def of(self, *parts: object) -> Key[T]:
        """The same kind of value for one thing: a row, or an attempt."""
        return Key("-".join(map(str, (self.name, *parts))), self.default, self._valid)


class Keys:
    """Declares the values of the screen of that name; "" is for what all screens with the same filters share."""

    def __init__(self, screen: str) -> None:
        self.screen = screen

    def name(self, field: str) -> str:
        """What a value of that field is called."""
        return f"{self.screen}.{field}" if self.screen else field

    def values(self, fields: Collection[str]) -> dict[str, Any]:
        """What is kept of these fields."""
        return {
            field: st.session_state[self.name(field)]
            for field in fields
            if self.name(field) in st.session_state
        }

    def replace(self, fields: Collection[str], values: Mapping[str, Any]) -> None:
        """Keep `values` of these fields, and nothing of those it does not name."""
        for field in fields:
            if field in values:
                st.session_state[self.name(field)] = values[field]
            else:
                st.session_state.pop(self.name(field), None)

    def forget(self, start: str) -> None:
        """Keep nothing of the fields whose names begin so."""
        for name in [str(name) for name in st.session_state if str(name).startswith(self.name(start))]:
            del st.session_state[name]

    def text(self, field: str, default: str = "") -> Key[str]:
        """A text."""
        return Key(self.name(field), default, lambda value: isinstance(value, str))

    def choice(self, field: str, options: Collection[T], default: T) -> Key[T]:
        """One of `options`, which do not change."""
        return Key(self.name(field), default, lambda value: value is not None and value in options)

    def number(self, field: str) -> Key[int | None]:
        """A whole number, or none: a row's id for example."""
        return Key(self.name(field), None, _whole)

    def count(self, field: str, default: int = 0) -> Key[int]:
        """A whole number that begins somewhere: an attempt, or a page."""
        return Key(self.name(field), default, _whole)

    def flag(self, field: str) -> Key[bool]:
        """Yes or no."""
        return Key(self.name(field), False, lambda value: isinstance(value, bool))

    def texts(self, field: str) -> Key[list[str]]:
        """Several texts: what a field is narrowed to."""
        return Key(self.name(field), [], _texts)

    def thing(self, field: str, kind: type[T]) -> Key[T | None]:
        """An object of `kind`, or none."""
        return Key(self.name(field), None, lambda value: isinstance(value, kind))


class InAddress:
    """A text that is kept in the page's address alone, as in `/plan?task=12`; it goes when the screen is left."""

    def __init__(self, name: str) -> None:
        self.name = name

    def get(self) -> str:
        """The text, "" when the address has none."""
        return str(st.query_params.get(self.name, ""))

    def set(self, value: object) -> None:
        """Write it into the address."""
        st.query_params[self.name] = str(value)

    def clear(self) -> None:
        """Take it out of the address."""
        st.query_params.pop(self.name, None)

    def address(self, value: str | None) -> dict[str, list[str]]:
        """Everything the address holds, with `value` for this one (None: without it); what a link takes."""
        now = {name: st.query_params.get_all(name) for name in st.query_params if name != self.name}
        return now if value is None else now | {self.name: [value]}


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(part, str) for part in value)
