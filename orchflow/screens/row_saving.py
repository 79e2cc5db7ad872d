"""How a sheet's changes are saved, and what became of each row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from operator import attrgetter
from typing import Any

from orchflow.errors import ConflictError, FieldConflict, Forbidden, Invalid, OrchflowError, Problem
from orchflow.format import quantity
from orchflow.people.naming import display_names
from orchflow.people.permissions import Actor
from orchflow.store.edits import Edit, Outcome
from orchflow.store.engine import Store
from orchflow.store.entity import Entity
from orchflow.ui import acts, notices
from orchflow.ui.sheet_stage import SheetChange
from orchflow.ui.sheet_state import RowOutcome, SaveAll


def row_id(key: str) -> int:
    """The id in the key of a stored row: 12 of `task-12`."""
    return int(key.split("-", 1)[1])


def save_row(
    change: SheetChange, save: Callable[[], RowOutcome], version_now: Callable[[], int]
) -> RowOutcome:
    """The outcome of `save`, or why it stored nothing."""
    try:
        return save()
    except ConflictError as error:
        return RowOutcome(change.key, "conflict", version_now(), tuple(error.conflicts))
    except OrchflowError as error:
        return refused(change, error)


def refused(change: SheetChange, error: OrchflowError, column: Callable[[str], str] = str) -> RowOutcome:
    """Why nothing of `change` was stored, at the columns it is about."""
    if isinstance(error, Invalid):
        problems = tuple(replace(one, field=column(one.field)) for one in error.problems)
    else:
        hint = "" if isinstance(error, Forbidden) else f" {error.hint}"
        problems = (Problem(change.key, next(iter(change.values), "title"), f"{error}{hint}".strip()),)
    return RowOutcome(change.key, "refused", problems=problems)


def row_by_row(
    store: Store, save: Callable[[SheetChange], RowOutcome], version_now: Callable[[int], int]
) -> SaveAll:
    """What a sheet calls to save, where each row is stored by itself: one that is refused holds no other back."""

    def store_all(changes: Sequence[SheetChange]) -> list[RowOutcome]:
        outcomes = [
            save_row(change, partial(save, change), partial(_version_of, change, version_now))
            for change in changes
        ]
        names = _names(store, outcomes)
        return [replace(each, conflicts=_by_name(each.conflicts, names)) for each in outcomes]

    return lambda changes: acts.once(partial(store_all, changes))


def _version_of(change: SheetChange, version_now: Callable[[int], int]) -> int:
    return version_now(row_id(change.key))


def told(
    store: Store, changes: Sequence[SheetChange], outcomes: Sequence[Outcome[Any]], kind: str,
    column: Callable[[str], str] = str,
) -> list[RowOutcome]:  # fmt: skip
    """The outcomes of edits in the sheet's terms; a row's key there is its `kind` and id, `column` is where a field stands."""
    names = _names(store, outcomes)
    return [
        _told(change, outcome, kind, column, names) for change, outcome in zip(changes, outcomes, strict=True)
    ]


def _told(
    change: SheetChange, outcome: Outcome[Any], kind: str, column: Callable[[str], str], names: Mapping[str, str]
) -> RowOutcome:  # fmt: skip
    named = _by_name(outcome.conflicts, names)
    conflicts = tuple(replace(each, field=column(each.field)) for each in named)
    problems = tuple(replace(each, field=column(each.field)) for each in outcome.problems)
    if outcome.gone:
        problems = (Problem(change.key, "title", "somebody has deleted this row; let your changes go"),)
    version = outcome.row.version if outcome.row is not None else 0
    made = f"{kind}-{outcome.row.id}" if change.version is None and outcome.row is not None else ""
    title = str(getattr(outcome.row, "title", getattr(outcome.row, "name", "")))
    return RowOutcome(change.key, outcome.outcome, version, conflicts, problems, made=made, title=title)


def _names(store: Store, outcomes: Iterable[Outcome[Any] | RowOutcome]) -> dict[str, str]:
    """What those are called who changed what is in conflict."""
    others = {conflict.by for outcome in outcomes for conflict in outcome.conflicts}
    return display_names(store, others) if others else {}


def _by_name(conflicts: Iterable[FieldConflict], names: Mapping[str, str]) -> tuple[FieldConflict, ...]:
    return tuple(replace(each, by=names.get(each.by, each.by)) for each in conflicts)


def entity_saver(
    store: Store, actor: Actor, entity: Entity[Any], kind: str, defaults: Mapping[str, Any], *,
    written: Callable[[SheetChange], Mapping[str, Any]] = attrgetter("values"), column: Callable[[str], str] = str,
    undo: bool = False,
) -> SaveAll:  # fmt: skip
    """What a sheet calls to save rows of `entity` together, whose keys there are their `kind` and id.

    A new one has `defaults` where nothing was written. Where columns are no fields, `written` gives the fields of a change and `column` where
    a field stands. With `undo` the undo button takes the save back.
    """

    def edit_of(change: SheetChange) -> Edit:
        values = written(change)
        if change.version is not None:
            return Edit(row_id(change.key), change.version, values, change.key)
        filled = {name: value for name, value in values.items() if value is not None}
        return Edit(None, None, {**defaults, **filled}, change.key)

    def write(changes: Sequence[SheetChange]) -> list[RowOutcome]:
        try:
            report = entity.save(store, actor, [edit_of(change) for change in changes])
        except OrchflowError as error:
            return [refused(change, error, column) for change in changes]
        stored = sum(outcome.stored for outcome in report.outcomes)
        if undo and stored:
            notices.undoable(f"Saved {quantity(stored, kind)}", report.request)
        return told(store, changes, report.outcomes, kind, column)

    return lambda changes: acts.once(partial(write, changes))
