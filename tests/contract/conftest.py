"""One fake installation in a database, and workspaces that read it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import psycopg
import pytest

from orchflow.config.settings import Settings
from orchflow.workspace import Workspace, open_workspace
from tests.conftest import database_at
from tests.contract.fake_database import Version, fill_database
from tests.contract.fake_dataset import Dataset, mixed
from tests.contract.fake_orchestrator import PASSWORD, FakeOrchestrator
from tests.contract.test_api_source import settings_for


@pytest.fixture(scope="session")
def rows() -> Dataset:
    """What the installation holds, made once; nobody changes it."""
    return mixed()


@pytest.fixture(scope="session")
def filled(postgres: str, rows: Dataset) -> Callable[[Version], str]:
    """The name of a database with these rows, filled once for each version; copying it costs a tenth of filling one."""

    @cache
    def fill(version: Version) -> str:
        name = f"filled_{version}"
        with psycopg.connect(postgres, autocommit=True) as connection:
            connection.execute(f'create database "{name}"')  # type: ignore[arg-type]
        fill_database(database_at(postgres, name), rows, version)
        return name

    return fill


@pytest.fixture
def dataset(rows: Dataset) -> Dataset:
    """The same rows, for a test to change."""
    return rows.copy()


@pytest.fixture
def version() -> Version:
    """The version of the installation; a test may be given another."""
    return "enterprise"


@pytest.fixture
def address(new_database: Callable[[str], str], filled: Callable[[Version], str], version: Version) -> str:
    """The database of an installation that holds the rows of `dataset`."""
    return new_database(filled(version))


@pytest.fixture
def open_empty(tmp_path: Path, migrated_home: Path) -> Iterator[Callable[[], Workspace]]:
    opened: list[Workspace] = []

    def open_it() -> Workspace:
        home = shutil.copytree(migrated_home, tmp_path / f"doors-{len(opened)}")
        opened.append(open_workspace(Settings.model_validate({"home": home, "warehouse": {"threads": 1}})))
        return opened[-1]

    yield open_it
    for ws in opened:
        ws.close()


@pytest.fixture
def open_with_sources(
    tmp_path: Path, migrated_home: Path
) -> Iterator[Callable[[FakeOrchestrator, str], Workspace]]:
    """Opens a workspace that reads one installation through its API and through its database."""
    opened: list[Workspace] = []

    def open_it(fake: FakeOrchestrator, address: str) -> Workspace:
        through_api = {**settings_for(fake, name="api").model_dump(), "password": PASSWORD}
        through_database = {"name": "database", "kind": "orchestrator_db", "url": address}
        home = shutil.copytree(migrated_home, tmp_path / "home")
        settings = {"home": home, "sources": (through_api, through_database), "warehouse": {"threads": 1}}
        opened.append(open_workspace(Settings.model_validate(settings)))
        return opened[-1]

    yield open_it
    for ws in opened:
        ws.close()
