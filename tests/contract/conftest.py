"""One fake installation in a database, and workspaces that read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from orchflow.config import Settings
from orchflow.workspace import Workspace, open_workspace
from tests.contract.fake_database import Version, fill_database
from tests.contract.fake_dataset import Dataset, mixed
from tests.contract.fake_orchestrator import PASSWORD, FakeOrchestrator
from tests.contract.test_api_source import settings_for


@pytest.fixture
def dataset() -> Dataset:
    return mixed()


@pytest.fixture
def version() -> Version:
    """The version of the installation; a test may be given another."""
    return "enterprise"


@pytest.fixture
def address(new_database: Callable[[], str], dataset: Dataset, version: Version) -> str:
    made = new_database()
    fill_database(made, dataset, version)
    return made


@pytest.fixture
def open_empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Workspace]]:
    opened: list[Workspace] = []

    def open_it() -> Workspace:
        opened.append(open_workspace(Settings.model_validate({"home": tmp_path_factory.mktemp("doors")})))
        return opened[-1]

    yield open_it
    for ws in opened:
        ws.close()


@pytest.fixture
def open_with_sources(tmp_path: Path) -> Iterator[Callable[[FakeOrchestrator, str], Workspace]]:
    """Opens a workspace that reads one installation through its API and through its database."""
    opened: list[Workspace] = []

    def open_it(fake: FakeOrchestrator, address: str) -> Workspace:
        through_api = {**settings_for(fake, name="api").model_dump(), "password": PASSWORD}
        through_database = {"name": "database", "kind": "orchestrator_db", "url": address}
        settings = {"home": tmp_path / "home", "sources": (through_api, through_database)}
        opened.append(open_workspace(Settings.model_validate(settings)))
        return opened[-1]

    yield open_it
    for ws in opened:
        ws.close()
