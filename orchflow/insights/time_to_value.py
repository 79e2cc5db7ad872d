"""Time to value: how long from Day 1 to the first working agent, and to the first one in production."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from orchflow import clock
from orchflow.config import Targets
from orchflow.insights import definitions
from orchflow.insights.figures import Figure
from orchflow.insights.filters import period_in_words
from orchflow.insights.queries import query, rows
from orchflow.warehouse.database import Warehouse

NO_DAY_ONE = "Day 1 is not known: set workspace.start_date in orchflow.yaml"


@dataclass(frozen=True)
class Milestones:
    """One agent's way: created, first completed run by a person, first day in production; None: not reached."""

    agent: str
    created_at: datetime | None
    first_run_day: date | None
    production_day: date | None


def milestones(warehouse: Warehouse, targets: Targets) -> dict[str, Milestones]:
    """The milestones of every agent that people ran, by its slug."""
    params = {
        "min_runs": targets.production_min_runs,
        "min_users": targets.production_min_users,
        "error_rate": targets.error_rate,
    }
    return {entry["agent"]: Milestones(**entry) for entry in rows(warehouse, "time_to_value", params)}


def journey_day(start: date | None, today: date) -> int | None:
    """The number of `today` in the journey; Day 1 is `start`. None before it and while it is not known."""
    return (today - start).days + 1 if start and today >= start else None


def time_to_first_agent(
    reached: dict[str, Milestones], start: date | None, targets: Targets, as_of: datetime | None
) -> Figure:
    """Time to first agent."""
    days = [way.first_run_day for way in reached.values() if way.first_run_day]
    return _time(
        "time_to_first_agent", "Time to first agent", min(days, default=None), start,
        targets.time_to_first_agent_days, definitions.FIRST_AGENT, "Not reached: no person has completed a run yet", as_of,
    )  # fmt: skip


def time_to_production(
    reached: dict[str, Milestones], start: date | None, targets: Targets, as_of: datetime | None
) -> Figure:
    """Time to production."""
    days = [way.production_day for way in reached.values() if way.production_day]
    definition = definitions.PRODUCTION.format(
        runs=targets.production_min_runs, users=targets.production_min_users, rate=targets.error_rate * 100
    )
    return _time(
        "time_to_production", "Time to production", min(days, default=None), start,
        targets.time_to_production_days, definition, "Not reached: no agent is in production yet", as_of,
    )  # fmt: skip


def _time(
    key: str,
    label: str,
    reached: date | None,
    start: date | None,
    target: int,
    definition: str,
    not_reached: str,
    as_of: datetime | None,
) -> Figure:
    value = max(0, (reached - start).days) if reached and start else None
    missing = None if value is not None else NO_DAY_ONE if start is None else not_reached
    note = f"reached {period_in_words(reached, reached)}" if reached and start else ""
    return Figure(
        key, label, value, "days", target=target, direction="down", definition=definition,
        sql=query("time_to_value").text, missing=missing, note=note, as_of=as_of,
        computed_at=clock.now(),
    )  # fmt: skip
