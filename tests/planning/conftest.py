"""A small plan to test with, and people who may do different things with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from orchflow import clock
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.people.tables import User
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.projects import create_project
from orchflow.planning.work.rows import TaskRow
from orchflow.planning.work.tasks import create_task, get_task
from orchflow.store.engine import Store
from tests.planning.clockwork import space, time  # noqa: F401  fixtures of their own

AddPerson = Callable[..., Actor]
AddTask = Callable[..., TaskRow]
Reread = Callable[[int], TaskRow]


@pytest.fixture
def add_person(store: Store) -> AddPerson:
    """Adds a user without a password and returns the actor they are."""

    def add(username: str, role: Role = Role.MEMBER, **values: Any) -> Actor:
        with store.unit(SYSTEM) as session:
            user = User(
                username=username,
                display_name=username.title(),
                role=role,
                sessions_valid_from=clock.now(),
                **values,
            )
            session.add(user)
        return Actor(user.id, user.username, user.display_name, user.role)

    return add


@pytest.fixture
def ada(add_person: AddPerson) -> Actor:
    """A manager."""
    return add_person("ada", Role.MANAGER)


@pytest.fixture
def bob(add_person: AddPerson) -> Actor:
    """Another manager."""
    return add_person("bob", Role.MANAGER)


@pytest.fixture
def mia(add_person: AddPerson) -> Actor:
    """A member."""
    return add_person("mia", Role.MEMBER)


@pytest.fixture
def effort(store: Store) -> int:
    return create_effort(store, SYSTEM, number=1, name="Infrastructure").id


@pytest.fixture
def project(store: Store, effort: int) -> int:
    return create_project(store, SYSTEM, number="1.1", effort_id=effort, name="Hardware").id


@pytest.fixture
def add_task(store: Store, project: int) -> AddTask:
    """Adds a task to the project."""

    def add(title: str = "Order the server", **values: Any) -> TaskRow:
        return create_task(store, SYSTEM, **{"project_id": project, "title": title, **values})

    return add


@pytest.fixture
def reread(store: Store) -> Reread:
    """A task as it is stored now."""
    return lambda task_id: get_task(store, SYSTEM, task_id)
