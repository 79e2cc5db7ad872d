"""Delete rows of the plan with everything below them and on them, so that one `undo` brings all of it back."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.people.permissions import Actor, Permission
from orchflow.planning.tables import (
    Attachment,
    Comment,
    Dependency,
    Effort,
    Goal,
    Link,
    Project,
    Sprint,
    Task,
)
from orchflow.planning.work.references import new_request, races_explained
from orchflow.store import locks
from orchflow.store.engine import Store
from orchflow.store.merge import lock_rows, portions, unchanged
from orchflow.store.tables import Tracked

TREE = "plan.tree"
"""The lock under which tasks get and lose their place: no two units make a knot of it together."""


def remove(
    store: Store,
    actor: Actor,
    model: type[Tracked],
    ids: Collection[int],
    base_version: int | None,
    request: str | None,
) -> str:
    """Delete the rows `ids`; returns the request that `undo` takes back.

    With a `base_version` (of one row) ConflictError when somebody has changed it since and NotFound when it is gone;
    without one, rows that are gone already are passed over.
    """
    actor.require(Permission.PLAN_EDIT)
    request = request or new_request()
    with races_explained(), store.unit(actor, request) as session:
        locks.take(session, TREE)
        if base_version is not None:
            for row_id in ids:
                unchanged(session, model, row_id, base_version)
        remove_in(session, model, set(ids))
    return request


def remove_in(session: Session, model: type[Tracked], ids: set[int]) -> None:
    """The same within a unit that holds TREE."""
    if model is Effort:
        remove_in(session, Project, ids_with(session, Project, Project.effort_id, ids))
    elif model is Project:
        _remove_tasks(session, ids_with(session, Task, Task.project_id, ids))
        remove_in(session, Goal, ids_with(session, Goal, Goal.project_id, ids))
    elif model in (Goal, Sprint):
        _let_go(session, "goal_id" if model is Goal else "sprint_id", ids)
    elif model is Task:
        _remove_tasks(session, ids)
        return
    _remove_what_hangs(session, model, ids)
    _delete(session, model, ids)


def _remove_tasks(session: Session, roots: set[int]) -> None:
    levels = [roots]
    seen = set(roots)
    while below := ids_with(session, Task, Task.parent_id, levels[-1]) - seen:
        levels.append(below)
        seen |= below
    tied = ids_with(session, Dependency, Dependency.task_id, seen)
    _delete(session, Dependency, tied | ids_with(session, Dependency, Dependency.depends_on_id, seen))
    _remove_what_hangs(session, Task, seen)
    rows = lock_rows(session, Task, seen)
    # A root may stand below another root: it goes with its children, not before them.
    parents = {task_id: task.parent_id for task_id, task in rows.items()}
    while parents:
        leaves = parents.keys() - set(parents.values())
        for task_id in leaves:
            session.delete(rows[task_id])
            del parents[task_id]
        session.flush()


def _remove_what_hangs(session: Session, model: type[Tracked], ids: set[int]) -> None:
    entity = sa.inspect(model).local_table.description
    for hung in (Comment, Link, Attachment):
        _delete(session, hung, ids_with(session, hung, hung.entity_id, ids, hung.entity == entity))


def _let_go(session: Session, field: str, ids: set[int]) -> None:
    """Tasks outlive their goal and their sprint."""
    holders = ids_with(session, Task, getattr(Task, field), ids)
    for task in lock_rows(session, Task, holders).values():
        setattr(task, field, None)
    session.flush()


def _delete(session: Session, model: type[Tracked], ids: set[int]) -> None:
    for row in lock_rows(session, model, ids).values():
        session.delete(row)
    session.flush()


def ids_with(
    session: Session,
    model: type[Tracked],
    column: Any,
    values: Collection[int],
    *also: sa.ColumnElement[bool],
) -> set[int]:
    """Which rows have one of `values` in `column`."""
    return {
        number
        for some in portions(values)
        for number in session.scalars(sa.select(model.id).where(column.in_(some), *also))
    }
