"""What checks look at: one workspace at one instant, each part read once however many checks ask for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from orchflow import clock
from orchflow.config.settings import Targets
from orchflow.ingest.status import SourceStatus, source_status
from orchflow.metrics.coverage import Coverage, coverage
from orchflow.metrics.facts import Facts
from orchflow.metrics.filters import Filters, month_to_date
from orchflow.metrics.health import SWITCHED_OFF
from orchflow.metrics.kept_targets import kept_targets
from orchflow.metrics.metric import Figure
from orchflow.metrics.present import present
from orchflow.metrics.privacy import Privacy
from orchflow.metrics.read import figures
from orchflow.metrics.time_to_value import Milestones, milestones
from orchflow.people.permissions import SYSTEM
from orchflow.people.users import UserRow, list_users
from orchflow.planning.tables import CLOSED, State, Task
from orchflow.planning.work.workflow import states_in
from orchflow.warehouse.sql import load_query
from orchflow.workspace import Workspace

OF_THE_MONTH = ("unpriced_share", "unattributed_share")


@dataclass(frozen=True)
class AgentRow:
    """An agent as the platform lists it; `status` is the one by which it runs, None where the platform tells none."""

    slug: str
    status: str | None
    column_status: str | None
    fault: str | None

    @property
    def active(self) -> bool:
        """Whether the platform lets it run, as far as it says so."""
        return self.status not in SWITCHED_OFF


class CheckFacts:
    """The workspace at `now`, seen with the eyes of the product itself."""

    def __init__(self, ws: Workspace, now: datetime | None = None) -> None:
        self.ws = ws
        self.now = now or clock.now()

    @property
    def today(self) -> date:
        """The workspace's day."""
        return self.now.astimezone(self.ws.zone).date()

    @cached_property
    def targets(self) -> Targets:
        """What good looks like today."""
        return kept_targets(self.ws.warehouse, self.today).over(self.ws.settings.targets)

    def before(self, days: int) -> datetime:
        """The instant so many days ago."""
        return self.now - timedelta(days=days)

    def rows(self, name: str, **params: Any) -> list[dict[str, Any]]:
        """The rows of one of this package's queries."""
        asked = {"today": self.today, "now": self.now, "currency": self.ws.currency} | params
        result: list[dict[str, Any]] = self.ws.warehouse.query(
            load_query("orchflow.guidance", name), asked
        ).to_pylist()
        return result

    def stored(self, statement: sa.Executable) -> Sequence[Any]:
        """The rows of a statement over the plan store."""
        with self.ws.store.read() as session:
            return session.execute(statement).all()

    def days(self, count: int) -> Facts:
        """What figures are read from: the last `count` days, today included."""
        return self.over(Filters(self.today - timedelta(days=count - 1), self.today))

    def figure(self, key: str) -> Figure:
        """A figure as it is now, over its own window."""
        return present(self.ws, SYSTEM, (key,), Privacy(people=True), self.now, self.reach)[key]

    @cached_property
    def reach(self) -> Coverage:
        """How far usage and runs reach."""
        return coverage(self.ws.warehouse, self.now)

    @cached_property
    def month(self) -> dict[str, Figure]:
        """The figures of cost of this month so far."""
        facts = self.over(month_to_date(self.today))
        return {figure.key: figure for figure in figures(facts, OF_THE_MONTH, trends=False)}

    @cached_property
    def milestones(self) -> dict[str, Milestones]:
        """When each agent that people ran first worked and came into production."""
        return milestones(self.ws.warehouse, self.targets)

    @cached_property
    def people(self) -> list[UserRow]:
        """The active people, by username."""
        return list_users(self.ws.store, SYSTEM, active=True)

    @cached_property
    def agents(self) -> list[AgentRow]:
        """The agents that the platform lists, by slug."""
        return [AgentRow(**row) for row in self.rows("check_agents")]

    @cached_property
    def active_agents(self) -> list[str]:
        """The slugs of those that may run."""
        return [agent.slug for agent in self.agents if agent.active]

    @cached_property
    def sources(self) -> list[SourceStatus]:
        """The sources of the settings."""
        return [status for status in source_status(self.ws) if status.configured]

    @cached_property
    def states(self) -> dict[str, State]:
        """Which state every status of a task means."""
        with self.ws.store.read() as session:
            return states_in(session)

    def is_open(self, task: type[Task]) -> sa.ColumnElement[bool]:
        """That a task is neither done nor cancelled."""
        return task.status.not_in([key for key, state in self.states.items() if state in CLOSED])

    def over(self, filters: Filters) -> Facts:
        """What figures are read from: other days."""
        return Facts(self.ws, SYSTEM, filters, privacy=Privacy(people=True), now=self.now, reach=self.reach)
