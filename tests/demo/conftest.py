from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchflow.config.settings import load_settings
from orchflow.demo.simulator import DemoReport, fill
from orchflow.workspace import Workspace, open_workspace

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
"""A Friday afternoon."""


@pytest.fixture(scope="module")
def open_new(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Workspace]]:
    """Opens empty workspaces of their own and closes them after the module."""
    opened: list[Workspace] = []

    def open_one() -> Workspace:
        opened.append(_open(tmp_path_factory.mktemp("demo")))
        return opened[-1]

    yield open_one
    for workspace in opened:
        workspace.close()


@pytest.fixture(scope="module")
def filled(
    made_once: Callable[[str, Callable[[Path], None]], Path],
) -> Iterator[tuple[Workspace, DemoReport]]:
    """Half a year in few events."""

    def make(folder: Path) -> None:
        with closing(_open(folder)) as ws:
            report = fill(ws, days=180, events=30_000, seed=1, now=NOW)
        (folder / "report").write_bytes(pickle.dumps(report))

    folder = made_once("half-a-year", make)
    with closing(_open(folder)) as ws:
        yield ws, pickle.loads((folder / "report").read_bytes())


def _open(folder: Path) -> Workspace:
    (folder / "orchflow.yaml").write_text("workspace: {timezone: Europe/Berlin}\n", encoding="utf-8")
    return open_workspace(load_settings(home=folder / "home", config=folder / "orchflow.yaml"))
