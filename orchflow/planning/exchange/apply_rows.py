"""Write the efforts, projects, goals and sprints of a document."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from orchflow.encoding import encode
from orchflow.errors import Problem
from orchflow.planning.exchange.applying import Application
from orchflow.planning.exchange.records import Level, Record
from orchflow.planning.exchange.snapshot import MODELS
from orchflow.planning.sprints import rules as sprint_rules
from orchflow.planning.sprints.life import SPRINTS
from orchflow.planning.tables import Sprint, SprintState
from orchflow.planning.work import rules
from orchflow.planning.work.references import References
from orchflow.store import locks
from orchflow.store.merge import RowEdit, save_many
from orchflow.store.tables import Tracked

_SPRINT_DEFAULTS: dict[str, Any] = {
    "goal": "", "state": SprintState.PLANNED, "focus": Decimal("0.8"), "days_off": {}, "members": [],
}  # fmt: skip
_LIFE = ("state", "started_at", "closed_at")


def apply_level(done: Application, level: Level) -> None:
    """Write the records of a level (not tasks); those it refers to are written already."""
    if level is Level.SPRINT:
        locks.take(done.session, SPRINTS)
    records = done.match(level)
    matched = [record for record in records if id(record) in done.matched]
    bases = done.bases(matched) if matched else {}
    for record in records:
        given = done.values.of(record, record.values)
        if given is None:
            done.refused(record)
        elif id(record) in bases:
            _update(done, record, given, bases[id(record)])
        else:
            _create(done, record, given)


def _create(done: Application, record: Record, given: dict[str, Any]) -> None:
    level, model = record.level, MODELS[record.level]
    values = {**given, **done.identity(record)} if level is not Level.SPRINT else dict(given)
    _number(done, record, values)
    problems = _missing(level, values)
    if not problems:
        problems = _against(done, record, None, values, values)
    if problems:
        done.refuse(record, problems)
        return
    if level is Level.SPRINT:
        values = {**_SPRINT_DEFAULTS, **{name: value for name, value in values.items() if value is not None}}
    else:
        values["position"] = _next_position(done, model)
        for name, field in rules.FIELDS[level.value].items():
            if field.empty is not None:
                values.setdefault(name, field.value(None))
    row = model(**values)
    done.session.add(row)
    done.session.flush()
    _known(done, record, row.id, values)
    done.created(record, row.id, given)


def _update(done: Application, record: Record, given: dict[str, Any], base: dict[str, Any]) -> None:
    level, row_id = record.level, done.matched[id(record)]
    if level is Level.SPRINT:
        _leave_life(done, record, given)
    merged = done.merge(record, given, base)

    def check(row: Tracked, left: dict[str, Any]) -> list[Problem]:
        return _against(done, record, row, left, {**_stored(row, level), **left})

    edit = RowEdit(row_id, done.stored(record).version, merged.changes)
    (outcome,) = save_many(done.session, MODELS[level], [edit], check)
    done.outcome(record, outcome, merged, given)
    if outcome.ok:
        _known(
            done,
            record,
            row_id,
            {"number": done.stored(record).number, **merged.changes}
            if level in (Level.EFFORT, Level.PROJECT)
            else {},
        )
    else:
        done.names.refuse(record)


def _stored(row: Tracked, level: Level) -> dict[str, Any]:
    fields = sprint_rules.FIELDS if level is Level.SPRINT else rules.FIELDS[level.value]
    return {name: getattr(row, name) for name in fields}


def _missing(level: Level, values: dict[str, Any]) -> list[Problem]:
    if level is not Level.SPRINT:
        return rules.missing(level.value, values, None)
    lacking = [
        Problem(None, name, "must not be empty") for name in ("number", "name") if values.get(name) is None
    ]
    if values.get("state") in (SprintState.ACTIVE, SprintState.CLOSED) and not values.get("started_at"):
        lacking.append(Problem(None, "started_at", f"is needed of a sprint that is {values['state']}"))
    if values.get("state") is SprintState.CLOSED and not values.get("closed_at"):
        lacking.append(Problem(None, "closed_at", "is needed of a sprint that is closed"))
    return lacking


def _against(
    done: Application, record: Record, row: Tracked | None, changed: dict[str, Any], whole: dict[str, Any]
) -> list[Problem]:
    """What the plan says against a row as it will be."""
    level = record.level
    if level is Level.SPRINT:
        assert row is None or isinstance(row, Sprint)
        problems = sprint_rules.against_the_store(done.session, row, changed)
        if row is None and whole.get("state") is SprintState.ACTIVE:
            planned = Sprint(id=0, team_id=whole.get("team_id"))
            if other := sprint_rules.running(done.session, planned):
                problems.append(Problem(None, "state", f"{other.name} of the same team is running"))
        return problems
    problems = rules.between_fields(level.value, whole.get, changed, None)
    problems += References(done.session, [changed]).problems(changed, None)
    if level in (Level.EFFORT, Level.PROJECT) and "number" in changed:
        owner = done.names.numbered(level, str(changed["number"]))
        if owner is not None and (row is None or owner != row.id):
            problems.append(Problem(None, "number", f"{changed['number']} is another {level.value} already"))
    return problems


def _number(done: Application, record: Record, values: dict[str, Any]) -> None:
    """An effort, project or sprint without a number gets the next one."""
    model: Any = MODELS[record.level]
    if values.get("number") is not None or record.level not in (Level.EFFORT, Level.PROJECT, Level.SPRINT):
        return
    if record.level is Level.PROJECT:
        effort_id = values.get("effort_id")
        if effort_id is None:
            return
        numbers = done.session.scalars(sa.select(model.number))
        effort = done.session.scalar(
            sa.select(MODELS[Level.EFFORT].__table__.c.number).where(  # type: ignore[attr-defined]
                MODELS[Level.EFFORT].id == effort_id
            )
        )
        taken = set(numbers)
        free = next(number for number in range(1, 10_000) if f"{effort}.{number}" not in taken)
        values["number"] = f"{effort}.{free}"
        return
    highest = sa.select(sa.func.max(model.number))
    if record.level is Level.SPRINT:
        highest = highest.where(model.team_id.is_not_distinct_from(values.get("team_id")))
    last = done.session.scalar(highest)
    values["number"] = (-1 if record.level is Level.SPRINT else 0) + 1 if last is None else last + 1
    if record.level is Level.SPRINT:
        values.setdefault("name", f"Sprint {values['number']}")


def _next_position(done: Application, model: Any) -> float:
    return float(done.session.scalar(sa.select(sa.func.max(model.position))) or 0.0) + 1.0


def _known(done: Application, record: Record, row_id: int, values: dict[str, Any]) -> None:
    number = values.get("number")
    done.names.add(record, row_id, None if number is None else str(number))
    if record.level is Level.SPRINT and number is not None:
        done.names.add_sprint(row_id, values.get("team_id"), number, str(values.get("name") or ""))


def _leave_life(done: Application, record: Record, given: dict[str, Any]) -> None:
    """A stored sprint starts and closes by being started and closed, not by a file."""
    for column in _LIFE:
        if column in given:
            if encode(given[column]) != done.now(record, column):
                done.note(record, column, "changes by starting and closing the sprint; left out")
            del given[column]
