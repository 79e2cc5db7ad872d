"""Dependencies between tasks: all four kinds, with lag. A ring of them is refused with its path named."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import Invalid, Problem
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.tables import Dependency, DependencyKind, Task
from orchflow.planning.work import rules
from orchflow.planning.work.references import References, new_request, races_explained
from orchflow.planning.work.rows import DependencyRow, Saved, chosen, one, page, row_of, rows
from orchflow.store import locks
from orchflow.store.engine import Store
from orchflow.store.merge import delete_row, lock_rows, save_changes

DEPENDENCIES = "plan.dependencies"
"""The lock under which tasks are tied, so that no two units close a ring together."""


def list_dependencies(
    store: Store,
    actor: Actor,
    *,
    task_id: int | None = None,
    project_id: int | None = None,
    after: int | None = None,
    limit: int | None = None,
) -> list[DependencyRow]:
    """Every dependency; or those at either end of a task, or of the tasks of a project."""
    actor.require(Permission.PLAN_VIEW)
    found = chosen(DependencyRow, Dependency)
    if task_id is not None:
        found = found.where(sa.or_(Dependency.task_id == task_id, Dependency.depends_on_id == task_id))
    if project_id is not None:
        inside = sa.select(Task.id).where(Task.project_id == project_id)
        found = found.where(sa.or_(Dependency.task_id.in_(inside), Dependency.depends_on_id.in_(inside)))
    with store.read() as session:
        return rows(session, DependencyRow, page(found, Dependency, (), after, limit))


def get_dependency(store: Store, actor: Actor, dependency_id: int) -> DependencyRow:
    """One dependency; NotFound when there is none."""
    actor.require(Permission.PLAN_VIEW)
    with store.read() as session:
        return one(session, DependencyRow, Dependency, dependency_id)


def add_dependency(
    store: Store,
    actor: Actor,
    *,
    task_id: int,
    depends_on_id: int,
    kind: DependencyKind | str = DependencyKind.FINISH_TO_START,
    lag_days: int = 0,
    request: str | None = None,
) -> DependencyRow:
    """Let `task_id` wait for `depends_on_id`. Invalid when that closes a ring, or they are tied already."""
    given = {"task_id": task_id, "depends_on_id": depends_on_id, "kind": kind, "lag_days": lag_days}
    (added,) = add_dependencies(store, actor, [given], request)
    return added


def add_dependencies(
    store: Store, actor: Actor, given: Collection[Mapping[str, Any]], request: str | None = None
) -> list[DependencyRow]:
    """The same for many at once: all of them or, with every reason, none. Problems name them by place, from 1."""
    actor.require(Permission.PLAN_EDIT)
    values, problems = [], []
    for place, one_given in enumerate(given, start=1):
        value, wrong = rules.read("dependency", one_given, place)
        values.append(value)
        problems += wrong + rules.missing("dependency", one_given, place)
    if problems:
        raise Invalid(problems)
    with races_explained(), store.unit(actor, request or new_request()) as session:
        locks.take(session, DEPENDENCIES)
        _refuse(session, values)
        new = [
            Dependency(**{"kind": DependencyKind.FINISH_TO_START, "lag_days": 0, **value}) for value in values
        ]
        session.add_all(new)
        session.flush()
        return [row_of(DependencyRow, row) for row in new]


def update_dependency(
    store: Store,
    actor: Actor,
    dependency_id: int,
    base_version: int,
    changes: Mapping[str, Any],
    request: str | None = None,
) -> Saved[DependencyRow]:
    """Save a changed `kind` or `lag_days`; whom it ties does not change."""
    actor.require(Permission.PLAN_EDIT)
    values, problems = rules.read("dependency", changes, dependency_id)
    fixed = values.keys() & {"task_id", "depends_on_id"}
    problems += [Problem(dependency_id, field, "cannot be changed") for field in sorted(fixed)]
    if problems:
        raise Invalid(problems)
    with store.unit(actor, request or new_request()) as session:
        saved = save_changes(session, Dependency, dependency_id, base_version, values)
        return Saved(row_of(DependencyRow, saved.row), saved.merged)


def remove_dependency(
    store: Store,
    actor: Actor,
    dependency_id: int,
    base_version: int | None = None,
    request: str | None = None,
) -> str:
    """Untie two tasks; returns the request that `undo` takes back."""
    actor.require(Permission.PLAN_EDIT)
    request = request or new_request()
    with store.unit(actor, request) as session:
        if base_version is not None:
            delete_row(session, Dependency, dependency_id, base_version)
        for row in lock_rows(session, Dependency, [dependency_id]).values():
            session.delete(row)
    return request


def ring(session: Session, task_id: int, depends_on_id: int) -> list[int] | None:
    """The tasks on the way from `depends_on_id` back to `task_id`, were the one to wait for the other."""
    return way_back(waits_of(session), task_id, depends_on_id)


def waits_of(session: Session) -> dict[int, list[int]]:
    """Every task that waits → the tasks it waits for."""
    waits: dict[int, list[int]] = {}
    for task_id, depends_on_id in session.execute(sa.select(Dependency.task_id, Dependency.depends_on_id)):
        waits.setdefault(task_id, []).append(depends_on_id)
    return waits


def way_back(waits: Mapping[int, list[int]], task_id: int, depends_on_id: int) -> list[int] | None:
    """The tasks from `depends_on_id` back to `task_id`, if the one waits for the other; they would make a ring."""
    came_from: dict[int, int | None] = {depends_on_id: None}
    todo = [depends_on_id]
    for at in todo:
        if at == task_id:
            break
        for further in waits.get(at, ()):
            if further not in came_from:
                came_from[further] = at
                todo.append(further)
    if task_id not in came_from:
        return None
    path: list[int] = []
    step: int | None = task_id
    while step is not None:
        path.append(step)
        step = came_from[step]
    return path[::-1]


def _refuse(session: Session, values: list[dict[str, Any]]) -> None:
    references = References(session, values)
    waits = waits_of(session)
    problems = []
    for place, value in enumerate(values, start=1):
        wrong = references.problems(value, place)
        task_id, depends_on_id = value["task_id"], value["depends_on_id"]
        if not wrong and depends_on_id in waits.get(task_id, ()):
            wrong = [
                Problem(place, "depends_on_id", f"task {task_id} waits for task {depends_on_id} already")
            ]
        if not wrong and (path := way_back(waits, task_id, depends_on_id)):
            names = _titles(session, path)
            way = " → ".join(names[number] for number in [task_id, *path])
            wrong = [Problem(place, "depends_on_id", f"would wait for itself: {way}")]
        if not wrong:
            waits.setdefault(task_id, []).append(depends_on_id)
        problems += wrong
    if problems:
        raise Invalid(problems)


def _titles(session: Session, ids: Collection[int]) -> dict[int, str]:
    found = sa.select(Task.id, Task.title).where(Task.id.in_(ids))
    return dict(session.execute(found).all())
