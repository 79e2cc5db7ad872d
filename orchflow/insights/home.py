"""Home: where we stand, what changed, what to do next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import pandas as pd

from orchflow.insights.adoption import adoption_rate
from orchflow.insights.agents import agents_report
from orchflow.insights.changes import Change, changes, first_times
from orchflow.insights.cost import cost_report
from orchflow.insights.coverage import Coverage, comparison
from orchflow.insights.figures import Figure
from orchflow.insights.filters import month_to_date
from orchflow.insights.health import Status
from orchflow.insights.names import read_names
from orchflow.insights.next_steps import Step, next_steps
from orchflow.insights.privacy import Privacy
from orchflow.insights.time_to_value import journey_day, milestones, time_to_first_agent, time_to_production
from orchflow.people.permissions import Actor, Permission
from orchflow.workspace import Workspace


@dataclass(frozen=True)
class HomeReport:
    """Everything on Home. `do_first` says that something is broken which this reader can mend."""

    journey_day: int | None
    figures: tuple[Figure, ...]
    changes: tuple[Change, ...]
    steps: tuple[Step, ...]
    statuses: dict[Status, int]
    cost_by_day: pd.DataFrame
    compared_with: str
    coverage: Coverage
    computed_at: datetime
    do_first: bool


def home_report(ws: Workspace, actor: Actor, now: datetime, privacy: Privacy) -> HomeReport:
    """Home for `actor` at the instant `now`: this month against the same days of the last."""
    today = now.astimezone(ws.zone).date()
    filters, targets = month_to_date(today), ws.settings.targets
    cost = cost_report(ws.warehouse, filters, "provider", privacy)
    agents = agents_report(ws.warehouse, filters, targets, today, privacy)
    reached = milestones(ws.warehouse, targets)
    names = read_names(ws.warehouse, privacy)
    reach = cost.coverage
    by_key = {figure.key: figure for figure in (*cost.figures, *agents.figures)}
    spent = replace(by_key["cost"], label=f"Cost, {today:%B}")
    runs_comparable, _ = comparison(filters, reach.runs_from)
    first = time_to_first_agent(reached, ws.start_date, targets, reach.runs_as_of)
    production = time_to_production(reached, ws.start_date, targets, reach.runs_as_of)
    steps = next_steps(ws.warehouse, ws.settings, actor, agents.agents, cost.loose, reach, now)
    return HomeReport(
        journey_day=journey_day(ws.start_date, today),
        figures=(
            first,
            production,
            spent,
            by_key["error_rate"],
            adoption_rate(ws.warehouse, today, targets, reach),
            by_key["active_agents"],
        ),
        changes=(
            *changes(ws.warehouse, filters, spent, privacy, names, runs_comparable),
            *first_times(reached, names, filters.start),
        ),
        steps=tuple(steps),
        statuses=agents.statuses,
        cost_by_day=cost.by_day,
        compared_with=cost.compared_with,
        coverage=reach,
        computed_at=now,
        do_first=actor.may(Permission.ADMIN) and any(step.urgency == "broken" for step in steps),
    )
