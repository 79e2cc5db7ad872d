"""What a sheet remembers in a browser session, and how its waiting edits get out: saved, or put back."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple, TypeAlias

import pandas as pd
import streamlit as st

from orchflow.errors import FieldConflict, Problem
from orchflow.format import quantity
from orchflow.ui import notices
from orchflow.ui.grid_values import GridColumn
from orchflow.ui.sheet_stage import Cell, Refusal, SheetChange, SheetRow, Stage, checked, hear, written

Fate: TypeAlias = Literal["saved", "merged", "conflict", "refused"]


@dataclass(frozen=True)
class RowOutcome:
    """What became of one change. A conflict says in `version` what is stored now; `note` is shown to the person once.

    `made` is the key of the stored row that a new one became, where the sheet shows it.
    """

    key: str
    fate: Fate
    version: int = 0
    conflicts: tuple[FieldConflict, ...] = ()
    problems: tuple[Problem, ...] = ()
    note: str = ""
    made: str = ""


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
    get other rows as soon as nobody writes in it.
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
    saves: int = 0
    notes: list[str] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
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
        state.stage.drop(row, column)
        state.conflicts.pop(row, None)


def save(
    key: str, columns: Mapping[str, GridColumn], write: SaveAll, given: Collection[str] = (),
    only: Collection[str] | None = None,
) -> None:  # fmt: skip
    """Write everything that is good, or of it only the rows `only`. What is refused goes on waiting with its reason.

    Rows in conflict wait for `choose`: nobody's change is overwritten because Save was pressed twice.
    """
    state = settle(key)
    state.saved, state.saves, state.notes, state.made = 0, state.saves + 1, [], []
    changes, _ = checked(state.stage, columns, given)
    wanted = [c for c in changes if (c.key not in state.conflicts if only is None else c.key in only)]
    merged: list[str] = []
    for change, outcome in zip(wanted, write(wanted) if wanted else (), strict=True):
        state.conflicts.pop(change.key, None)
        match outcome.fate:
            case "saved" | "merged":
                _written(state.stage, change)
                state.saved += 1
                state.notes += filter(None, [outcome.note])
                state.made += filter(None, [outcome.made])
                if outcome.fate == "merged":
                    merged.append(change.title)
            case "conflict":
                state.conflicts[change.key] = outcome
            case _:
                state.stage.told[change.key] = [
                    Refusal(change.key, told.field, change.title, _heading(told.field, columns), told.message)
                    for told in outcome.problems
                ]
    if state.saved:
        notices.done(_said(state.saved, merged))


def _said(saved: int, merged: Sequence[str]) -> str:
    also = f"; other people's changes of other fields are kept too: {', '.join(merged[:3])}" if merged else ""
    more = f" and {len(merged) - 3} more" if len(merged) > 3 else ""
    return f"Saved {quantity(saved, 'row')}{also}{more}"


def _heading(name: str, columns: Mapping[str, GridColumn]) -> str:
    return columns[name].heading if name in columns else name


def _written(stage: Stage, change: SheetChange) -> None:
    """What is stored waits no longer; values of the row that were refused do."""
    if change.version is None:
        stage.drop(change.key)
        return
    left = {name: raw for name, raw in stage.edits[change.key].items() if name not in change.values}
    base = stage.bases[change.key]
    stage.drop_edits(change.key)
    stage.told.pop(change.key, None)
    if left:
        stage.edits[change.key] = left
        stage.bases[change.key] = replace(
            base, version=base.version + 1, values={**base.values, **change.values}
        )


def choose(
    key: str, row: str, mine: Collection[str], columns: Mapping[str, GridColumn], write: SaveAll
) -> None:  # fmt: skip
    """Settle a conflict: the columns `mine` are written over what others wrote, the other ones are let go."""
    state = settle(key)
    conflicted = state.conflicts.pop(row, None)
    base = state.stage.bases.get(row)
    if base is None or conflicted is None:
        return
    seen = {conflict.field: conflict.theirs for conflict in conflicted.conflicts}
    state.stage.bases[row] = replace(base, version=conflicted.version, values={**base.values, **seen})
    for name in seen:
        if name not in mine:
            state.stage.drop(row, name)
    if row in state.stage.edits:
        save(key, columns, write, only=[row])


def fill(key: str, rows: Collection[SheetRow], values: Mapping[str, Any]) -> None:
    """Let `values` wait, by column, in many rows: stored ones, and new ones that wait themselves."""
    stage = settle(key).stage
    for row in rows:
        for name, value in values.items():
            if row.key in stage.added:
                stage.put_new(row.key, name, value)
            else:
                stage.put(row, name, value)
