"""Dependencies between tasks: all four kinds, with lag. A ring of them is refused with its path named."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import Problem
from orchflow.people.permissions import Permission
from orchflow.planning.cycles import acyclic, cycle
from orchflow.planning.tables import Dependency, Task
from orchflow.planning.work.rows import DependencyRow
from orchflow.planning.work.rules import PlanRules
from orchflow.store.entity import Actor as AnyActor
from orchflow.store.entity import Entity, Filter


class DependencyRules(PlanRules):
    """No task waits for itself, however long the way, and none waits for another one twice."""

    def __init__(
        self, entity: Entity[Any], session: Session, actor: AnyActor, values: Sequence[Mapping[str, Any]]
    ) -> None:
        super().__init__(entity, session, actor, values)
        self._waits = waits_of(session)
        coming = [
            (row["task_id"], row["depends_on_id"])
            for row in values
            if {"task_id", "depends_on_id"} <= row.keys()
        ]
        stored = [(task_id, other) for task_id, others in self._waits.items() for other in others]
        self._safe = acyclic([*stored, *coming])  # asked once for all; only if not, row by row

    def problems(self, row: Any, value: Callable[[str], Any], values: dict[str, Any]) -> list[Problem]:
        problems = self.references(values)
        if row is not None or problems:
            return problems
        task_id, depends_on_id = values["task_id"], values["depends_on_id"]
        if depends_on_id in self._waits.get(task_id, ()):
            waits = f"task {task_id} waits for task {depends_on_id} already"
            return [Problem(None, "depends_on_id", waits)]
        if not self._safe and (ring := cycle(self._waits, task_id, depends_on_id)):
            names = dict(self.session.execute(sa.select(Task.id, Task.title).where(Task.id.in_(ring))).all())
            way = " → ".join(names[number] for number in [*ring, task_id])
            return [Problem(None, "depends_on_id", f"would wait for itself: {way}")]
        self._waits.setdefault(task_id, []).append(depends_on_id)
        return []


def waits_of(session: Session) -> dict[int, list[int]]:
    """Every task that waits → the tasks it waits for."""
    waits: dict[int, list[int]] = {}
    for task_id, depends_on_id in session.execute(sa.select(Dependency.task_id, Dependency.depends_on_id)):
        waits.setdefault(task_id, []).append(depends_on_id)
    return waits


def _at_either_end(task_id: int) -> sa.ColumnElement[bool]:
    return sa.or_(Dependency.task_id == task_id, Dependency.depends_on_id == task_id)


def _of_project(project_id: int) -> sa.ColumnElement[bool]:
    inside = sa.select(Task.id).where(Task.project_id == project_id)
    return sa.or_(Dependency.task_id.in_(inside), Dependency.depends_on_id.in_(inside))


DEPENDENCIES = Entity(
    Dependency,
    DependencyRow,
    "Which task waits for which.",
    view=Permission.PLAN_VIEW,
    edit=Permission.PLAN_EDIT,
    lock="plan.dependencies",
    filters={
        "task_id": Filter(int, _at_either_end, "Those at either end of this task."),
        "project_id": Filter(int, _of_project, "Those of the tasks of this project."),
    },
    rules=DependencyRules,
)
list_dependencies, get_dependency, add_dependency = DEPENDENCIES.list, DEPENDENCIES.get, DEPENDENCIES.create
update_dependency, remove_dependency = DEPENDENCIES.update, DEPENDENCIES.delete
