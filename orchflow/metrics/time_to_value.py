"""Time to value: how long from Day 1 to the first working agent, and to the first one in production."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from orchflow.config.settings import Targets
from orchflow.metrics.compiler import with_formulas
from orchflow.metrics.queries import query
from orchflow.warehouse.database import Warehouse


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
        "target": targets.error_rate,
    }
    entries = warehouse.query(with_formulas(query("time_to_value")), params).to_pylist()
    return {entry["agent"]: Milestones(**entry) for entry in entries}


def journey_day(start: date | None, today: date) -> int | None:
    """The number of `today` in the journey; Day 1 is `start`. None before it and while it is not known."""
    return (today - start).days + 1 if start and today >= start else None
