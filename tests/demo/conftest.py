from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchflow.config import load_settings
from orchflow.demo.simulator import DemoReport, fill
from orchflow.workspace import Workspace, open_workspace

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
"""A Friday afternoon."""


@pytest.fixture(scope="module")
def open_new(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Workspace]]:
    """Opens empty workspaces of their own and closes them after the module."""
    opened: list[Workspace] = []

    def open_one() -> Workspace:
        folder: Path = tmp_path_factory.mktemp("demo")
        (folder / "orchflow.yaml").write_text("workspace: {timezone: Europe/Berlin}\n", encoding="utf-8")
        opened.append(open_workspace(load_settings(home=folder / "home", config=folder / "orchflow.yaml")))
        return opened[-1]

    yield open_one
    for workspace in opened:
        workspace.close()


@pytest.fixture(scope="module")
def filled(open_new: Callable[[], Workspace]) -> tuple[Workspace, DemoReport]:
    """Half a year in few events."""
    ws = open_new()
    return ws, fill(ws, days=180, events=30_000, seed=1, now=NOW)
