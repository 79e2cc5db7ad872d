"""The figures, charts and tables of all agents and of one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from orchflow import format as fmt
from orchflow.insights.agents import Agent, AgentReport, AgentsReport, agent_report, agents_report
from orchflow.metrics.filters import Filters
from orchflow.metrics.health import MEANING, Status
from orchflow.metrics.privacy import Privacy
from orchflow.people.permissions import Actor
from orchflow.screens.figure_facts import facts_of
from orchflow.screens.insights.reader import InsightReader
from orchflow.screens.session import currency, zone
from orchflow.ui.charts import Target, lines, stacked_bars
from orchflow.ui.table import Column

COLOURS = {
    "failing": "red", "degraded": "orange", "healthy": "green", "idle": "gray", "draft": "violet", "disabled": "gray",
    "archived": "gray",
}  # fmt: skip


@st.cache_resource(max_entries=64, ttl="10m", show_spinner=False)
def all_agents(
    _actor: Actor, filters: Filters, today: date, privacy: Privacy, version: int
) -> tuple[AgentsReport, pd.DataFrame, dict[str, Any]]:
    """All agents of these filters: the report, its table and the chart of runs a day."""
    report = agents_report(facts_of(_actor, filters, privacy))
    table = in_zone(pd.DataFrame([_line(agent) for agent in report.agents]), "last_run_at")
    days = report.by_day.melt("day", ["completed", "failed"], var_name="status", value_name="count")
    bars = stacked_bars(
        days, "day", "count", "status", kind="outcome", unit="count", title="Runs a day, completed and failed"
    )
    return report, table, bars


@st.cache_resource(max_entries=64, ttl="10m", show_spinner=False)
def one_agent(
    _actor: Actor,
    slug: str,
    filters: Filters,
    today: date,
    _reader: InsightReader,
    privacy: Privacy,
    version: int,
    money: str,
) -> tuple[AgentReport, dict[str, dict[str, Any]]]:
    """One agent: the report, and its charts (runs, times, rate, cost)."""
    facts = facts_of(_actor, filters, privacy)
    report = agent_report(facts, slug)
    runs = report.history.melt("day", ["completed", "failed"], var_name="status", value_name="count")
    times = report.history.melt("day", ["p50", "p95"], var_name="percentile", value_name="ms")
    times["percentile"] = times["percentile"].str.upper()
    times["seconds"] = times["ms"] / 1000
    target = Target(facts.targets.error_rate, "target")
    figures = {
        "runs": stacked_bars(runs, "day", "count", "status", kind="outcome", unit="count", title="Runs a day, completed and failed"),
        "times": lines(times, "day", "seconds", "percentile", unit="seconds", title="Duration of completed runs a day"),
        "rate": lines(report.history, "day", "error_rate", unit="percent", target=target, title="Error rate a day, against its target"),
        "cost": stacked_bars(
            report.cost_by_day, "day", "cost", "label", kind="model", prominent=_reader.prominent.get("model", ()), unit="money", currency=money,
            title="Cost a day by model",
        ),
    }  # fmt: skip
    return report, figures


def badges(statuses: Mapping[Status, int], *more: str, title: str = "") -> None:
    """How many agents are in each status, as one line, under a `title`; what the statuses mean is behind its mark."""
    said = [f":{COLOURS[status]}-badge[{count} {status}]" for status, count in statuses.items()]
    meaning = "\n".join(f"- **{status}**: {fmt.plain(MEANING[status])}" for status in statuses)
    st.markdown(
        f"## {title}\n\n" * bool(title) + " ".join([*said, *more]), anchors=False, help=meaning or None
    )


def _line(agent: Agent) -> dict[str, Any]:
    return {
        "name": agent.name, "status": [agent.status], "reason": agent.health.reason, "runs": agent.runs,
        "trend": list(agent.trend), "error_rate": agent.error_rate, "p95": _seconds(agent.p95), "cost": agent.cost,
        "last_run_at": agent.last_run_at, "users": agent.users, "cost_per_run": agent.cost_per_run, "p50": _seconds(agent.p50),
        "waiting": agent.waiting, "running_now": agent.running_now, "slug": agent.slug,
    }  # fmt: skip


def _seconds(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000


def agent_columns() -> dict[str, Column]:
    """How the table of agents is shown."""
    return {
        "name": Column("Agent", pinned=True),
        "status": Column("Status", "tags", colours=COLOURS),
        "reason": Column("Why", width="content"),
        "runs": Column("Runs", "count", figure="runs"),
        "trend": Column("Runs, 28 days", "trend", width=96),
        "error_rate": Column("Error rate", "percent", figure="error_rate"),
        "p50": Column("P50", "seconds", figure="p50_latency_ms"),
        "p95": Column("P95", "seconds", figure="p95_latency_ms"),
        "cost_per_run": Column("Cost per run", "money", currency=currency(), digits=4, figure="cost_per_run"),
        "users": Column("Users", "count", figure="users"),
        "last_run_at": Column("Last run", "moment", if_any=True),
        "waiting": Column("Waiting", "count", if_any=True, help="Runs that wait for a person"),
        "running_now": Column("Running now", "count", hidden=True),
        "slug": Column("Slug", hidden=True),
    } | cost_columns()


def cost_columns() -> dict[str, Column]:
    """How cost by model is shown."""
    return {
        "label": Column("Model"),
        "cost": Column("Cost", "money", currency=currency()),
        "calls": Column("Calls", "count"),
    }


def day_columns() -> dict[str, Column]:
    """How an agent's days are shown."""
    return {
        "day": Column("Day", "day"),
        "runs": Column("Runs", "count"),
        "completed": Column("Completed", "count"),
        "failed": Column("Failed", "count"),
        "error_rate": Column("Error rate", "percent"),
        "p50": Column("P50", "ms"),
        "p95": Column("P95", "ms"),
    }


def run_columns() -> dict[str, Column]:
    """How single runs are shown."""
    return {
        "started_at": Column("Began", "moment"),
        "status": Column("Status"),
        "seconds": Column("Duration", "seconds"),
        "organization": Column("Organisation"),
        "user": Column("User"),
        "source": Column("Source"),
        "error": Column("Reason", width="medium"),
        "conversation": Column("Conversation", "link", link_text="Open"),
    }


def in_zone(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """`frame` with the instants of `column` in the workspace's zone, in which tables show them."""
    if len(frame):
        frame[column] = pd.to_datetime(frame[column], utc=True).dt.tz_convert(zone())
    return frame
