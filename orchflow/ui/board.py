"""A board of cards in columns: moved by drag and drop, by keyboard, or with the list on each card.

The component is our own (`board_assets/`) and its files come from this server, as the page's content policy wants it.
Nothing is stored here: a move is handed to the page, which stores it or says why not; then the board shows what is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import streamlit as st

from orchflow.format import quantity
from orchflow.ui.own_component import own_component
from orchflow.ui.palette import SERIES

Tone: TypeAlias = Literal["gray", "orange", "red"]

HELP = (
    "Drag a card, or focus it and press Shift with an arrow key. Enter opens it, arrow keys go to the next."
)


@dataclass(frozen=True)
class Lane:
    """A column: `count` is how many cards belong in it (not all of them need be sent), `limit` how many should.

    `colour` is the palette's of what the column stands for; without one its mark is hollow.

    `folded` holds on a narrow screen only, where columns lie below each other.
    """

    key: str
    name: str
    count: int
    limit: int | None = None
    points: str = ""
    colour: str = ""
    more: str = ""
    folded: bool = False

    @property
    def over(self) -> bool:
        """Whether more is in it than should be."""
        return self.limit is not None and self.count > self.limit


@dataclass(frozen=True)
class Card:
    """One card. `version` comes back with a move, so that a change by somebody else is noticed."""

    id: int
    version: int
    lane: str
    title: str
    ref: str = ""
    person: str = ""
    points: str = ""
    due: str = ""
    overdue: bool = False
    priority: str = ""
    tone: Tone = "gray"
    blocked: str = ""
    movable: bool = False


@dataclass(frozen=True)
class Move:
    """Somebody wants card `card_id`, as of `version`, in column `to`."""

    card_id: int
    version: int
    origin: str
    to: str


def board(
    lanes: Sequence[Lane], cards: Sequence[Card], *, key: str, label: str, on_move: Callable[[Move], None],
    on_open: Callable[[int], None], said: str = "",
) -> None:  # fmt: skip
    """Show the board. `said` is read out by screen readers: what became of the last move.

    `on_move` and `on_open` (with the card's id) run before the script; whatever `on_move` does, the board afterwards
    shows the cards where `cards` says they are.
    """
    turn = f"{key}-turn"

    def moved() -> None:
        # A move that was refused leaves the data as it was: the number makes the browser put the card back.
        st.session_state[turn] = st.session_state.get(turn, 0) + 1
        move = _move_of(st.session_state[key].move)
        if move is not None:
            on_move(move)

    def opened() -> None:
        wanted = st.session_state[key].open
        if isinstance(wanted, dict) and isinstance(wanted.get("id"), int):
            on_open(wanted["id"])

    data = {
        "turn": st.session_state.get(turn, 0),
        "label": label,
        "said": said,
        "movable": any(card.movable for card in cards),
        "columns": [_lane_data(lane) for lane in lanes],
        "cards": [_card_data(card) for card in cards],
    }
    own_component("board")(key=key, data=data, on_move_change=moved, on_open_change=opened)


def _move_of(sent: Any) -> Move | None:
    """What the browser sent as a move; None for anything else."""
    if not isinstance(sent, dict):
        return None
    card_id, version, origin, to = (sent.get(name) for name in ("id", "version", "from", "to"))
    if not (isinstance(card_id, int) and isinstance(version, int)):
        return None
    return Move(card_id, version, origin, to) if isinstance(origin, str) and isinstance(to, str) else None


def _lane_data(lane: Lane) -> dict[str, Any]:
    cards = quantity(lane.count, "card")
    return {
        "key": lane.key, "name": lane.name, "count": lane.count, "limit": lane.limit, "points": lane.points,
        "tone": _place(lane.colour), "more": lane.more, "folded": lane.folded, "spoken": f"{lane.name}, {cards}",
    }  # fmt: skip


def _card_data(card: Card) -> dict[str, Any]:
    facts = (card.title, card.ref, card.person, card.points, card.due, card.priority, card.blocked)
    return {
        "id": card.id, "version": card.version, "column": card.lane, "title": card.title, "ref": card.ref,
        "person": card.person, "initials": _initials(card.person), "points": card.points, "due": card.due,
        "overdue": card.overdue, "priority": card.priority, "tone": card.tone, "blocked": card.blocked,
        "movable": card.movable, "spoken": ", ".join(filter(None, facts)),
    }  # fmt: skip


def _place(colour: str) -> int:
    """The place of a colour in the theme's list of series; -1 for none of them."""
    return SERIES.index(colour) if colour in SERIES else -1


def _initials(name: str) -> str:
    words = [word for word in name.split() if word[:1].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()
