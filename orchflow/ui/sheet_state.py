"""What a sheet remembers in a browser session, and how its waiting edits get out: saved, put back, kept as a draft."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

import pandas as pd
import streamlit as st

from orchflow.errors import FieldConflict, Problem
from orchflow.store.written import Refused
from orchflow.ui.drafts import Draft, Drafts
from orchflow.ui.grid_values import GridColumn
from orchflow.ui.sheet_stage import Refusal, SheetChange, SheetRow, Stage, checked, fold

Fate: TypeAlias = Literal["saved", "merged", "conflict", "refused"]


@dataclass(frozen=True)
class RowOutcome:
    """What became of one change. A conflict says in `version` what is stored now; `note` is shown to the person once."""

    key: str
    fate: Fate
    version: int = 0
    conflicts: tuple[FieldConflict, ...] = ()
    problems: tuple[Problem, ...] = ()
    note: str = ""


SaveAll: TypeAlias = Callable[[Sequence[SheetChange]], Sequence[RowOutcome]]
"""Writes what it can and says of each change, in order, what became of it."""


@dataclass
class SheetState:
    """`stage` is what waits apart from the editor, `current` that with what the editor holds; one thing once it is settled.

    `drawn` is the table that the editor is given and the columns it was made with, `untouched` the rows behind it if
    nothing waited then.
    """

    stage: Stage = field(default_factory=Stage)
    current: Stage = field(default_factory=Stage)
    round: int = 0
    view: str = ""
    rows: list[SheetRow] | None = None
    shown: list[SheetRow] = field(default_factory=list)
    cells: list[dict[str, Any]] = field(default_factory=list)
    drawn: tuple[Mapping[str, GridColumn], pd.DataFrame] | None = None
    untouched: Sequence[SheetRow] | None = None
    saved: int = 0
    merged: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    conflicts: dict[str, RowOutcome] = field(default_factory=dict)
    tab: str = field(default_factory=lambda: secrets.token_hex(6))
    kept: str = ""


def begun(key: str) -> bool:
    """Whether that sheet was shown in this tab before."""
    return f"{key}-sheet" in st.session_state


def state_of(key: str) -> SheetState:
    """The state of the sheet `key` in this session."""
    state: SheetState = st.session_state.setdefault(f"{key}-sheet", SheetState())
    return state


def editor_key(key: str, state: SheetState) -> str:
    """The editor's own key; another one for each round, so that it starts from what it is given."""
    return f"{key}-editor-{state.round}"


def look(key: str) -> SheetState:
    """The state with what the editor holds at this moment, for what is drawn above it."""
    state = state_of(key)
    held = st.session_state.get(editor_key(key, state))
    if held is not None:
        state.current = fold(state.stage, held, state.shown)
    return state


def settle(key: str) -> SheetState:
    """Take everything out of the editor into the stage; the editor starts anew with the next run.

    An editor that has gone with a visit to another page holds nothing: what it held was noted in its last run.
    """
    state = look(key)
    state.stage = state.current
    state.round += 1
    state.rows = None
    return state


def refresh_sheets() -> None:
    """Something was done besides the editors: each starts anew from what is stored, with all that waits on top."""
    for name in [name for name, value in st.session_state.items() if isinstance(value, SheetState)]:
        settle(str(name).removesuffix("-sheet"))


def forget_outcome(key: str) -> None:
    """The person has read how the last save went."""
    state = state_of(key)
    state.saved, state.merged, state.notes = 0, [], []
    state.stage.lost, state.current.lost = [], []


def begin(key: str, row: SheetRow) -> None:
    """Start to write `row` in a form of its own; edits that wait for it from before go on."""
    state = state_of(key)
    if not state.stage.waiting:
        state.shown = [row]


def end(key: str) -> None:
    """Forget the sheet with all that waits in it."""
    st.session_state.pop(f"{key}-sheet", None)


def discard(key: str, row: str | None = None, column: str | None = None) -> None:
    """Forget everything that waits, or what waits for one row or cell."""
    state = settle(key)
    if row is None:
        state.stage = state.current = Stage(counted=state.stage.counted)
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
    state.saved, state.merged, state.notes = 0, [], []
    changes, _ = checked(state.stage, columns, given)
    wanted = [c for c in changes if (c.key not in state.conflicts if only is None else c.key in only)]
    for change, outcome in zip(wanted, write(wanted) if wanted else (), strict=True):
        state.conflicts.pop(change.key, None)
        match outcome.fate:
            case "saved" | "merged":
                _written(state.stage, change)
                state.saved += 1
                state.notes += [outcome.note] if outcome.note else []
                if outcome.fate == "merged":
                    state.merged.append(change.title)
            case "conflict":
                state.conflicts[change.key] = outcome
            case _:
                state.stage.told[change.key] = [
                    Refusal(change.key, told.field, change.title, _heading(told.field, columns), told.message)
                    for told in outcome.problems
                ]


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
                stage.put(stage.bases.get(row.key, row), name, value)


def keep_draft(state: SheetState, drafts: Drafts | None) -> None:
    """Write what waits to disk when it has changed since."""
    if drafts is None:
        return
    content = as_draft(state.current) if state.current.waiting else None
    mark = repr(content)
    if mark == state.kept:
        return
    if content is not None:
        drafts.keep(state.tab, content, state.current.waiting)
    elif state.kept:
        drafts.drop(state.tab)
    state.kept = mark


def as_draft(stage: Stage) -> dict[str, Any]:
    """What has to be known to go on with these edits in another session."""
    bases = {
        key: {
            "version": row.version,
            "title": row.title,
            "values": {name: row.values.get(name) for name in stage.edits[key]},
            "locked": dict(row.locked),
        }
        for key, row in stage.bases.items()
    }
    return {"edits": stage.edits, "bases": bases, "added": list(stage.added.values())}


def take_up(key: str, draft: Draft, columns: Mapping[str, GridColumn], drafts: Drafts) -> None:
    """Go on with the edits of a draft, on top of what waits here already."""
    stage = settle(key).stage
    for row_key, raw in draft.content.get("edits", {}).items():
        row = SheetRow(row_key, **draft.content["bases"][row_key])
        values = {name: _stored(value, columns.get(name)) for name, value in row.values.items()}
        for name, value in raw.items():
            stage.put(replace(row, values=values), name, value)
    for values in draft.content.get("added", []):
        stage.add(values)
    drafts.drop(draft.tab)


def _stored(value: Any, column: GridColumn | None) -> Any:
    """A value from a file as the row had it."""
    if column is None or value is None:
        return value
    try:
        return column.read(value)
    except Refused:
        return value
