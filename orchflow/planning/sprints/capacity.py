"""How much a sprint's people can do, and how much is planned for them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from orchflow.people.permissions import Actor, Permission
from orchflow.people.tables import User
from orchflow.planning.calendar import read_calendar
from orchflow.planning.tables import Sprint, State, Task
from orchflow.planning.work.workflow import states_in
from orchflow.store.engine import Store
from orchflow.store.rows import stored

HOURS_A_DAY = 8


@dataclass(frozen=True)
class MemberCapacity:
    """One person's days in a sprint: the working days without their days off, times the focus."""

    user_id: int
    name: str
    days_off: float
    available: float
    planned_hours: float
    planned_points: float


@dataclass(frozen=True)
class Capacity:
    """A sprint's capacity: (members × working days − days off) × focus, in days, and in hours of eight a day.

    The planned amounts are those of its tasks that are not cancelled; `unestimated` of them have no points.
    """

    working_days: int
    focus: float
    members: tuple[MemberCapacity, ...]
    days: float
    hours: float
    planned_points: float
    planned_hours: float
    planned_tasks: int
    unestimated: int


def capacity(store: Store, actor: Actor, sprint_id: int) -> Capacity:
    """The capacity of a sprint against what it holds now. NotFound when there is no such sprint."""
    actor.require(Permission.PLAN_VIEW)
    with store.read() as session:
        sprint = stored(session, Sprint, sprint_id)
        calendar, states = read_calendar(session, sprint.team_id), states_in(session)
        people = sa.select(User.id, User.display_name).where(User.id.in_(sprint.members))
        names = dict(session.execute(people).all())
        held = sa.select(Task.assignee_id, Task.status, Task.points, Task.estimated_hours).where(
            Task.sprint_id == sprint_id
        )
        tasks = [
            (person, points, hours)
            for person, status, points, hours in session.execute(held)
            if states.get(status) is not State.CANCELLED
        ]
    working_days = calendar.count(sprint.start, sprint.end) if sprint.start and sprint.end else 0
    focus = float(sprint.focus)
    members = []
    for user_id in sprint.members:
        name, off = names.get(user_id, f"User {user_id}"), float(sprint.days_off.get(str(user_id), 0))
        hours, points = _planned([task for task in tasks if task[0] == user_id])
        available = max(0.0, working_days - off) * focus
        members.append(MemberCapacity(user_id, name, off, available, hours, points))
    days = sum(member.available for member in members)
    planned_hours, planned_points = _planned(tasks)
    return Capacity(
        working_days=working_days,
        focus=focus,
        members=tuple(members),
        days=days,
        hours=days * HOURS_A_DAY,
        planned_points=planned_points,
        planned_hours=planned_hours,
        planned_tasks=len(tasks),
        unestimated=sum(points is None for _, points, _ in tasks),
    )


def _planned(tasks: Collection[tuple[int | None, Decimal | None, Decimal | None]]) -> tuple[float, float]:
    """Hours and points of tasks (person, points, hours); without an estimate none."""
    return float(sum(hours or 0 for *_, hours in tasks)), float(sum(points or 0 for _, points, _ in tasks))
