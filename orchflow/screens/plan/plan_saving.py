"""Saves the sheet's changes through the feature functions, and answers for each what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from orchflow.errors import OrchflowError
from orchflow.format import quantity
from orchflow.people.permissions import Actor
from orchflow.planning.entities import ENTITIES
from orchflow.screens.plan.plan_columns import COLUMN, FIELD
from orchflow.screens.row_saving import refused, row_id, told
from orchflow.store.edits import Edit
from orchflow.store.engine import Store
from orchflow.store.request import new_request
from orchflow.ui import acts, notices
from orchflow.ui.sheet_stage import SheetChange
from orchflow.ui.sheet_state import RowOutcome, SaveAll


def saver(store: Store, actor: Actor, new_level: str, defaults: Mapping[str, Any]) -> SaveAll:
    """What the sheet calls to save. New rows are of `new_level` and have `defaults` where nothing else was written."""

    def write(changes: Sequence[SheetChange]) -> list[RowOutcome]:
        request = new_request()
        by_level: dict[str, list[SheetChange]] = {}
        for change in changes:
            by_level.setdefault(level_of(change, new_level), []).append(change)

        def store_all() -> dict[str, RowOutcome]:
            return {
                outcome.key: outcome
                for level, rows in by_level.items()
                for outcome in _save(store, actor, level, rows, defaults, request)
            }

        outcomes = acts.once(store_all)
        stored = sum(outcome.fate in ("saved", "merged") for outcome in outcomes.values())
        if stored:
            notices.undoable(f"Saved {quantity(stored, 'row')}", request)
        return [outcomes[change.key] for change in changes]

    return write


def level_of(change: SheetChange, new_level: str) -> str:
    """The level of the row that a change is of."""
    return new_level if change.version is None else change.key.split("-", 1)[0]


def _fields(change: SheetChange, defaults: Mapping[str, Any], level: str) -> dict[str, Any]:
    """A change by the fields of the row; what a new row leaves empty does not push out its default."""
    values = change.values
    if change.version is None:
        values = {
            **defaults,
            **{name: value for name, value in values.items() if value is not None or name not in defaults},
        }
    return {FIELD[level].get(name, name): value for name, value in values.items()}


def _column(field: str, level: str) -> str:
    return COLUMN[level].get(field, field)


def _save(
    store: Store,
    actor: Actor,
    level: str,
    changes: Sequence[SheetChange],
    defaults: Mapping[str, Any],
    request: str,
) -> list[RowOutcome]:
    """Save the changes of one level together."""
    edits = [
        Edit(
            None if change.version is None else row_id(change.key),
            change.version,
            _fields(change, defaults, level),
            change.key,
        )
        for change in changes
    ]
    try:
        report = ENTITIES[level].save(store, actor, edits, request)
    except OrchflowError as error:
        return [refused(change, error, partial(_column, level=level)) for change in changes]
    return told(store, changes, report.outcomes, level, partial(_column, level=level))
