"""Goals that are bound to a live figure take their current value from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from orchflow import clock
from orchflow.insights.adoption import adoption_rate
from orchflow.insights.agents import AgentsReport, agents_report
from orchflow.insights.cost import CostReport, cost_report
from orchflow.metrics.coverage import Coverage, coverage
from orchflow.metrics.metric import Figure, Number
from orchflow.metrics.filters import Filters, month_to_date
from orchflow.metrics.privacy import Privacy
from orchflow.insights.queries import row
from orchflow.metrics.time_to_value import (
    Milestones,
    milestones,
    time_to_first_agent,
    time_to_production,
)
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.tables import Goal
from orchflow.store.merge import lock_rows
from orchflow.warehouse.sql import load_query
from orchflow.workspace import Workspace

RECENT_DAYS = 28
SWITCHED_OFF = ("draft", "disabled", "archived")
PLACES = Decimal("0.0001")


class Facts:
    """What the live figures are read from, each part once. Sums over everybody: nobody's own figures are in it."""

    def __init__(self, ws: Workspace, now: datetime) -> None:
        self.ws = ws
        self.today = now.astimezone(ws.zone).date()
        self.targets = ws.settings.targets

    @cached_property
    def reach(self) -> Coverage:
        return coverage(self.ws.warehouse)

    @cached_property
    def reached(self) -> dict[str, Milestones]:
        return milestones(self.ws.warehouse, self.targets)

    @cached_property
    def recent(self) -> Filters:
        """The last 28 days, today included; fewer where the facts are younger."""
        known = max(filter(None, (self.reach.runs_from, self.reach.usage_from)), default=self.today)
        return Filters(min(self.today, max(self.today - timedelta(days=RECENT_DAYS - 1), known)), self.today)

    @cached_property
    def agents(self) -> AgentsReport:
        return agents_report(self.ws.warehouse, self.recent, self.targets, self.today, Privacy(people=True))

    @cached_property
    def recent_cost(self) -> CostReport:
        return cost_report(self.ws.warehouse, self.recent, "provider", Privacy(people=True))

    @cached_property
    def month_cost(self) -> CostReport:
        return cost_report(self.ws.warehouse, month_to_date(self.today), "provider", Privacy(people=True))

    @cached_property
    def adoption(self) -> Figure:
        return adoption_rate(self.ws.warehouse, self.today, self.targets, self.reach)


@dataclass(frozen=True)
class LiveFigure:
    """A figure that goals can be bound to; `unit` is the unit of its values."""

    key: str
    label: str
    unit: str
    definition: str
    read: Callable[[Facts], Number | None]


@dataclass(frozen=True)
class MovedGoal:
    """A goal whose current value was brought up to date."""

    goal_id: int
    name: str
    figure: str
    before: Decimal | None
    now: Decimal


@dataclass(frozen=True)
class Refreshed:
    """What refreshing did: goals that moved, goals whose figure cannot be said now, goals bound to an unknown figure."""

    moved: tuple[MovedGoal, ...]
    unknown_now: tuple[int, ...]
    unknown_figure: tuple[int, ...]
    request: str | None = None


def figure_value(ws: Workspace, actor: Actor, key: str, now: datetime | None = None) -> Decimal | None:
    """The present value of a live figure; None while it cannot be said, or when there is no such figure."""
    actor.require(Permission.PLAN_VIEW)
    figure = FIGURES.get(key)
    return _rounded(figure.read(Facts(ws, now or clock.now()))) if figure else None


def refresh_goals(
    ws: Workspace, actor: Actor, *, now: datetime | None = None, request: str | None = None
) -> Refreshed:
    """Bring the current value of every bound goal up to date, recorded in its history where it moved.

    A figure that cannot be said now leaves the goal as it is.
    """
    actor.require(Permission.PLAN_EDIT)
    with ws.store.read() as session:
        bound = session.execute(
            sa.select(Goal.id, Goal.live_figure, Goal.current).where(Goal.live_figure.is_not(None))
        ).all()
    facts = Facts(ws, now or clock.now())
    wanted = {key for _, key, _ in bound if key in FIGURES}
    values = {key: _rounded(FIGURES[key].read(facts)) for key in wanted}
    changed = {
        goal_id: key
        for goal_id, key, current in bound
        if key and (value := values.get(key)) is not None and value != current
    }
    moved: list[MovedGoal] = []
    if changed:
        with ws.store.unit(actor, request) as session:
            for goal in lock_rows(session, Goal, changed).values():
                value = values.get(goal.live_figure or "")
                if value is not None and goal.current != value:
                    moved.append(MovedGoal(goal.id, goal.name, str(goal.live_figure), goal.current, value))
                    goal.current = value
    return Refreshed(
        tuple(moved),
        tuple(goal_id for goal_id, key, _ in bound if key in FIGURES and values[key] is None),
        tuple(goal_id for goal_id, key, _ in bound if key not in FIGURES),
        request,
    )


def _rounded(value: Number | None) -> Decimal | None:
    return None if value is None else Decimal(str(value)).quantize(PLACES)


def _figure(found: tuple[Figure, ...], key: str) -> Number | None:
    [figure] = [figure for figure in found if figure.key == key]
    return None if figure.missing else figure.value


def _percent(share: Any) -> Decimal | None:
    return None if share is None else Decimal(str(share)) * 100


def _in_production(facts: Facts) -> int | None:
    if facts.reach.runs_from is None:
        return None
    switched_on = {agent.slug for agent in facts.agents.agents if agent.status not in SWITCHED_OFF}
    return sum(1 for slug, way in facts.reached.items() if way.production_day and slug in switched_on)


def _active_agents(facts: Facts) -> Number | None:
    return None if facts.reach.runs_from is None else _figure(facts.agents.figures, "active_agents")


def _p95(facts: Facts) -> float | None:
    query = load_query("orchflow.planning", "completed_latency")
    found: float | None = facts.ws.warehouse.value(
        query, {"start": facts.recent.start, "end": facts.recent.end}
    )
    return found


def _month_cost(facts: Facts) -> Number | None:
    return None if facts.reach.usage_from is None else _figure(facts.month_cost.figures, "cost")


def _unattributed(facts: Facts) -> Decimal | None:
    loose = facts.recent_cost.loose
    return _percent(loose.unattributed / loose.cost) if loose.cost else None


def _monthly_users(facts: Facts) -> int | None:
    if facts.reach.runs_from is None:
        return None
    return int(row(facts.ws.warehouse, "adoption", {"today": facts.today})["active"])


def _first(facts: Facts) -> Number | None:
    return time_to_first_agent(
        facts.reached, facts.ws.start_date, facts.targets, facts.reach.runs_as_of
    ).value


def _production(facts: Facts) -> Number | None:
    return time_to_production(facts.reached, facts.ws.start_date, facts.targets, facts.reach.runs_as_of).value


_RECENTLY = f"of the last {RECENT_DAYS} days"

FIGURES: dict[str, LiveFigure] = {
    figure.key: figure
    for figure in (
        LiveFigure(
            "time_to_first_agent", "Time to first agent", "days",
            "Days from Day 1 to the first completed run of an agent by a person.", _first,
        ),
        LiveFigure(
            "time_to_production", "Time to production", "days",
            "Days from Day 1 to the first day on which some agent was in production.", _production,
        ),
        LiveFigure(
            "active_agents", "Active agents", "agents",
            "Agents that are switched on and ran in the last 14 days.", _active_agents,
        ),
        LiveFigure(
            "agents_in_production", "Agents in production", "agents",
            "Agents that are switched on and have reached production.", _in_production,
        ),
        LiveFigure(
            "error_rate", "Error rate", "%", f"Failed runs as a percentage of the runs {_RECENTLY} that ended.",
            lambda facts: _percent(_figure(facts.agents.figures, "error_rate")),
        ),
        LiveFigure(
            "p95_latency_ms", "P95 latency", "ms",
            f"95 of 100 completed runs {_RECENTLY} took no longer than this.", _p95,
        ),
        LiveFigure(
            "cost_month_to_date", "Cost this month", "currency",
            "What the calls to language models of this month have cost so far.", _month_cost,
        ),
        LiveFigure(
            "cost_per_run", "Cost per run", "currency", f"Cost {_RECENTLY} divided by the runs begun in them.",
            lambda facts: _figure(facts.recent_cost.figures, "cost_per_run"),
        ),
        LiveFigure(
            "unattributed_share", "Unattributed cost", "%",
            f"The percentage of the cost {_RECENTLY} that belongs to no agent.", _unattributed,
        ),
        LiveFigure(
            "monthly_active_users", "Monthly active users", "people",
            "Seat holders who ran an agent in the last 28 days.", _monthly_users,
        ),
        LiveFigure(
            "adoption_rate", "Adoption rate", "%", "Monthly active users as a percentage of the seats.",
            lambda facts: _percent(None if facts.adoption.missing else facts.adoption.value),
        ),
        LiveFigure(
            "open_rejects", "Open rejects", "rows", "Rows of sources that were set aside and are not resolved.",
            lambda facts: int(row(facts.ws.warehouse, "open_questions")["rejects"]),
        ),
    )
}  # fmt: skip
"""Every live figure by its key, which is what `Goal.live_figure` holds."""
