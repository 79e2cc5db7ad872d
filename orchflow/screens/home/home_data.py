"""Home's report and its chart."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pandas as pd
import streamlit as st

from orchflow.insights.home import HomeReport, home_report
from orchflow.metrics.privacy import Privacy
from orchflow.people.permissions import Actor, Role
from orchflow.screens.insights.reader import TOPICS, InsightReader, insight_reader
from orchflow.screens.session import currency, workspace
from orchflow.ui.charts import stacked_bars


def home_screen(actor: Actor, now: datetime, today: date) -> tuple[HomeReport, dict[str, Any], pd.DataFrame]:
    """Where the workspace stands for `actor`, the chart of cost a day and its table; at most ten minutes old."""
    version, reader = workspace().warehouse.version(*TOPICS, "ingest"), insight_reader(actor)
    return _report(actor, actor.role, now, today, reader, reader.privacy, version, currency())


@st.cache_resource(max_entries=32, ttl="10m", show_spinner=False)
def _report(
    _actor: Actor,
    role: Role,
    _now: datetime,
    today: date,
    _reader: InsightReader,
    privacy: Privacy,
    version: int,
    money: str,
) -> tuple[HomeReport, dict[str, Any], pd.DataFrame]:
    report = home_report(workspace(), _actor, _now, privacy)
    bars = stacked_bars(
        report.cost_by_day, "day", "cost", "label", kind="provider", prominent=_reader.prominent.get("provider", ()),
        unit="money", currency=money,
        title=f"Cost a day by provider, {today:%B}",
    )  # fmt: skip
    return report, bars, report.cost_by_day[["day", "label", "cost", "calls"]]
