"""Small facts to count by hand, loaded the way real ones are."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

import pyarrow as pa

from orchflow.metrics.facts import Facts
from orchflow.metrics.filters import Filters
from orchflow.metrics.privacy import privacy_of
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.load import load_batch
from orchflow.workspace import Workspace

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
AFTER = datetime(2026, 11, 21, tzinfo=UTC)
"""When `TODAY` is over."""


def asked(
    ws: Workspace, filters: Filters, actor: Actor = SYSTEM, *, now: datetime = NOW, **more: Any
) -> Facts:
    """The facts of a period as `actor` may see them."""
    return Facts(ws, actor, filters, privacy=privacy_of(actor), now=now, **more)


class SmallFacts:
    """Loads usage, runs and what the platform lists into a warehouse."""

    def __init__(self, warehouse: Warehouse, source: str = "platform") -> None:
        self.warehouse = warehouse
        self.source = source
        self._numbers = count(1)

    def load(self, dataset: str, *rows: dict[str, Any], source: str | None = None) -> None:
        columns = {column: None for row in rows for column in row}
        table = pa.table({column: pa.array([row.get(column) for row in rows]) for column in columns})
        with self.warehouse.write() as tx:
            now = datetime.now(UTC) + timedelta(days=1)
            counted = load_batch(tx, dataset, source or self.source, table, now=now)
            assert counted.rejected == 0

    def call(self, day: date, cost: str | None = "1", **more: Any) -> dict[str, Any]:
        """One call to a model at noon of `day`."""
        return {
            "event_id": f"call-{next(self._numbers)}",
            "occurred_at": _noon(day),
            "caller": "claims",
            "provider": "anthropic",
            "model": "claude",
            "organization": "acme",
            "user_id": "u1",
            "status": "completed",
            "input_tokens": "10",
            "output_tokens": "5",
            "cost": cost,
            "duration_ms": "100",
        } | {name: None if value is None else str(value) for name, value in more.items()}

    def calls(self, *calls: dict[str, Any]) -> None:
        self.load("usage", *calls)

    def run(
        self, agent: str, day: date, status: str = "completed", *, duration: int = 1000, user: str = "u1",
        organization: str = "acme", error: str | None = None, minute: int | None = None,
    ) -> list[dict[str, Any]]:  # fmt: skip
        """The two events of one run that began on `day`, each run in a conversation and a minute of its own."""
        number = next(self._numbers)
        began = _noon(day) + timedelta(minutes=number if minute is None else minute)
        common = {
            "agent": agent, "conversation_id": f"conversation-{number}", "organization": organization, "user_id": user
        }  # fmt: skip
        ended = began + timedelta(milliseconds=duration)
        return [
            common | {"event_id": f"start-{number}", "occurred_at": began, "type": "started"},
            common
            | {
                "event_id": f"end-{number}", "occurred_at": ended, "type": status, "duration_ms": str(duration),
                "error": error,
            },
        ]  # fmt: skip

    def runs(self, *runs: list[dict[str, Any]]) -> None:
        self.load("run_events", *(event for run in runs for event in run))

    def agents(self, **statuses: str) -> None:
        self.load(
            "agents",
            *({"slug": slug, "name": slug.title(), "status": status} for slug, status in statuses.items()),
        )

    def users(self, **organizations: str) -> None:
        """Active users, each a member of one organisation; one called `service` is the service user."""
        self.load(
            "users",
            *(
                {
                    "user_id": user,
                    "email": f"{user}@acme.example",
                    "display_name": user.upper(),
                    "organization": organization,
                    "status": "active",
                    "service": "true" if user == "service" else "false",
                }
                for user, organization in organizations.items()
            ),
        )
        self.load(
            "roles",
            *(
                {"user_id": user, "organization": organization, "role": "member"}
                for user, organization in organizations.items()
            ),
        )


def ago(days: int) -> date:
    """The day so many days before `TODAY`."""
    return TODAY - timedelta(days=days)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)
