"""The figures, charts and table of the Scalability screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from orchflow.insights.scalability import ScalabilityReport, scalability_report
from orchflow.metrics.filters import Filters
from orchflow.metrics.privacy import Privacy
from orchflow.people.permissions import Actor
from orchflow.screens.figure_facts import facts_of
from orchflow.screens.insights.reader import InsightReader
from orchflow.screens.session import currency
from orchflow.ui.charts import Target, lines
from orchflow.ui.scaling_charts import cost_by_runs
from orchflow.ui.table import Column, Sheet, sheet

DRAWN = {"runs": ("runs",), "people": ("users", "agents_used"), "times": ("p95",), "errors": ("error_rate",)}
"""The columns of each chart over weeks."""
VOLUME = {"runs": "Runs", "users": "Users", "agents_used": "Agents"}


@dataclass(frozen=True)
class ScalabilityScreen:
    """Everything that is drawn, converted for the browser once."""

    report: ScalabilityReport
    curve: dict[str, Any]
    charts: dict[str, dict[str, Any]]
    weeks: Sheet


@st.cache_resource(max_entries=64, show_spinner=False)
def scalability_screen(
    _actor: Actor, filters: Filters, _reader: InsightReader, privacy: Privacy, versions: tuple[int, int], today: date, money: str
) -> ScalabilityScreen:  # fmt: skip
    """The screen of these filters; `versions` are those of the facts and of targets and budgets."""
    facts = facts_of(_actor, filters, privacy, _reader.coverage)
    report = scalability_report(facts)
    weeks = report.weeks
    curve = None if report.line is None else (report.line.slope, report.line.intercept)
    limit = facts.target_of("runs_a_day")
    targets = facts.targets
    enough = weeks.where(weeks["runs"] >= targets.production_min_runs).assign(week=weeks["week"])
    seconds = enough.assign(seconds=enough["p95"] / 1000)
    few = f"weeks of {targets.production_min_runs} runs or more"
    charts = {
        "runs": lines(
            weeks, "week", "runs", unit="count", title="Runs a week",
            target=None if limit is None else Target(float(limit) * 7, "agreed limit"),
        ),
        "people": lines(
            weeks.melt("week", ["users", "agents_used"], var_name="what", value_name="count").replace({"what": VOLUME}).dropna(),
            "week", "count", "what", unit="count", title="Users and agents a week",
        ),
        "times": lines(
            seconds, "week", "seconds", unit="seconds", title=f"P95 latency against its target, {few}",
            target=Target(targets.p95_latency_ms / 1000, "target"),
        ),
        "errors": lines(
            enough, "week", "error_rate", unit="percent", title=f"Error rate against its target, {few}",
            target=Target(targets.error_rate, "target"),
        ),
    }  # fmt: skip
    scatter = cost_by_runs(weeks, curve, title="Cost of models against runs, week by week", currency=money)
    return ScalabilityScreen(report, scatter, charts, sheet(weeks, columns()))


def columns() -> dict[str, Column]:
    """How the weeks are shown."""
    money = currency()
    return {
        "week": Column("Week of", "day", pinned=True),
        "runs": Column("Runs", "count", figure="runs"),
        "users": Column("Users", "count", figure="users"),
        "agents_used": Column("Agents", "count", figure="agents_used"),
        "cost": Column("Cost of models", "money", currency=money, figure="cost"),
        "cost_per_run": Column("Cost per run", "money", currency=money, digits=4, figure="cost_per_run"),
        "total_cost": Column("Total cost", "money", currency=money, figure="total_cost"),
        "p95": Column("P95", "ms", figure="p95_latency_ms"),
        "error_rate": Column("Error rate", "percent", figure="error_rate"),
    }


def week_columns(*names: str) -> dict[str, Column]:
    """Those of them that a chart is made of."""
    return {name: column for name, column in columns().items() if name in {"week", *names}}


def of_weeks(weeks: pd.DataFrame, *names: str) -> pd.DataFrame:
    """The week and these columns."""
    return weeks[["week", *names]]
