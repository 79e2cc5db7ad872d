"""How what waits in a sheet is saved: what is stored waits no longer, a conflict is settled by a choice."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from orchflow.format import quantity
from orchflow.ui import notices
from orchflow.ui.grid_values import GridColumn
from orchflow.ui.sheet_stage import Refusal, SheetChange, Stage, checked
from orchflow.ui.sheet_state import SaveAll, in_sight, settle


def save(
    key: str, columns: Mapping[str, GridColumn], write: SaveAll, given: Collection[str] = (),
    only: Collection[str] | None = None,
) -> None:  # fmt: skip
    """Write everything that is good, or of it only the rows `only`. What is refused goes on waiting with its reason.

    Rows in conflict wait for `choose`: nobody's change is overwritten because Save was pressed twice.
    """
    state = settle(key)
    state.saved, state.notes = 0, []
    changes, _ = checked(state.stage, columns, given)
    wanted = [c for c in changes if (c.key not in state.conflicts if only is None else c.key in only)]
    merged: list[str] = []
    made: set[str] = set()
    for change, outcome in zip(wanted, write(wanted) if wanted else (), strict=True):
        state.conflicts.pop(change.key, None)
        match outcome.fate:
            case "saved" | "merged":
                _written(state.stage, change, outcome.title)
                state.saved += 1
                state.notes += filter(None, [outcome.note])
                made.update(filter(None, [outcome.made]))
                if outcome.fate == "merged":
                    merged.append(change.title)
            case "conflict":
                state.conflicts[change.key] = outcome
            case _:
                state.stage.told[change.key] = [
                    Refusal(change.key, told.field, change.title, _heading(told.field, columns), told.message)
                    for told in outcome.problems
                ]
    in_sight(state, made)
    state.unplaced = bool(made)
    if state.saved:
        notices.done(_said(state.saved, merged))


def _said(saved: int, merged: Sequence[str]) -> str:
    also = f"; other people's changes of other fields are kept too: {', '.join(merged[:3])}" if merged else ""
    more = f" and {len(merged) - 3} more" if len(merged) > 3 else ""
    return f"Saved {quantity(saved, 'row')}{also}{more}"


def _heading(name: str, columns: Mapping[str, GridColumn]) -> str:
    return columns[name].heading if name in columns else name


def _written(stage: Stage, change: SheetChange, title: str) -> None:
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
            base,
            version=base.version + 1,
            values={**base.values, **change.values},
            title=title or base.title,
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
