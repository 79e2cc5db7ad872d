"""The agents that there are, and how each does now."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from orchflow.config.settings import Targets
from orchflow.metrics.compiler import with_formulas
from orchflow.metrics.filters import Filters
from orchflow.metrics.health import (
    FAILED_IN_A_ROW,
    IDLE_DAYS,
    MEANING,
    SWITCHED_OFF,
    USUAL_DAYS,
    WEEK_DAYS,
    Health,
    Signs,
    contradiction,
    judge,
)
from orchflow.metrics.privacy import Privacy, small_organizations
from orchflow.metrics.queries import query, rows
from orchflow.people.small_groups import SMALLEST_GROUP
from orchflow.warehouse.database import Warehouse


@dataclass(frozen=True)
class AgentState:
    """One agent: what the platform says of it, and how it does now.

    What is withheld is None: how many runs wait or go on, of those of fewer people than a small group; and since when, and
    when it ran last, which are single runs'.
    """

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
    running_now: int | None
    waiting: int | None
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
    small = small_organizations(warehouse, privacy) if filters.organizations else ()
    return [
        _seen(state, signs.get(state.slug, {}), privacy)
        for state in (
            _state(entry, signs.get(entry["agent"], {}), targets, today)
            for entry in rows(warehouse, "agents")
            if _within(entry, filters, ran, small)
        )
    ]


def _within(entry: dict[str, Any], filters: Filters, ran: Collection[str], small: Collection[str]) -> bool:
    slug = entry["agent"]
    if filters.agents and slug not in filters.agents:
        return False
    if filters.sources and not set(filters.sources) & set(entry["sources"]):
        return False
    if slug in ran:
        return True
    listed = set(entry["organizations"]) - set(small)
    if filters.organizations and not set(filters.organizations) & listed:
        return False
    return not filters.users


def _seen(state: AgentState, known: dict[str, Any], privacy: Privacy) -> AgentState:
    """The agent as a reader may see it: its status is its own, the counts behind it are people's."""
    if privacy.people:
        return state
    reason = MEANING[state.health.status].capitalize() + "."
    return replace(
        state,
        health=replace(state.health, reason=reason),
        running_now=_of_enough(state.running_now, known.get("running_people", 0)),
        waiting=_of_enough(state.waiting, known.get("waiting_people", 0)),
        waiting_since=None,
        last_run_at=None,
    )


def _of_enough(count: int | None, people: int) -> int | None:
    return count if not count or people >= SMALLEST_GROUP else None


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
