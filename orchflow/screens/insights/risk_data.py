"""The figures, charts and tables of the Risk screen: made once for a state of the register and of the data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from orchflow.insights.risk import RiskReport, risk_report
from orchflow.metrics.filters import window_of
from orchflow.metrics.privacy import Privacy
from orchflow.people.permissions import Actor
from orchflow.risks.scores import MOST, level, score
from orchflow.screens.figure_facts import facts_of
from orchflow.screens.session import zone
from orchflow.ui.charts import lines
from orchflow.ui.risk_charts import MapMark, risk_map
from orchflow.ui.table import Column

FRESH = "10m"
STATES = {"breached": "red", "unknown": "gray", "calm": "green"}
LEVELS = {"high": "red", "medium": "orange", "low": "green"}
SEVERITIES = {"critical": "red", "high": "orange", "medium": "blue", "low": "gray"}


@dataclass(frozen=True)
class RiskScreen:
    """The report, the map and the trend."""

    report: RiskReport
    map: dict[str, Any]
    trend: dict[str, Any]


@st.cache_resource(max_entries=32, ttl=FRESH, show_spinner=False)
def risk_screen(_actor: Actor, privacy: Privacy, today: date, versions: str) -> RiskScreen:
    """The screen as of `versions` of the register, of people and of the data."""
    report = risk_report(facts_of(_actor, window_of("28 days", today), privacy))
    marks = [
        MapMark(
            risk.row.id, f"{risk.row.id} {risk.row.title}: {score(risk.inherent)} before controls, {risk.score} now",
            risk.inherent, risk.shown, risk.shown != risk.residual,
        )
        for risk in report.risks
    ]  # fmt: skip
    levels = [[level(score((row, column))) for column in range(1, MOST + 1)] for row in range(1, MOST + 1)]
    drawn = risk_map(marks, levels, title="Open risks: from before controls (ring) to now (number)")
    trend = lines(
        report.trend, "day", "count", "risks", unit="count", title="Open and high risks, as assessed"
    )
    return RiskScreen(report, drawn, trend)


def register_columns() -> dict[str, Column]:
    """How the register is shown beside the map."""
    return {
        "number": Column("#", "plain", pinned=True),
        "title": Column("Risk", width="content"),
        "level": Column("Now", "tags", colours=LEVELS),
        "shown": Column("Score", "count", help="Likelihood times impact, with what a live signal adds"),
        "residual": Column("Assessed", "count"),
        "inherent": Column("Before controls", "count"),
        "agent": Column("About"),
        "treatment": Column("Treatment"),
        "status": Column("Status"),
        "owner": Column("Owner"),
    }


def signal_columns() -> dict[str, Column]:
    """How live signals are shown."""
    return {
        "number": Column("#", "plain"),
        "title": Column("Risk", width="content"),
        "state": Column("Signal", "tags", colours=STATES),
        "reason": Column("Why", width=440),
        "signal": Column("What it reads"),
        "assessed": Column("Assessed", "count", help="How likely, as it was assessed"),
        "now": Column("Shown", "count", help="How likely, with what the signal adds"),
    }


def overdue_columns() -> dict[str, Column]:
    """How overdue reviews are shown."""
    return {
        "number": Column("#", "plain"),
        "title": Column("Risk", width="content"),
        "owner": Column("Owner"),
        "due": Column("Was due", "day"),
        "late": Column("Late", "days"),
    }


def coverage_columns(frame: pd.DataFrame) -> dict[str, Column]:
    """How functions of NIST by classes of the AI Act are shown."""
    counts = {name: Column(name, "count") for name in frame.columns if name not in ("function", "all")}
    return {"function": Column("NIST function", pinned=True)} | counts | {"all": Column("All", "count")}


def review_columns() -> dict[str, Column]:
    """How the reviews of one risk are shown."""
    return {
        "risk": Column("#", "plain", hidden=True),
        "day": Column("Day", "day"),
        "by": Column("Reviewed by"),
        "inherent": Column("Before controls", "count"),
        "residual": Column("With controls", "count"),
        "next": Column("Next", "day"),
        "note": Column("What was found", width="content"),
    }


def incident_columns() -> dict[str, Column]:
    """How incidents are shown."""
    return {
        "day": Column("Day", "day"),
        "title": Column("Incident", width="content"),
        "severity": Column("Severity", "tags", colours=SEVERITIES),
        "state": Column("State"),
        "resolved_at": Column("Resolved", "moment", if_any=True),
        "agent": Column("Agent"),
        "risk": Column("Risk"),
        "owner": Column("Owner"),
        "cost": Column("Cost", "plain", if_any=True),
        "currency": Column("Currency", if_any=True),
    }


def in_zone(frame: pd.DataFrame) -> pd.DataFrame:
    """Incidents with the ends in the workspace's zone."""
    shown = frame.copy()
    shown["resolved_at"] = pd.to_datetime(shown["resolved_at"], utc=True).dt.tz_convert(zone())
    return shown
