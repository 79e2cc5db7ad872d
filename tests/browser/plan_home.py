"""A workspace with a small plan and a running sprint, and a server on it, for the screens of the section Plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta

import pytest

from orchflow import clock
from orchflow.config.settings import load_settings
from orchflow.people.permissions import SYSTEM, Role
from orchflow.people.users import add_user
from orchflow.planning.sprints.sprints import create_sprint, plan_sprint, start_sprint
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.projects import create_project
from orchflow.planning.work.tasks import create_task
from orchflow.workspace import Workspace, open_workspace
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
    with closing(open_workspace(load_settings(home=home))) as ws:
        sprint = small_plan(ws, clock.today(ws.zone) - timedelta(days=1))
        start_sprint(ws.store, SYSTEM, sprint)
    with Server(home) as running:
        yield running


def small_plan(ws: Workspace, start: date) -> int:
    """Five tasks, of which the first three are planned for sprint 0, which is to begin on `start`; its id."""
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
    end = start + timedelta(days=10)
    sprint = create_sprint(ws.store, SYSTEM, number=0, start=start, end=end, members=list(people.values())).id
    plan_sprint(ws.store, SYSTEM, sprint, add=tasks[:3])
    return sprint


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
