"""One fake installation in a database, and workspaces that read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from orchflow.config import Settings
from orchflow.workspace import Workspace, open_workspace
from tests.contract.fake_database import fill_database
from tests.contract.fake_dataset import Dataset, mixed


@pytest.fixture
def dataset() -> Dataset:
    return mixed()


@pytest.fixture
def address(new_database: Callable[[], str], dataset: Dataset) -> str:
    made = new_database()
    fill_database(made, dataset)
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
