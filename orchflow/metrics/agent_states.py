"""The agents that there are, and how each does now."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from orchflow.config import Targets
from orchflow.metrics.compiler import with_formulas
from orchflow.metrics.filters import Filters
from orchflow.metrics.health import (
    FAILED_IN_A_ROW,
    IDLE_DAYS,
    SWITCHED_OFF,
    USUAL_DAYS,
    WEEK_DAYS,
    Health,
    Signs,
    contradiction,
    judge,
)
from orchflow.metrics.privacy import Privacy
from orchflow.metrics.queries import query, rows
from orchflow.warehouse.database import Warehouse


@dataclass(frozen=True)
class AgentState:
    """One agent: what the platform says of it, and how it does now."""

    slug: str
    name: str
    description: str | None
    agent_type: str | None
    department: str | None
    organizations: tuple[str, ...]
    provider: str | None
    model: str | None
    sources: tuple[str, ...]
    created_at: datetime | None
    listed: bool
    health: Health
    contradiction: str
    running_now: int
    waiting: int
    waiting_since: datetime | None
    last_run_at: datetime | None

    @property
    def switched_on(self) -> bool:
        """Whether the platform lets it run, as far as it says so."""
        return self.health.status not in SWITCHED_OFF


def agent_states(
    warehouse: Warehouse, filters: Filters, ran: Collection[str], privacy: Privacy, targets: Targets, now: datetime,
    today: date,
) -> list[AgentState]:  # fmt: skip
    """Every agent within the filters; `ran` are those with a run in the period within them.

    One without a run is there too, unless users narrow it: it belongs to an organisation when it is listed there.
    """
    params = {
        "today": today, "now": now, "week_days": WEEK_DAYS, "usual_days": USUAL_DAYS, "idle_days": IDLE_DAYS,
        "failed_in_a_row": FAILED_IN_A_ROW,
    }  # fmt: skip
    signs = {
        entry["agent"]: entry
        for entry in warehouse.query(with_formulas(query("agent_health")), params).to_pylist()
    }
    return [
        _state(entry, signs.get(entry["agent"], {}), targets, today)
        for entry in rows(warehouse, "agents")
        if _within(entry, filters, ran, privacy)
    ]


def _within(entry: dict[str, Any], filters: Filters, ran: Collection[str], privacy: Privacy) -> bool:
    slug = entry["agent"]
    if filters.agents and slug not in filters.agents:
        return False
    if filters.sources and not set(filters.sources) & set(entry["sources"]):
        return False
    if slug in ran:
        return True
    listed = set(entry["organizations"]) - set(privacy.pooled)
    if filters.organizations and not set(filters.organizations) & listed:
        return False
    return not filters.users


def _state(entry: dict[str, Any], known: dict[str, Any], targets: Targets, today: date) -> AgentState:
    judged = {field.name: known[field.name] for field in fields(Signs) if known.get(field.name) is not None}
    signs = Signs(
        platform_status=entry["platform_status"], column_status=entry["column_status"], fault=entry["fault"],
        present=entry["present"] or not entry["listed"], **judged
    )  # fmt: skip
    return AgentState(
        slug=entry["agent"],
        name=entry["name"] or entry["agent"],
        description=entry["description"],
        agent_type=entry["agent_type"],
        department=entry["department"],
        organizations=tuple(entry["organizations"]),
        provider=entry["provider"],
        model=entry["model"],
        sources=tuple(entry["sources"]),
        created_at=entry["created_at"],
        listed=entry["listed"],
        health=judge(signs, today, targets.error_rate),
        contradiction=contradiction(signs),
        running_now=known.get("running_now", 0),
        waiting=known.get("waiting", 0),
        waiting_since=known.get("waiting_since"),
        last_run_at=known.get("last_run_at"),
    )
