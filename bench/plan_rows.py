"""A plan of any size with a year behind it: each task went its way, one recorded change after another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow import clock
from orchflow.people.newcomers import Newcomer, add_people
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.planning.tables import (
    Effort,
    Goal,
    Priority,
    Project,
    ProjectStatus,
    Sprint,
    SprintState,
    State,
    Task,
)
from orchflow.store.engine import Store
from orchflow.store.retelling import Retelling, retell
from orchflow.store.tables import Change

DAYS = 364
SPRINT_DAYS = 14
SPRINTS = DAYS // SPRINT_DAYS
EFFORTS, PROJECTS, GOALS = 6, 8, 3
PEOPLE = 20
VISITOR = "visitor"
WAY = ("sprint_id", "ready", "points", "in_progress", "logged_hours", "in_review", "logged_hours", "done")
"""What becomes of each task during its sprint; those of the last sprint are half way there."""


@dataclass(frozen=True)
class Filled:
    """What was written: ids of tasks, the sprint before the present one, how many changes tasks have."""

    tasks: int
    changes: int
    sprint_id: int
    people: tuple[Actor, ...]
    first_day: date


def fill_plan(store: Store, tasks: int, *, after: int = 0) -> Filled:
    """Write `tasks` tasks in two-week sprints of the last year, about twenty changes each, in one transaction; their efforts are
    numbered `after` those that there are."""
    names = [f"person-{n}" for n in range(PEOPLE)]
    roles = [Role.MANAGER] * PEOPLE + [Role.ADMIN]
    given = [Newcomer(name, name, role=role) for name, role in zip([*names, VISITOR], roles, strict=True)]
    ids = add_people(store, SYSTEM, given)
    now = clock.now()
    begin = now - timedelta(days=DAYS - SPRINT_DAYS // 2)
    people = tuple(
        Actor(user_id, name, name, Role.MANAGER) for user_id, name in zip(ids, names, strict=False)
    )
    with retell(store, SYSTEM) as past:
        past.at(begin - timedelta(days=2))
        with past.unit(people[0]) as session:
            projects = _projects(session, after)
            sprints = _sprints(session, begin, now, ids[:PEOPLE])
        past.at(begin - timedelta(days=1))
        with past.unit(people[0]) as session:
            made = _tasks(session, tasks, projects, ids)
        _work(past, made, sprints, begin, now, people)
        sprint_id = sprints[-2].id
    with store.read() as session:
        count = sa.select(sa.func.count()).select_from(Change).where(Change.entity == "task")
        changes = session.scalar(count) or 0
    return Filled(tasks, changes, sprint_id, people, begin.date())


def _projects(session: Session, after: int) -> list[tuple[Project, list[Goal]]]:
    found = []
    for number in range(after + 1, after + EFFORTS + 1):
        effort = Effort(number=number, name=f"Effort {number}", position=float(number), flow=number - after)
        session.add(effort)
        session.flush()
        for place in range(1, PROJECTS + 1):
            project = Project(
                number=f"{number}.{place}", effort_id=effort.id, name=f"Project {number}.{place}",
                status=ProjectStatus.IN_PROGRESS, position=float(place),
            )  # fmt: skip
            session.add(project)
            session.flush()
            goals = [
                Goal(project_id=project.id, name=f"Goal {n} of {number}.{place}", baseline=Decimal(0),
                     target=Decimal(100), current=Decimal(40), unit="percent", position=float(n))
                for n in range(GOALS)
            ]  # fmt: skip
            session.add_all(goals)
            session.flush()
            found.append((project, goals))
    return found


def _sprints(session: Session, begin: datetime, now: datetime, members: list[int]) -> list[Sprint]:
    found = []
    for number in range(SPRINTS):
        start = begin + timedelta(days=number * SPRINT_DAYS)
        end = start + timedelta(days=SPRINT_DAYS)
        closed = end <= now
        found.append(
            Sprint(
                number=number, name=f"Sprint {number}", start=start.date(),
                end=(end - timedelta(days=1)).date(), members=members, started_at=start,
                state=SprintState.CLOSED if closed else SprintState.ACTIVE,
                closed_at=end - timedelta(hours=1) if closed else None,
            )
        )  # fmt: skip
    session.add_all(found)
    session.flush()
    return found


def _tasks(
    session: Session, count: int, projects: list[tuple[Project, list[Goal]]], people: list[int]
) -> list[Task]:
    rng = np.random.default_rng(5)
    found = []
    for number in range(count):
        project, goals = projects[number % len(projects)]
        found.append(
            Task(
                project_id=project.id, goal_id=goals[number % len(goals)].id, title=f"Task {number} of the plan",
                description="Something that has to be done, with a sentence or two about when it is.",
                status=State.BACKLOG.value, assignee_id=people[number % PEOPLE], priority=Priority.NORMAL,
                estimated_hours=Decimal(int(rng.integers(2, 24))), labels=["bench"], milestone=False,
                position=float(number), role="backend_engineer", step="bench",
            )
        )  # fmt: skip
    session.add_all(found)
    session.flush()
    return found


def _work(
    past: Retelling,
    tasks: list[Task],
    sprints: list[Sprint],
    begin: datetime,
    now: datetime,
    people: tuple[Actor, ...],
) -> None:
    """Each day one step of the tasks of its sprint, by one person after another."""
    rng = np.random.default_rng(6)
    of_sprint = np.array_split(np.arange(len(tasks)), len(sprints))
    for place, mine in enumerate(of_sprint):
        pace = rng.integers(0, 4, size=len(mine))
        for step, what in enumerate(WAY):
            for wait in range(4):
                at = begin + timedelta(
                    days=place * SPRINT_DAYS + step + wait, hours=3 + wait, minutes=step - 30
                )
                if at > now - timedelta(minutes=5):
                    return
                past.at(at)
                with past.unit(people[(place + wait) % len(people)]):
                    for number in mine[pace == wait]:
                        _step(tasks[number], what, step, sprints[place])


def _step(task: Task, what: str, step: int, sprint: Sprint) -> None:
    value: dict[str, Any] = {
        "sprint_id": sprint.id, "points": Decimal(1 + task.id % 8), "logged_hours": Decimal(step + task.id % 5),
    }  # fmt: skip
    if what in value:
        setattr(task, what, value[what])
    else:
        task.status = what
