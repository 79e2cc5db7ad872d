"""A board of cards in columns: moved by drag and drop, by touch, by keyboard, or with the menu of a card.

The component is our own (`board_assets/`) and its files come from this server, as the page's content policy wants it.
Nothing is stored here: a move is handed to the page, which stores it or says why not; then the board shows what is.

A board may have hundreds of columns with thousands of cards. All columns are sent by name and count, the cards of those
in sight only, a page of each; the browser asks for others when the reader comes to them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import streamlit as st

from orchflow.store.reading import row_id
from orchflow.ui.own_component import own_component
from orchflow.ui.palette import SERIES

Tone: TypeAlias = Literal["", "gray", "orange", "red"]
CardsOf: TypeAlias = Callable[[str, int], Sequence["Card"]]
"""The first so many cards of the column of that key."""

HELP = "Drag a card, or focus it and press Shift with an arrow key, or M to choose a column. Enter opens it, arrow keys go to the next."
HELP_ON_A_PHONE = "Hold a card and carry it to another column, or tap Move."
PAGE = 20
"""So many cards of a column come at once; the next when they are asked for."""
FIRST = 10
"""The cards of so many columns are sent before the browser has said which ones are in sight."""
MOST_COLUMNS, MOST_CARDS = 60, 500
"""More columns at once, or cards of a column, are not sent, whatever a browser asks for."""


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
    title: str
    ref: str = ""
    person: str = ""
    points: str = ""
    due: str = ""
    overdue: bool = False
    priority: str = ""
    tone: Tone = ""
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
    lanes: Sequence[Lane], cards_of: CardsOf, *, key: str, label: str, view: str, version: str,
    on_move: Callable[[Move], None], on_open: Callable[[int], None], said: str = "",
) -> None:  # fmt: skip
    """Show the board. `said` is read out by screen readers: what became of the last move.

    `view` names what the columns stand for, `version` the state of everything that is shown: under the same one the
    browser keeps the cards it has. `on_move` and `on_open` (with the card's id) run before the script; whatever
    `on_move` does, the board afterwards shows the cards where `cards_of` says they are.
    """
    turn, seen = f"{key}-turn", f"{key}-seen"

    def looked(sent: Any) -> None:
        wanted = _lanes_of(sent)
        if wanted:
            st.session_state[seen] = (view, wanted)

    def moved() -> None:
        # A move that was refused leaves the data as it was: the number makes the browser put the card back.
        st.session_state[turn] = st.session_state.get(turn, 0) + 1
        sent = st.session_state[key].move
        looked(sent)
        move = _move_of(sent)
        if move is not None and any(lane.key == move.to for lane in lanes):
            on_move(move)

    def opened() -> None:
        wanted = st.session_state[key].open
        card_id = row_id(wanted.get("id")) if isinstance(wanted, dict) else None
        if card_id is not None:
            on_open(card_id)

    of_view, wanted = st.session_state.get(seen, ("", {}))
    first = {lane.key: PAGE for lane in lanes[:FIRST]}
    shown = wanted if of_view == view else first
    data = board_data(lanes, cards_of, shown) | {
        "turn": st.session_state.get(turn, 0), "label": label, "view": view, "version": version, "said": said, "help": HELP,
    }  # fmt: skip
    own_component("board")(
        key=key, data=data, on_move_change=moved, on_open_change=opened,
        on_look_change=lambda: looked(st.session_state[key].look),
    )  # fmt: skip


def board_data(lanes: Sequence[Lane], cards_of: CardsOf, shown: Mapping[str, int]) -> dict[str, Any]:
    """What is sent of a board: every column by its name and count, the cards of the columns `shown`, so many of each."""
    known = {lane.key for lane in lanes}
    cards = {
        lane: [_written(vars(card)) for card in cards_of(lane, most)]
        for lane, most in shown.items()
        if lane in known
    }
    return {
        "page": PAGE,
        "most": MOST_CARDS,
        "lanes": [_written(vars(lane) | {"colour": _place(lane.colour)}) for lane in lanes],
        "cards": cards,
    }  # fmt: skip


def _move_of(sent: Any) -> Move | None:
    """What the browser sent as a move; None for anything else."""
    if not isinstance(sent, dict):
        return None
    card_id, version = row_id(sent.get("id")), row_id(sent.get("version"))
    origin, to = sent.get("from"), sent.get("to")
    if card_id is None or version is None:
        return None
    return Move(card_id, version, origin, to) if isinstance(origin, str) and isinstance(to, str) else None


def _lanes_of(sent: Any) -> dict[str, int]:
    """The columns that the browser has in sight, and how many cards of each; what else it sends is left out."""
    pairs = sent.get("lanes") if isinstance(sent, dict) else None
    if not isinstance(pairs, list):
        return {}
    return {
        pair[0]: min(pair[1], MOST_CARDS)
        for pair in pairs[:MOST_COLUMNS]
        if isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str) and type(pair[1]) is int and pair[1] > 0
    }  # fmt: skip


def _written(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Without what a card or a column has not: most have few of their fields."""
    return {
        name: value for name, value in fields.items() if not (value is None or value is False or value == "")
    }


def _place(colour: str) -> int | None:
    """The place of a colour in the theme's list of series; None for none of them."""
    return SERIES.index(colour) if colour in SERIES else None
