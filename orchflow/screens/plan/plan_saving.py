"""Saves the sheet's changes through the feature functions, and answers for each what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from orchflow.errors import FieldConflict, OrchflowError, Problem
from orchflow.people.permissions import Actor
from orchflow.planning.work.efforts import create_effort, get_effort, update_effort
from orchflow.planning.work.goals import create_goal, get_goal, update_goal
from orchflow.planning.work.projects import create_project, get_project, update_project
from orchflow.planning.work.tasks import Edit, Outcome, save_tasks
from orchflow.screens.plan.plan_columns import FIELD
from orchflow.screens.row_saving import refused, row_id, save_row
from orchflow.store.engine import Store
from orchflow.store.request import new_request
from orchflow.ui import acts, notices
from orchflow.ui.sheet_stage import SheetChange
from orchflow.ui.sheet_state import RowOutcome, SaveAll

REFERENCES = frozenset({"owner_id", "sprint_id", "project_id", "effort_id", "goal_id", "parent_id"})
_CREATE: dict[str, Callable[..., Any]] = {
    "effort": create_effort, "project": create_project, "goal": create_goal,
}  # fmt: skip
_UPDATE: dict[str, Callable[..., Any]] = {
    "effort": update_effort, "project": update_project, "goal": update_goal,
}  # fmt: skip
_GET: dict[str, Callable[..., Any]] = {"effort": get_effort, "project": get_project, "goal": get_goal}


def saver(store: Store, actor: Actor, new_level: str, defaults: Mapping[str, Any]) -> SaveAll:
    """What the sheet calls to save. New rows are of `new_level` and have `defaults` where nothing else was written."""

    def write(changes: Sequence[SheetChange]) -> list[RowOutcome]:
        request = new_request()
        tasks = [change for change in changes if level_of(change, new_level) == "task"]
        others = [change for change in changes if level_of(change, new_level) != "task"]

        def store_all() -> dict[str, RowOutcome]:
            stored = {
                change.key: _one(store, actor, change, new_level, defaults, request) for change in others
            }
            return stored | _tasks(store, actor, tasks, defaults, request)

        outcomes = acts.once(store_all)
        stored = sum(outcome.fate in ("saved", "merged") for outcome in outcomes.values())
        if stored:
            notices.done(f"Saved {stored} row{'' if stored == 1 else 's'}", request)
        return [outcomes[change.key] for change in changes]

    return write


def level_of(change: SheetChange, new_level: str) -> str:
    """The level of the row that a change is of."""
    return new_level if change.version is None else change.key.split("-", 1)[0]


def _fields(values: Mapping[str, Any], level: str) -> dict[str, Any]:
    """Values of the sheet's columns as fields of the row."""
    return {
        FIELD[level].get(name, name): int(value) if name in REFERENCES and value is not None else value
        for name, value in values.items()
    }


def _column(field: str, level: str) -> str:
    return next((column for column, name in FIELD[level].items() if name == field), field)


def _tasks(
    store: Store, actor: Actor, changes: Sequence[SheetChange], defaults: Mapping[str, Any], request: str
) -> dict[str, RowOutcome]:
    if not changes:
        return {}
    edits = [
        Edit(
            None if change.version is None else row_id(change.key),
            change.version,
            _fields({**(defaults if change.version is None else {}), **_filled(change, defaults)}, "task"),
            change.key,
        )
        for change in changes
    ]
    try:
        report = save_tasks(store, actor, edits, request)
    except OrchflowError as error:
        return {change.key: refused(change, error, partial(_column, level="task")) for change in changes}
    return {
        change.key: _of_task(change, outcome)
        for change, outcome in zip(changes, report.outcomes, strict=True)
    }


def _filled(change: SheetChange, defaults: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a change; what a new row leaves empty does not push out its default."""
    if change.version is not None:
        return dict(change.values)
    return {name: value for name, value in change.values.items() if value is not None or name not in defaults}


def _of_task(change: SheetChange, outcome: Outcome[Any]) -> RowOutcome:
    conflicts = tuple(_conflict(one, "task") for one in outcome.conflicts)
    problems = tuple(replace(one, field=_column(one.field, "task")) for one in outcome.problems)
    if outcome.gone:
        problems = (Problem(change.key, "title", "somebody has deleted this row; let your changes go"),)
    version = outcome.row.version if outcome.row is not None else 0
    return RowOutcome(change.key, outcome.outcome, version, conflicts, problems)


def _one(
    store: Store, actor: Actor, change: SheetChange, new_level: str, defaults: Mapping[str, Any], request: str
) -> RowOutcome:
    level = level_of(change, new_level)

    def save() -> RowOutcome:
        if change.version is None:
            values = _fields({**defaults, **_filled(change, defaults)}, level)
            _CREATE[level](store, actor, request=request, **values)
            return RowOutcome(change.key, "saved")
        number = row_id(change.key)
        saved = _UPDATE[level](store, actor, number, change.version, _fields(change.values, level), request)
        return RowOutcome(change.key, "merged" if saved.merged else "saved", saved.row.version)

    def version_now() -> int:
        return int(_GET[level](store, actor, row_id(change.key)).version)

    return save_row(change, save, version_now, partial(_column, level=level), partial(_conflict, level=level))


def _conflict(conflict: FieldConflict, level: str) -> FieldConflict:
    """A conflict in the sheet's terms: its column, references as text."""
    column = _column(conflict.field, level)
    values = (conflict.base, conflict.theirs, conflict.mine)
    if column in REFERENCES:
        values = tuple(None if one is None else str(one) for one in values)  # type: ignore[assignment]
    return FieldConflict(column, *values)
