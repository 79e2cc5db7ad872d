"""Create and edit efforts, projects and goals: read the values, check them, write them with their history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.encoding import encode
from orchflow.errors import Invalid, Problem
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.tables import Goal, Task
from orchflow.planning.work import rules
from orchflow.planning.work.references import References, new_request, races_explained, taken
from orchflow.planning.work.rows import Saved, row_of
from orchflow.store import locks
from orchflow.store.engine import Store
from orchflow.store.merge import RowEdit, save_many
from orchflow.store.tables import Tracked

PlanRow = TypeVar("PlanRow")
Model = TypeVar("Model", bound=Tracked)


def create(
    store: Store,
    actor: Actor,
    model: type[Model],
    row_type: type[PlanRow],
    fields: Mapping[str, Any],
    request: str | None,
) -> PlanRow:
    """Add one row, last among all unless `position` says otherwise. Invalid names every refused value."""
    actor.require(Permission.PLAN_EDIT)
    entity = _entity(model)
    values, problems = rules.read(entity, fields, None)
    problems += rules.missing(entity, fields, None)
    problems += rules.between_fields(entity, values.get, values, None)
    if problems:
        raise Invalid(problems)
    with races_explained(), store.unit(actor, request or new_request()) as session:
        locks.take(session, f"plan.{entity}")
        if problems := _against_the_store(session, model, None, values):
            raise Invalid(problems)
        if "position" not in values:
            last = session.scalar(sa.select(sa.func.max(model.position)))  # type: ignore[attr-defined]
            values["position"] = (last or 0.0) + 1.0
        for name, field in rules.FIELDS[entity].items():
            if field.empty is not None:
                values.setdefault(name, field.value(None))
        row = model(**values)
        session.add(row)
        session.flush()
        return row_of(row_type, row)


def update(
    store: Store,
    actor: Actor,
    model: type[Model],
    row_type: type[PlanRow],
    row_id: int,
    base_version: int,
    changes: Mapping[str, Any],
    request: str | None,
) -> Saved[PlanRow]:
    """Save the changed fields: Invalid, ConflictError or NotFound, and nothing is written."""
    actor.require(Permission.PLAN_EDIT)
    entity = _entity(model)
    values, problems = rules.read(entity, changes, row_id)
    if problems:
        raise Invalid(problems)
    with races_explained(), store.unit(actor, request or new_request()) as session:

        def check(row: Model, left: dict[str, Any]) -> list[Problem]:
            for name in [name for name in left if encode(left[name]) == encode(getattr(row, name))]:
                del left[name]
            found = rules.between_fields(
                entity, lambda name: left.get(name, getattr(row, name)), left, row_id
            )
            return found + _against_the_store(session, model, row_id, left)

        (outcome,) = save_many(session, model, [RowEdit(row_id, base_version, values)], check)
        outcome.unless_ok()
        assert outcome.row is not None
        return Saved(row_of(row_type, outcome.row), outcome.merged)


def _entity(model: type[Tracked]) -> str:
    return str(sa.inspect(model).local_table.description)


def _against_the_store(
    session: Session, model: type[Model], row_id: int | None, values: Mapping[str, Any]
) -> list[Problem]:
    problems = References(session, [values]).problems(values, row_id)
    if model is Goal and row_id is not None and "project_id" in values:
        served = sa.select(Task.id).where(Task.goal_id == row_id).limit(1)
        if session.scalar(served) is not None:
            problems.append(Problem(row_id, "project_id", "tasks of its present project work towards it"))
    for fields in (("number",), ("external_source", "external_id")):
        key = tuple(values.get(field) for field in fields)
        owner = taken(session, model, fields, [key]).get(key)
        if owner is not None and owner != row_id:
            shown = " ".join(str(part) for part in key)
            problems.append(
                Problem(row_id, fields[-1], f"{shown} is the {_entity(model)} with id {owner} already")
            )
    return problems
