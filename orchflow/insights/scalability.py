"""Whether use can grow: volume by week against cost, times and errors, and how far the limits are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from orchflow.metrics.facts import Facts
from orchflow.metrics.metric import Figure
from orchflow.metrics.read import figures
from orchflow.metrics.scaling import CannotSay, Line
from orchflow.metrics.strips import STRIPS

FIGURES = STRIPS["scalability"]
WEEK = ("week", "runs", "users", "agents_used", "cost", "cost_per_run", "total_cost", "p95", "error_rate")


@dataclass(frozen=True)
class ScalabilityReport:
    """`weeks`: a row for each whole week (`WEEK`; p95 in milliseconds), the oldest first. `line` is that of log(cost) on log(runs), or
    None, and `unsaid` why."""

    figures: tuple[Figure, ...]
    weeks: pd.DataFrame
    line: Line | None
    unsaid: str
    computed_at: datetime
    withheld: str


def scalability_report(facts: Facts) -> ScalabilityReport:
    """The weeks up to the end of the period. Forbidden for single users without the permission."""
    told = figures(facts, FIGURES)
    try:
        line, unsaid = facts.scaling.elasticity, ""
    except CannotSay as reason:
        line, unsaid = None, str(reason)
    weeks = [
        (
            week.start, week.runs, week.users, week.agents_used, week.cost, week.cost_per_run, week.total_cost,
            week.p95_latency_ms, week.error_rate,
        )
        for week in facts.scaling.weeks
    ]  # fmt: skip
    return ScalabilityReport(
        told, pd.DataFrame(weeks, columns=list(WEEK)), line, unsaid, facts.now, facts.withheld
    )
