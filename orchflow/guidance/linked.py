"""What of the plan belongs to a step of a flow: its effort, the projects and goals of its tasks, and these."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.people.permissions import Actor, Permission
from orchflow.planning.tables import CLOSED, Effort, Goal, Project, State, Task
from orchflow.planning.work.workflow import states_in
from orchflow.store.engine import Store


@dataclass(frozen=True)
class LinkedTask:
    """A task of the step."""

    id: int
    title: str
    assignee_id: int | None
    due: date | None
    closed: bool


@dataclass(frozen=True)
class LinkedPart:
    """A project or goal in which tasks of the step are: how many there are and how many of them are closed."""

    id: int
    name: str
    tasks: int
    closed: int


@dataclass(frozen=True)
class LinkedWork:
    """The efforts of the flow by id, the projects and goals of the step's tasks, and these: what is open first, by its day."""

    efforts: dict[int, str]
    projects: tuple[LinkedPart, ...]
    goals: tuple[LinkedPart, ...]
    tasks: tuple[LinkedTask, ...]


def linked_work(store: Store, actor: Actor, flow: int, step: str) -> LinkedWork:
    """What of the plan belongs to the step of that key, in the flow of that number."""
    actor.require(Permission.PLAN_VIEW)
    with store.read() as session:
        efforts = session.execute(
            sa.select(Effort.id, Effort.number, Effort.name)
            .where(Effort.flow == flow)
            .order_by(Effort.position)
        ).all()
        meaning = states_in(session)
        rows = session.execute(
            sa.select(
                Task.id, Task.title, Task.assignee_id, Task.due, Task.status, Task.project_id, Task.goal_id
            )
            .where(Task.step == step)
            .order_by(Task.due.is_(None), Task.due, Task.id)
        ).all()
        open_or_not = [(row, _closed(meaning.get(row.status))) for row in rows]
        projects = _parts(session, Project, [(row.project_id, closed) for row, closed in open_or_not])
        goals = _parts(session, Goal, [(row.goal_id, closed) for row, closed in open_or_not])
    tasks = [LinkedTask(row.id, row.title, row.assignee_id, row.due, closed) for row, closed in open_or_not]
    return LinkedWork(
        {number: f"{order} {name}" for number, order, name in efforts},
        projects,
        goals,
        tuple(sorted(tasks, key=lambda task: task.closed)),
    )


def _closed(state: State | None) -> bool:
    return state in CLOSED


def _parts(
    session: Session, model: type[Project | Goal], of_tasks: list[tuple[int | None, bool]]
) -> tuple[LinkedPart, ...]:
    counts: dict[int, list[int]] = {}
    for number, closed in of_tasks:
        if number is not None:
            part = counts.setdefault(number, [0, 0])
            part[0] += 1
            part[1] += closed
    names = session.execute(
        sa.select(model.id, model.name).where(model.id.in_(counts)).order_by(model.position, model.id)
    )
    return tuple(LinkedPart(number, name, *counts[number]) for number, name in names)
