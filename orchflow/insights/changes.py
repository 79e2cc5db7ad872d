"""What changed between two like-for-like periods, each change with what moved it most."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from orchflow.insights.cost import DIMENSIONS
from orchflow.insights.figures import Direction, Figure, Number, Unit, share
from orchflow.insights.filters import Filters
from orchflow.insights.names import Names
from orchflow.insights.next_steps import Screen
from orchflow.insights.privacy import Privacy
from orchflow.insights.queries import rows
from orchflow.insights.time_to_value import Milestones
from orchflow.warehouse.database import Warehouse


@dataclass(frozen=True)
class Mover:
    """What moved a figure most in the direction in which it went, and by how much."""

    name: str
    delta: Number


@dataclass(frozen=True)
class Change:
    """A figure that moved, or (`now` None) something that happened for the first time."""

    key: str
    label: str
    unit: Unit
    now: Number | None
    before: Number | None
    direction: Direction
    movers: tuple[Mover, ...]
    screen: Screen
    detail: str = ""
    query: dict[str, str] = field(default_factory=dict)


def changes(
    warehouse: Warehouse,
    filters: Filters,
    cost: Figure,
    privacy: Privacy,
    names: Names,
    runs_comparable: bool,
) -> list[Change]:
    """Cost by agent and by model, runs and error rate by agent. Empty where the periods cannot be compared."""
    params = filters.params() | privacy.params()
    found: list[Change] = []
    if cost.value is not None and cost.previous is not None:
        movers = []
        for dimension in ("agent", "model"):
            lines = rows(warehouse, "cost_by_value", params | {"dimension": dimension})
            deltas = {
                names.of(dimension, line["value"]): (line["cost"] or Decimal(0))
                - (line["previous_cost"] or Decimal(0))
                for line in lines
            }
            movers += _strongest(deltas, float(cost.value) - float(cost.previous))
        found.append(
            Change("cost", "Cost", "money", cost.value, cost.previous, "down", tuple(movers), "cost",
                   query={"dimension": DIMENSIONS["agent"]})
        )  # fmt: skip
    if runs_comparable:
        found += _runs(rows(warehouse, "runs_by_agent", params), names)
    return found


def first_times(reached: dict[str, Milestones], names: Names, since: date) -> list[Change]:
    """Agents that completed their first run, or came into production, on `since` or later."""
    found = []
    for slug, way in reached.items():
        name = names.of("agent", slug)
        if way.production_day and way.production_day >= since:
            text, day = f"{name} came into production", way.production_day
        elif way.first_run_day and way.first_run_day >= since:
            text, day = f"{name} completed its first run", way.first_run_day
        else:
            continue
        found.append((day, Change(f"first-{slug}", text, "count", None, None, "up", (), "agents",
                                  detail=f"on {day.day} {day:%b}", query={"agent": slug})))  # fmt: skip
    return [change for _, change in sorted(found, key=lambda item: item[0], reverse=True)]


def _runs(lines: list[dict[str, Any]], names: Names) -> list[Change]:
    now, before = sum(line["runs"] for line in lines), sum(line["previous_runs"] for line in lines)
    moved = {names.of("agent", line["agent"]): line["runs"] - line["previous_runs"] for line in lines}
    found = [
        Change("runs", "Runs", "count", now, before, "up", tuple(_strongest(moved, now - before)), "agents")
    ]
    failed, failed_before = (
        sum(line["failed"] for line in lines),
        sum(line["previous_failed"] for line in lines),
    )
    rate = share(failed, failed + sum(line["completed"] for line in lines))
    rate_before = share(failed_before, failed_before + sum(line["previous_completed"] for line in lines))
    if rate is not None and rate_before is not None:
        worse = {names.of("agent", line["agent"]): line["failed"] - line["previous_failed"] for line in lines}
        found.append(
            Change("error_rate", "Error rate", "percent", rate, rate_before, "down",
                   tuple(_strongest(worse, rate - rate_before)), "agents")
        )  # fmt: skip
    return found


def _strongest(deltas: dict[str, Any], total: float) -> list[Mover]:
    """The one that moved furthest in the direction of `total`; none when nothing moved that way."""
    along = {name: delta for name, delta in deltas.items() if delta * (1 if total > 0 else -1) > 0 and total}
    if not along:
        return []
    name = max(along, key=lambda key: abs(along[key]))
    return [Mover(name, along[name])]
