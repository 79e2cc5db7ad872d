"""What a sheet remembers in a browser session, and how its waiting edits get out: saved, or put back."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeAlias

import pandas as pd
import streamlit as st

from orchflow.errors import FieldConflict, Problem
from orchflow.format import quantity
from orchflow.ui.grid_values import GridColumn
from orchflow.ui.sheet_heard import Cell, hear, written
from orchflow.ui.sheet_stage import SheetChange, SheetRow, Stage

Fate: TypeAlias = Literal["saved", "merged", "conflict", "refused"]


@dataclass(frozen=True)
class RowOutcome:
    """What became of one change. A conflict says in `version` what is stored now; `note` is shown to the person once.

    `made` is the key of the stored row that a new one became, where the sheet shows it, `title` what the row is called now.
    """

    key: str
    fate: Fate
    version: int = 0
    conflicts: tuple[FieldConflict, ...] = ()
    problems: tuple[Problem, ...] = ()
    note: str = ""
    made: str = ""
    title: str = ""

    @property
    def changed_by(self) -> str:
        """Who changed what is in conflict."""
        return " and ".join(dict.fromkeys(each.by for each in self.conflicts if each.by)) or "someone else"


SaveAll: TypeAlias = Callable[[Sequence[SheetChange]], Sequence[RowOutcome]]
"""Writes what it can and says of each change, in order, what became of it."""


class Drawn(NamedTuple):
    """What the browser's grid was given: its rows, what their cells show, the columns, and the table made of these."""

    rows: list[SheetRow]
    cells: list[dict[str, Any]]
    columns: Mapping[str, GridColumn]
    frame: pd.DataFrame


NOTHING = Drawn([], [], {}, pd.DataFrame())
ROUNDS = 3
"""How many rounds of a grid are remembered."""


@dataclass
class SheetState:
    """`stage` is what waits, `drawn` what the browser's grid was given last, `seen` what it held when it was last asked.

    The grid's `round` is part of its key: it goes on as long as the grid has the same rows and columns, so that nothing
    that is being written in it is lost. `former` are the rounds before, of which something may still be on its way.
    `mark` tells what `drawn` was made of. `heard`: this run was asked for by the grid itself; `behind`: the grid should
    get other rows as soon as nobody writes in it. `sought` are the rows that are to be in sight, anew in every
    `turn`; `unplaced`: nobody has looked yet on which page those are that were saved.
    `beyond` are the ticked rows on other pages.
    """

    stage: Stage = field(default_factory=Stage)
    round: int = 0
    drawn: Drawn = NOTHING
    seen: dict[Cell, Any] = field(default_factory=dict)
    former: dict[int, tuple[Drawn, dict[Cell, Any]]] = field(default_factory=dict)
    mark: tuple[Any, ...] = ()
    read: Sequence[SheetRow] = ()
    spare: list[str] = field(default_factory=list)
    heard: bool = False
    acted: bool = False
    behind: bool = False
    saved: int = 0
    notes: list[str] = field(default_factory=list)
    beyond: list[SheetRow] = field(default_factory=list)
    sought: set[str] = field(default_factory=set)
    turn: int = 0
    unplaced: bool = False
    conflicts: dict[str, RowOutcome] = field(default_factory=dict)
    tab: str = field(default_factory=lambda: secrets.token_hex(6))
    kept: str = ""

    @property
    def shown(self) -> list[SheetRow]:
        """The rows of the browser's grid, in their order."""
        return self.drawn.rows


def begun(key: str) -> bool:
    """Whether that sheet was shown in this tab before."""
    return f"{key}-sheet" in st.session_state


def state_of(key: str) -> SheetState:
    """The state of the sheet `key` in this session."""
    state: SheetState = st.session_state.setdefault(f"{key}-sheet", SheetState())
    return state


def editor_key(key: str, number: int) -> str:
    """The key of the browser's grid in a round; with another one it starts from what it is given."""
    return f"{key}-editor-{number}"


def look(key: str) -> SheetState:
    """The state with everything that the browser's grid has sent, each thing written once.

    A grid that has gone with a visit to another page holds nothing: what it held was noted when it came.
    """
    state = state_of(key)
    held = st.session_state.get(editor_key(key, state.round))
    now = written(held)
    if held is not None and now != state.seen:
        hear(state.stage, now, state.seen, state.drawn.rows, state.drawn.cells, state.drawn.columns)
        state.heard = True
    state.seen = now
    return state


def listen(key: str, number: int) -> None:
    """The grid of that round has sent something: called before any script runs, whichever page it is for."""
    state = state_of(key)
    if number == state.round:
        look(key)
    elif number in state.former:
        drawn, seen = state.former[number]
        now = written(st.session_state.get(editor_key(key, number)))
        hear(state.stage, now, seen, drawn.rows, drawn.cells, drawn.columns)
        state.former[number] = (drawn, now)


def settle(key: str) -> SheetState:
    """The state to change something in: what is shown afterwards is made anew."""
    state = look(key)
    state.acted = True
    return state


def renew(state: SheetState) -> None:
    """The browser's grid begins anew, with nothing in it but what it is given."""
    state.former[state.round] = (state.drawn, state.seen)
    state.former.pop(state.round - ROUNDS, None)
    state.round += 1
    state.seen = {}


def rows_in(state: SheetState, number: int) -> list[SheetRow]:
    """The rows that the browser's grid had in a round."""
    return state.shown if number == state.round else state.former.get(number, (NOTHING, {}))[0].rows


def forget_outcome(key: str) -> None:
    """The person has read how the last save went."""
    state = state_of(key)
    state.notes, state.stage.lost = [], []


def in_sight(state: SheetState, keys: Collection[str]) -> None:
    """Have the first of these rows brought into sight, once; without any, the grid stays where it is."""
    if keys:
        state.sought, state.turn = {*keys}, state.turn + 1


def place_made(state: SheetState, keys: Iterable[str]) -> int | None:
    """The place of the first row that the last save made among all rows of a view, asked once; None for none.

    Of those that are not among them it is noted that the view leaves them out.
    """
    if not state.unplaced:
        return None
    state.unplaced = False
    places = [place for place, key in enumerate(keys) if key in state.sought]
    if left := len(state.sought) - len(places):
        state.notes.append(
            f"{quantity(left, 'row')} of those just saved cannot be seen here: the view leaves them out."
        )
    return places[0] if places else None


def begin(key: str, row: SheetRow) -> None:
    """Start to write `row` in a form of its own; edits that wait for it from before go on."""
    state = state_of(key)
    if not state.stage.waiting:
        state.drawn = NOTHING._replace(rows=[row])


def end(key: str) -> None:
    """Forget the sheet with all that waits in it."""
    st.session_state.pop(f"{key}-sheet", None)


def discard(key: str, row: str | None = None, column: str | None = None) -> None:
    """Forget everything that waits, or what waits for one row or cell."""
    state = settle(key)
    if row is None:
        state.stage = Stage(counted=state.stage.counted, turn=state.stage.turn + 1)
        state.conflicts = {}
    else:
        forget(state, row, column)


def forget(state: SheetState, row: str, column: str | None = None) -> None:
    """Forget what waits for one row or cell, of a state that is settled."""
    state.stage.drop(row, column)
    state.conflicts.pop(row, None)


def fill(key: str, rows: Collection[SheetRow], values: Mapping[str, Any]) -> None:
    """Let `values` wait, by column, in many rows: stored ones, and new ones that wait themselves."""
    stage = settle(key).stage
    for row in rows:
        for name, value in values.items():
            if row.key in stage.added:
                stage.put_new(row.key, name, value)
            else:
                stage.put(row, name, value)
