"""Efforts, projects and tasks with their days: what the timeline draws and a baseline keeps."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.encoding import encode
from orchflow.planning.tables import CLOSED, Effort, EffortStatus, Project, ProjectStatus, State, Task
from orchflow.planning.work.workflow import states_in

Kind = Literal["effort", "project", "task"]


@dataclass(frozen=True)
class Dated:
    """A row of the plan with its planned days. `parent` is the effort of a project and the project of a task."""

    kind: Kind
    id: int
    parent: int | None
    name: str
    start: date | None
    end: date | None
    state: State
    milestone: bool = False
    points: float | None = None
    hours: float | None = None

    @property
    def open(self) -> bool:
        """Whether it is neither done nor cancelled."""
        return self.state not in CLOSED

    def as_json(self) -> Any:
        """What a baseline keeps of it."""
        return encode(
            {
                "kind": self.kind,
                "id": self.id,
                "parent": self.parent,
                "name": self.name,
                "start": self.start,
                "end": self.end,
                "state": self.state,
                "points": self.points,
            }
        )


_EFFORTS = {
    EffortStatus.NOT_STARTED: State.BACKLOG,
    EffortStatus.IN_PROGRESS: State.IN_PROGRESS,
    EffortStatus.COMPLETED: State.DONE,
    EffortStatus.CANCELLED: State.CANCELLED,
}
_PROJECTS = {
    ProjectStatus.NOT_STARTED: State.BACKLOG,
    ProjectStatus.IN_PROGRESS: State.IN_PROGRESS,
    ProjectStatus.BLOCKED: State.BLOCKED,
    ProjectStatus.COMPLETED: State.DONE,
    ProjectStatus.CANCELLED: State.CANCELLED,
}


def plan_dates(
    session: Session, *, effort_ids: Collection[int] = (), project_ids: Collection[int] = ()
) -> list[Dated]:
    """Efforts, then projects, then tasks in the order of the plan; narrowed to some efforts or projects.

    An effort or project without days of its own has those of what is in it.
    """
    projects = _projects(session, effort_ids, project_ids)
    narrowed = bool(effort_ids or project_ids)
    tasks = _tasks(session, [project.id for project in projects] if narrowed else None)
    inside = {project.parent or 0 for project in projects} | set(effort_ids)
    efforts = _efforts(session, inside if narrowed else None)
    with_days = _spanning(projects, tasks)
    return [*_spanning(efforts, with_days), *with_days, *tasks]


def _projects(session: Session, effort_ids: Collection[int], project_ids: Collection[int]) -> list[Dated]:
    chosen = sa.select(
        Project.id, Project.effort_id, Project.number, Project.name, Project.start, Project.due, Project.status
    ).order_by(Project.position, Project.id)  # fmt: skip
    if project_ids:
        chosen = chosen.where(Project.id.in_(project_ids))
    if effort_ids:
        chosen = chosen.where(Project.effort_id.in_(effort_ids))
    return [
        Dated("project", project_id, effort_id, f"{number} {name}", start, due, _PROJECTS[status])
        for project_id, effort_id, number, name, start, due, status in session.execute(chosen)
    ]


def _tasks(session: Session, project_ids: Collection[int] | None) -> list[Dated]:
    """The tasks of the projects; of all without any."""
    chosen = sa.select(
        Task.id, Task.project_id, Task.title, Task.start, Task.due, Task.status, Task.milestone,
        Task.points, Task.estimated_hours,
    ).order_by(Task.position, Task.id)  # fmt: skip
    if project_ids is not None:
        chosen = chosen.where(Task.project_id.in_(project_ids))
    states = states_in(session)
    return [
        Dated(
            "task", task_id, project_id, title, start, due, states.get(status, State.BACKLOG), milestone,
            None if points is None else float(points), None if hours is None else float(hours),
        )
        for task_id, project_id, title, start, due, status, milestone, points, hours in session.execute(chosen)
    ]  # fmt: skip


def _efforts(session: Session, effort_ids: Collection[int] | None) -> list[Dated]:
    """Some efforts; all without any."""
    chosen = sa.select(
        Effort.id, Effort.number, Effort.name, Effort.target_start, Effort.target_end, Effort.status
    ).order_by(Effort.position, Effort.id)
    if effort_ids is not None:
        chosen = chosen.where(Effort.id.in_(effort_ids))
    return [
        Dated("effort", effort_id, None, f"{number} {name}", start, end, _EFFORTS[status])
        for effort_id, number, name, start, end, status in session.execute(chosen)
    ]


def _spanning(parents: list[Dated], children: list[Dated]) -> list[Dated]:
    """The parents, those without days of their own with the days their children span."""
    spans: dict[int | None, tuple[list[date], list[date]]] = {}
    for child in children:
        starts, ends = spans.setdefault(child.parent, ([], []))
        starts += [day for day in (child.start, child.end) if day][:1]
        ends += [day for day in (child.end, child.start) if day][:1]
    return [
        replace(
            parent,
            start=parent.start or min(spans.get(parent.id, ([], []))[0], default=None),
            end=parent.end or max(spans.get(parent.id, ([], []))[1], default=None),
        )
        for parent in parents
    ]
