"""Home: where we stand, what changed, what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from orchflow.insights.agents import statuses
from orchflow.insights.changes import News, changes, first_times
from orchflow.insights.cost import cost_by_day, cost_by_value
from orchflow.insights.next_steps import Step, next_steps
from orchflow.metrics.coverage import Coverage
from orchflow.metrics.facts import Facts
from orchflow.metrics.filters import month_to_date
from orchflow.metrics.health import Status
from orchflow.metrics.metric import Figure
from orchflow.metrics.privacy import Privacy
from orchflow.metrics.read import figures
from orchflow.metrics.time_to_value import journey_day
from orchflow.people.permissions import Actor, Permission
from orchflow.workspace import Workspace

FIGURES = (
    "time_to_first_agent", "time_to_production", "cost_month_to_date", "error_rate", "adoption_rate", "active_agents",
)  # fmt: skip


@dataclass(frozen=True)
class HomeReport:
    """Everything on Home. `do_first` says that something is broken which this reader can mend."""

    journey_day: int | None
    figures: tuple[Figure, ...]
    changes: tuple[News, ...]
    steps: tuple[Step, ...]
    statuses: dict[Status, int]
    cost_by_day: pd.DataFrame
    compared_with: str
    coverage: Coverage
    computed_at: datetime
    do_first: bool


def home_report(ws: Workspace, actor: Actor, now: datetime, privacy: Privacy) -> HomeReport:
    """Home for `actor` at the instant `now`: this month against the same part of the last."""
    today = now.astimezone(ws.zone).date()
    facts = Facts(ws, actor, month_to_date(today), privacy=privacy, now=now)
    steps = next_steps(facts)
    return HomeReport(
        journey_day=journey_day(ws.start_date, today),
        figures=figures(facts, FIGURES),
        changes=(*changes(facts), *first_times(facts.milestones, facts.names, facts.filters.start)),
        steps=tuple(steps),
        statuses=statuses(facts.agents),
        cost_by_day=cost_by_day(facts, "provider", cost_by_value(facts, "provider")["value"]),
        compared_with=facts.comparison.in_words("usage_lines"),
        coverage=facts.reach,
        computed_at=now,
        do_first=actor.may(Permission.ADMIN) and any(step.urgency == "broken" for step in steps),
    )
