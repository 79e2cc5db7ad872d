"""A client of the API, in the process and without a network: ASGI all the way down."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.types import ASGIApp

from orchflow.api.app import PREFIX, create_api, mounted
from orchflow.api.tokens import create_token
from orchflow.clock import now
from orchflow.config.settings import SecuritySettings, Settings
from orchflow.people.permissions import SYSTEM, Role
from orchflow.people.tables import User
from orchflow.people.users import UserRow, user_named
from orchflow.planning.work import efforts, projects
from orchflow.store.engine import Store, open_store
from orchflow.warehouse.database import Warehouse
from orchflow.workspace import Workspace
from tests.asgi import ask


@dataclass
class Client:
    """Sends requests with one token."""

    app: ASGIApp
    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    address: str = "203.0.113.7"

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        """`path` is below /api/v1."""
        headers = {**self.headers, **more.pop("headers", {})}
        if self.token:
            headers = {"Authorization": f"Bearer {self.token}", **headers}

        return ask(self.app, method, PREFIX + path, client=self.address, headers=headers, **more)

    def get(self, path: str, **parameters: Any) -> httpx.Response:
        return self.request("GET", path, params=parameters)

    def post(self, path: str, json: Any = None, **more: Any) -> httpx.Response:
        return self.request("POST", path, json=json, **more)

    def patch(self, path: str, version: int, **changes: Any) -> httpx.Response:
        return self.request("PATCH", path, json={"version": version, "changes": changes})

    def delete(self, path: str, **parameters: Any) -> httpx.Response:
        return self.request("DELETE", path, params=parameters)


@dataclass(frozen=True)
class Place:
    """A workspace with an API on it."""

    ws: Workspace
    make_app: Callable[..., ASGIApp]
    app: ASGIApp

    @property
    def store(self) -> Store:
        return self.ws.store

    def person(self, role: str, username: str | None = None) -> UserRow:
        name = username or role
        self._add(role, name)
        return user_named(self.store, name)

    def _add(self, role: str, name: str) -> int:
        """The id of a new person, without a password, which takes its time to be hashed."""
        user = User(username=name, display_name=name, role=Role(role), active=True, sessions_valid_from=now())
        with self.store.unit(SYSTEM) as session:
            session.add(user)
            session.flush()
            return user.id

    def client(self, role: str = "manager", scope: str = "write", app: ASGIApp | None = None) -> Client:
        """The client of a new person with that role."""
        return Client(app or self.app, self.secret(self._add(role, role), scope))

    def secret(self, user_id: int, scope: str = "write", **more: Any) -> str:
        return create_token(self.store, SYSTEM, user_id, scope, **more)[1]


def api_on(ws: Workspace, **security: Any) -> ASGIApp:
    """The API as the server mounts it."""
    return Starlette(routes=[mounted(create_api(SecuritySettings(**security), lambda: ws))])


def _place(ws: Workspace) -> Place:
    return Place(ws, lambda **security: api_on(ws, **security), api_on(ws))


@pytest.fixture
def place(
    make_settings: Callable[..., Settings], tmp_path: Path, warehouse: Warehouse, migrated_home: Path
) -> Iterator[Place]:
    """A workspace on SQLite."""
    shutil.copyfile(migrated_home / "plan.sqlite", tmp_path / "plan.sqlite")
    store = open_store(f"sqlite:///{tmp_path / 'plan.sqlite'}", backups=tmp_path / "backups")
    yield _place(Workspace(make_settings(), store, warehouse))
    store.dispose()


@pytest.fixture
def both(make_settings: Callable[..., Settings], store: Store, warehouse: Warehouse) -> Place:
    """A workspace on each engine."""
    return _place(Workspace(make_settings(), store, warehouse))


@pytest.fixture
def manager(place: Place) -> Client:
    return place.client("manager")


@pytest.fixture
def project_id(place: Place) -> int:
    """A project to put tasks into."""
    return project_in(place.store)


def project_in(store: Store) -> int:
    effort = efforts.create_effort(store, SYSTEM, number=1, name="First agents")
    return projects.create_project(store, SYSTEM, number="1.1", effort_id=effort.id, name="Support").id
