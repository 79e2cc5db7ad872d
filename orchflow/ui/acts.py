"""Buttons that store something, each act once: a double click, a rerun in flight and a replayed click are one act.

A button gets a key when it is drawn, and another one when it is drawn after something was stored. The key is the
widget's, so a click on a button that was drawn before does nothing, and it is the act's (`orchflow.store.acts`), so a run
that was interrupted after storing finds it done. Who writes on a screen asks `current` for the act; without one of these
functions there is none, and nothing can be stored.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import uuid4

import streamlit as st

from orchflow.store.acts import Act
from orchflow.ui import menus

_DRAWN = "orchflow.acts"
T = TypeVar("T")


@dataclass(eq=False)
class _Drawn:
    """A button as it was drawn, `number` times after something was stored with it before."""

    name: str
    number: int = 0
    key: str = field(default_factory=lambda: uuid4().hex)
    attempts: list[Act] = field(default_factory=list)
    outcomes: list[Any] = field(default_factory=list)
    menu: str = ""
    refused: bool = False

    @property
    def widget(self) -> str:
        return f"{self.name}.{self.number}" if self.number else self.name

    @property
    def stored(self) -> bool:
        return any(act.stored for act in self.attempts)

    def begin(self) -> None:
        """Its act is carried out now, for the first time or again."""
        self.attempts.append(Act(self.key))
        self.refused = False
        menus.close_if(self.menu, lambda: self.stored and not self.refused)
        _current.set(self)


_current: ContextVar[_Drawn | None] = ContextVar("act", default=None)


def current() -> Act:
    """The act that is being carried out on this screen."""
    drawn = _current.get()
    if drawn is None:
        raise RuntimeError("something is to be stored without a key: draw its button with orchflow.ui.acts")
    return drawn.attempts[-1]


def refused() -> None:
    """It is told why the act that is being carried out, if any, was not done."""
    drawn = _current.get()
    if drawn is not None:
        drawn.refused = True


def forget() -> None:
    """Nothing is being carried out: a run of a screen begins."""
    _current.set(None)


def button(
    label: str, *, key: str, on_click: Callable[..., object] | None = None, args: Sequence[Any] = (),
    draw: Callable[..., bool] = st.button, **look: Any,
) -> bool:  # fmt: skip
    """`st.button`, or another that `draw`s, for an act: true when it is pressed, else `on_click` is called with `args`.

    What follows a press must end in a rerun, as that of a dialog does: then the button is drawn anew. In a menu, the menu
    is closed then.
    """
    every: dict[str, _Drawn] = st.session_state.setdefault(_DRAWN, {})
    drawn = every.setdefault(key, _Drawn(key))
    repeated = on_click is None and bool(st.session_state.get(drawn.widget))
    if drawn.stored and not repeated:
        drawn = every[key] = _Drawn(key, drawn.number + 1)
    drawn.menu = menus.current()
    if on_click is not None:
        return draw(label, key=drawn.widget, on_click=_perform, args=(drawn, on_click, args), **look)
    pressed = draw(label, key=drawn.widget, **look)
    if pressed:
        drawn.begin()
    return pressed


def submit(label: str, *, key: str, **look: Any) -> bool:
    """`button` for a form."""
    return button(label, key=key, draw=st.form_submit_button, **look)


def each(perform: Callable[..., T]) -> Callable[..., T]:
    """`perform` where every call is an act of its own: an event that a part of the screen sends once, or a dry run."""

    def act(*args: Any, **options: Any) -> T:
        _Drawn("event").begin()
        return perform(*args, **options)

    return act


def once(perform: Callable[[], T]) -> T:
    """What `perform` returned when this act was carried out first; it is not called again then.

    For what is told but not stored, as a one-time password: a run may be interrupted before it is shown.
    """
    drawn = _current.get()
    if drawn is None:
        return perform()
    if not (drawn.stored and drawn.outcomes):
        drawn.outcomes = [perform()]
    outcome: T = drawn.outcomes[0]
    return outcome


def _perform(drawn: _Drawn, on_click: Callable[..., object], args: Sequence[Any]) -> None:
    drawn.begin()
    on_click(*args)
