"""A search in the sidebar: it opens at once, by click or Ctrl+K, and Enter goes to what is marked.

The component is our own (`search_assets/`). The places it begins with are known to the browser; what else is called so is
asked for while somebody writes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from orchflow.ui.own_component import own_component

LONGEST = 200
"""Characters of a text that is looked for."""


@dataclass(frozen=True)
class Place:
    """One thing to go to: its address, as seen from any screen, and the word for what it is."""

    href: str
    title: str
    note: str
    kind: str
    icon: str


@st.fragment
def search_box(
    places: Sequence[Place], look: Callable[[str], Sequence[Place]], *, key: str, label: str, hint: str,
) -> None:  # fmt: skip
    """The button and its window. `look` finds more places by a text."""
    asked = _text(st.session_state.get(key), "ask")
    found = look(asked) if asked else ()
    data = {
        "label": label, "hint": hint, "asked": asked, "places": [asdict(place) for place in places],
        "hits": [asdict(place) for place in found],
    }  # fmt: skip
    own_component("search")(key=key, data=data, height="content", on_ask_change=_nothing)


def _text(state: Any, event: str) -> str:
    """The text that the browser sent with an event of this run; "" for anything else."""
    sent = getattr(state, event, None)
    text = sent.get("text") if isinstance(sent, dict) else None
    return text.strip()[:LONGEST] if isinstance(text, str) else ""


def _nothing() -> None:
    """A trigger is told to the script only where somebody listens."""
