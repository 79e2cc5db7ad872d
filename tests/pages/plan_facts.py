"""A plan with two sprints behind it, for the screens of the section Plan: around today, in few tasks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from orchflow import clock
from orchflow.people.permissions import SYSTEM, Role
from orchflow.people.users import UserRow, add_user
from orchflow.planning.sprints.sprints import close_sprint, create_sprint, plan_sprint, start_sprint
from orchflow.planning.work.dependencies import add_dependency
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.projects import create_project
from orchflow.planning.work.tasks import create_task, get_task, update_task
from orchflow.workspace import Workspace
from tests.pages.conftest import PASSWORD


@dataclass(frozen=True)
class Plan:
    """The ids of what was made; `worker` is a member with one task, `sprint` the running one."""

    worker: UserRow
    project: int
    tasks: list[int]
    closed: int
    sprint: int


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """The product believes that it is `moment`."""
    real = clock.now
    clock.now = lambda: moment
    try:
        yield
    finally:
        clock.now = real


def build_plan(ws: Workspace) -> Plan:
    """Eight tasks of one project: sprint 0 closed with two done, sprint 1 running with one blocked and one added."""
    now, store = clock.now(), ws.store
    worker, _ = add_user(
        store, SYSTEM, username="wanda", display_name="Wanda Worker", role=Role.MEMBER, password=PASSWORD, must_change_password=False
    )  # fmt: skip
    today = now.date()
    with as_of(now - timedelta(days=30)):
        effort = create_effort(
            store, SYSTEM, number=1, name="Foundation", target_start=today - timedelta(days=30)
        )
        project = create_project(
            store, SYSTEM, number="1.1", effort_id=effort.id, name="First agent", start=today - timedelta(days=30),
            due=today + timedelta(days=20),
        )  # fmt: skip
        tasks = [
            create_task(
                store, SYSTEM, project_id=project.id, title=f"Task {n}", points=n, start=today + timedelta(days=n),
                due=today + timedelta(days=n + 2), assignee_id=worker.id if n == 4 else None,
            ).id
            for n in range(1, 9)
        ]  # fmt: skip
        create_task(
            store,
            SYSTEM,
            project_id=project.id,
            title="Agent accepted",
            milestone=True,
            due=today + timedelta(days=20),
        )
        add_dependency(store, SYSTEM, task_id=tasks[6], depends_on_id=tasks[5])
        first = create_sprint(
            store,
            SYSTEM,
            number=0,
            start=today - timedelta(days=30),
            end=today - timedelta(days=16),
            members=[worker.id],
        )
        plan_sprint(store, SYSTEM, first.id, add=tasks[:4])
    with as_of(now - timedelta(days=29)):
        start_sprint(store, SYSTEM, first.id)
    for day, number, status in (
        (27, 0, "in_progress"),
        (25, 0, "done"),
        (26, 1, "in_progress"),
        (20, 1, "done"),
    ):
        with as_of(now - timedelta(days=day)):
            move(ws, tasks[number], status=status)
    with as_of(now - timedelta(days=15)):
        second = create_sprint(
            store,
            SYSTEM,
            number=1,
            start=today - timedelta(days=14),
            end=today + timedelta(days=2),
            members=[worker.id],
        )
        close_sprint(store, SYSTEM, first.id, second.id)
    with as_of(now - timedelta(days=14)):
        start_sprint(store, SYSTEM, second.id)
    with as_of(now - timedelta(days=5)):
        plan_sprint(store, SYSTEM, second.id, add=[tasks[4]])
        move(ws, tasks[3], status="in_progress")
        move(ws, tasks[2], status="blocked", blocked_reason="Waiting for the key")
    return Plan(worker, project.id, tasks, first.id, second.id)


def move(ws: Workspace, task_id: int, **changes: object) -> None:
    """Change a task as it is stored now."""
    update_task(ws.store, SYSTEM, task_id, get_task(ws.store, SYSTEM, task_id).version, changes)
