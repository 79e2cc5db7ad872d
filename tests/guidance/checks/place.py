"""A workspace whose states are made by hand, at an instant of their own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from orchflow.config.sources import OrchestratorApiSettings, UsageFileSettings
from orchflow.guidance.checks.catalogue import CHECKS
from orchflow.guidance.checks.check import Outcome
from orchflow.guidance.checks.facts import CheckFacts
from orchflow.people.permissions import SYSTEM, Role
from orchflow.people.tables import User
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.projects import create_project
from orchflow.planning.work.tasks import create_task
from orchflow.store.tables import Base
from orchflow.warehouse.sql import Query
from orchflow.workspace import Workspace
from tests.metrics.facts import NOW, TODAY, SmallFacts
from tests.planning.clockwork import Clock

RUN = Query.of(
    "run",
    "insert into ingest_runs (run_id, source, job, kind, trigger, started_at, finished_at, state, rows_read, rows_new,"
    " rows_changed, rows_rejected, rows_gone) values ($run_id, $source, $job, $kind, 'manual', $at, $at, $state, $read,"
    " $new, 0, $rejected, 0)",
)
PLATFORM = OrchestratorApiSettings(
    name="platform",
    kind="orchestrator_api",
    url="https://platform.example",
    email="flow@acme.example",
    password="secret",
    schedule="15 * * * *",
)
FILES = UsageFileSettings(name="files", kind="usage_file", path="/tmp/usage.csv")


class Place:
    """The workspace; `time` is what the product believes, `TODAY` its day."""

    def __init__(self, ws: Workspace, time: Clock) -> None:
        self.ws, self.time = ws, time
        self.facts = SmallFacts(ws.warehouse)
        self._numbers = count(1)
        time.now = NOW

    def outcome(self, key: str) -> Outcome:
        """What a check comes to now."""
        return CHECKS[key].evaluate(CheckFacts(self.ws, self.time.now))

    def set(self, **settings: Any) -> None:
        """Other settings from now on."""
        self.ws = Workspace(self.ws.settings.model_copy(update=settings), self.ws.store, self.ws.warehouse)

    def day_one(self, day: date | None) -> None:
        self.set(workspace=self.ws.settings.workspace.model_copy(update={"start_date": day}))

    def at(self, days_ago: float) -> datetime:
        return NOW - timedelta(days=days_ago)

    def since(self, days_ago: float) -> None:
        """What is made from now on was made so long ago."""
        self.time.now = self.at(days_ago)

    def store(self, *rows: Base) -> None:
        """Rows as they are, past every rule."""
        with self.ws.store.unit(SYSTEM) as session:
            session.add_all(rows)
        self.time.now = NOW

    def change(self, model: type[Any], row_id: int, **values: Any) -> None:
        with self.ws.store.unit(SYSTEM) as session:
            row = session.get(model, row_id)
            for name, value in values.items():
                setattr(row, name, value)
        self.time.now = NOW

    def person(self, username: str = "ada", **values: Any) -> User:
        user = User(
            **{
                "username": username,
                "display_name": username.title(),
                "email": f"{username}@acme.example",
                "role": Role.MEMBER,
                "sessions_valid_from": datetime(2026, 1, 1, tzinfo=UTC),
                **values,
            }
        )
        self.store(user)
        return user

    def project(self, **values: Any) -> int:
        number = next(self._numbers)
        effort = create_effort(self.ws.store, SYSTEM, number=number, name=f"Effort {number}").id
        return create_project(
            self.ws.store, SYSTEM, number=f"{number}.1", effort_id=effort, name=f"Project {number}", **values
        ).id

    def task(self, project: int, title: str = "Order the server", **values: Any) -> int:
        made = create_task(self.ws.store, SYSTEM, project_id=project, title=title, **values)
        self.time.now = NOW
        return made.id

    def load(
        self, at: float, source: str = "platform", *, kind: str = "new", state: str = "done", **rows: int
    ) -> None:
        """A finished run of a source, so many days ago."""
        told = {"read": 1000, "new": 0, "rejected": 0} | rows
        job = "reconcile" if kind == "reconcile" else "usage"
        with self.ws.warehouse.write() as tx:
            tx.execute(
                RUN,
                {"run_id": f"run-{next(self._numbers)}", "source": source, "job": job, "kind": kind, "at": self.at(at),
                 "state": state, **told},
            )  # fmt: skip


__all__ = ["FILES", "NOW", "PLATFORM", "TODAY", "Place"]
