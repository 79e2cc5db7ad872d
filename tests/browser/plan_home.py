"""A workspace with a small plan and a running sprint, and a server on it, for the screens of the section Plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from orchflow import clock
from orchflow.config.settings import load_settings
from orchflow.people.permissions import SYSTEM, Role
from orchflow.people.users import add_user
from orchflow.planning.sprints.sprints import create_sprint, plan_sprint, start_sprint
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.projects import create_project
from orchflow.planning.work.tasks import create_task
from orchflow.workspace import open_workspace
from tests.browser.conftest import Profiles, Visitor
from tests.serving import Server

PASSWORD = "correct horse battery"
TITLES = (
    "Order the server",
    "Rack it",
    "Install the gateway",
    "Write the guide <b>bold</b>",
    "Invite the pilots",
)


@pytest.fixture(scope="module")
def plan_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Five tasks, of which the first three are in the running sprint 0; the second is the member's."""
    home = tmp_path_factory.mktemp("plan") / "home"
    ws = open_workspace(load_settings(home=home))
    today = clock.today(ws.zone)
    people = {
        role: add_user(
            ws.store, SYSTEM, username=role.value, display_name=f"{role.value.title()} One", role=role, password=PASSWORD,
            must_change_password=False,
        )[0].id
        for role in (Role.ADMIN, Role.MANAGER, Role.MEMBER)
    }  # fmt: skip
    effort = create_effort(ws.store, SYSTEM, number=1, name="Foundation")
    project = create_project(ws.store, SYSTEM, number="1.1", effort_id=effort.id, name="First agent")
    tasks = [
        create_task(
            ws.store, SYSTEM, project_id=project.id, title=title, points=3, status="ready",
            assignee_id=people[Role.MEMBER] if n == 1 else people[Role.MANAGER],
        ).id
        for n, title in enumerate(TITLES)
    ]  # fmt: skip
    sprint = create_sprint(
        ws.store, SYSTEM, number=0, start=today - timedelta(days=1), end=today + timedelta(days=9), members=list(people.values())
    )  # fmt: skip
    plan_sprint(ws.store, SYSTEM, sprint.id, add=tasks[:3])
    start_sprint(ws.store, SYSTEM, sprint.id)
    ws.close()
    with Server(home) as running:
        yield running


@pytest.fixture
def enter(profiles: Profiles, plan_server: Server) -> Iterator[Callable[..., Visitor]]:
    """Signs people in on a screen of that server."""
    made: list[Visitor] = []

    def sign_in(username: str, path: str, **options: object) -> Visitor:
        visitor = Visitor(profiles, plan_server, **options)
        made.append(visitor)
        visitor.enter(username, path)
        return visitor

    yield sign_in
    for visitor in made:
        visitor.leave()
