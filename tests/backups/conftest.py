"""A small workspace with something in every part of it, on either engine, and a process that dies at a step."""

from __future__ import annotations

import pathlib
import shutil
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import sqlalchemy as sa

from orchflow import clock
from orchflow.backups.make import back_up
from orchflow.backups.restore import restore
from orchflow.config.settings import Settings
from orchflow.people.permissions import SYSTEM
from orchflow.people.tables import Team
from orchflow.planning.work import efforts, projects, tasks
from orchflow.planning.work.attachments import add_attachment, list_attachments, read_attachment
from orchflow.warehouse.load import load_batch
from orchflow.warehouse.sql import Query
from orchflow.workspace import Workspace, open_workspace

EVENTS = Query.of("events", "select event_id from usage_events order by 1")


@dataclass(frozen=True)
class State:
    """What a workspace holds: names of teams, ids of calls, contents of attached files."""

    teams: tuple[str, ...]
    calls: tuple[str, ...]
    files: tuple[bytes, ...]


class Place:
    """A workspace that is closed between two looks at it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.home = settings.home

    def add(self, name: str) -> None:
        """Put something of this name into every part."""
        with closing(open_workspace(self.settings)) as ws:
            with ws.store.unit(SYSTEM) as session:
                session.add(Team(name=name, description=""))
            with ws.warehouse.write() as tx:
                load_batch(tx, "usage", "files", _call(name), now=clock.now())
            number = 1 + len(efforts.list_efforts(ws.store, SYSTEM))
            effort = efforts.create_effort(ws.store, SYSTEM, number=number, name=name)
            project = projects.create_project(
                ws.store, SYSTEM, number=f"{number}.1", effort_id=effort.id, name=name
            )
            task = tasks.create_task(ws.store, SYSTEM, project_id=project.id, title=name)
            add_attachment(
                ws.store,
                self.home,
                SYSTEM,
                "task",
                task.id,
                filename=f"{name}.txt",
                content=name.encode() * 999,
            )

    def state(self) -> State:
        """What is there, as the next start finds it."""
        with closing(open_workspace(self.settings)) as ws:
            return state_of(ws)

    def back_up(self, folder: Path) -> dict[str, Any]:
        with closing(open_workspace(self.settings)) as ws:
            return back_up(ws, folder)

    def restore(self, folder: Path) -> dict[str, Any]:
        return restore(self.settings, folder)


def state_of(ws: Workspace) -> State:
    with ws.store.read() as session:
        teams = tuple(session.scalars(sa.select(Team.name).order_by(Team.name)))
    files = [
        read_attachment(ws.store, ws.settings.home, SYSTEM, row.id)[1].read_bytes()
        for row in list_attachments(ws.store, SYSTEM)
    ]
    return State(teams, tuple(row[0] for row in ws.warehouse.rows(EVENTS)), tuple(sorted(files)))


def _call(name: str) -> pa.Table:
    return pa.table(
        {"event_id": [name], "occurred_at": [clock.now()], "caller": ["writer"], "cost": ["0.25"]}
    )


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def address_on(request: pytest.FixtureRequest) -> Callable[[str], str | None]:
    """The address of a new plan store on an engine; None for the one in the home folder."""

    def address(engine: str) -> str | None:
        if engine == "sqlite":
            return None
        made: str = request.getfixturevalue("new_database")(request.getfixturevalue("migrated_postgres"))
        return made

    return address


@pytest.fixture
def place(
    engine: str,
    make_settings: Callable[..., Settings],
    migrated_home: Path,
    address_on: Callable[[str], str | None],
) -> Place:
    """A workspace with its plan on each engine."""
    address = address_on(engine)
    settings = make_settings(**({"database_url": address} if address else {}))
    settings.home.mkdir()
    for name in ("warehouse.duckdb", *(["plan.sqlite"] if address is None else [])):
        shutil.copyfile(migrated_home / name, settings.home / name)
    return Place(settings)


class Killed(BaseException):
    """The process is dead: nothing that it would do on an error happens either."""


class Steps:
    """Counts what this process does to files, and dies before a step; a dead process changes nothing any more."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.names: list[str] = []
        self.last: int | None = None
        self._thread: int | None = None
        for owner, name in (
            (pathlib.Path, "replace"), (pathlib.Path, "rename"), (pathlib.Path, "unlink"), (pathlib.Path, "mkdir"),
            (pathlib.Path, "rmdir"), (pathlib.Path, "write_text"), (shutil, "copyfileobj"), (shutil, "copyfile"),
            (shutil, "rmtree"), (shutil, "move"),
        ):  # fmt: skip
            patch.setattr(owner, name, self._counted(getattr(owner, name)))

    def _counted(self, act: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*words: Any, **more: Any) -> Any:
            if self._thread == threading.get_ident():  # what other threads of the tests do is not its doing
                self.names.append(f"{act.__name__} {words[0]}")
                if self.last is not None and len(self.names) > self.last:
                    raise Killed
            return act(*words, **more)

        return counted

    def run(self, act: Callable[[], object], last: int | None = None) -> bool:
        """Whether `act` came to its end; it dies after `last` steps."""
        self.names, self.last, self._thread = [], last, threading.get_ident()
        try:
            act()
        except Killed:
            return False
        finally:
            self._thread = None
        return True


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Steps:
    return Steps(monkeypatch)
