"""Home's report and its chart: each part kept under the versions of what it is read from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
import streamlit as st

from orchflow.insights.home import (
    DataPart,
    HomeReport,
    OwnPart,
    PlanPart,
    data_part,
    home_facts,
    own_part,
    plan_part,
)
from orchflow.metrics.facts import Facts
from orchflow.metrics.privacy import Privacy
from orchflow.metrics.time_to_value import journey_day
from orchflow.people.permissions import Actor, Role
from orchflow.screens.insights.reader import TOPICS, InsightReader, insight_reader
from orchflow.screens.plan.plan_data import names_now, plan_version
from orchflow.screens.session import currency, workspace
from orchflow.ui.charts import stacked_bars

FRESH = "10m"
"""What depends on the clock, as an agent that is idle, is read anew after so long."""


@dataclass(frozen=True)
class HomeScreen:
    """The report, the chart of cost a day and its table."""

    report: HomeReport
    bars: dict[str, Any]
    days: pd.DataFrame


def home_screen(actor: Actor, now: datetime, today: date) -> HomeScreen:
    """Where the workspace stands for `actor`; at most ten minutes old."""
    ws = workspace()
    reader = insight_reader(actor)
    privacy = reader.privacy
    data_version = ws.warehouse.version(*TOPICS, "ingest")
    version = f"{plan_version(ws)} {today}"
    sources = ",".join(source.name for source in ws.settings.sources)
    data, bars, days, read_at = _data(
        actor, actor.role, now, today, reader, privacy, f"{data_version} {sources}", currency()
    )
    plan = _plan(actor, now, privacy, version)
    own_version = f"{version} {ws.store.version('guidance')} {ws.store.version('alerts')} {ws.store.version('risks')} {data_version} {sources}"
    own = _own(actor, actor.user_id, actor.role, now, privacy, own_version, plan)
    report = HomeReport(actor.role, journey_day(ws.start_date, today), data, plan, own, read_at)
    return HomeScreen(report, bars, days)


def _facts(actor: Actor, now: datetime, privacy: Privacy) -> Facts:
    return home_facts(workspace(), actor, now, privacy)


@st.cache_resource(max_entries=32, ttl=FRESH, show_spinner=False)
def _data(
    _actor: Actor,
    role: Role,
    _now: datetime,
    today: date,
    _reader: InsightReader,
    privacy: Privacy,
    version: str,
    money: str,
) -> tuple[DataPart, dict[str, Any], pd.DataFrame, datetime]:
    part = data_part(_facts(_actor, _now, privacy))
    bars = stacked_bars(
        part.cost_by_day, "day", "cost", "label", kind="provider", prominent=_reader.prominent.get("provider", ()),
        unit="money", currency=money,
        title=f"Cost a day by provider, {today:%B}",
    )  # fmt: skip
    return part, bars, part.cost_by_day[["day", "label", "cost", "calls"]], _now


@st.cache_resource(max_entries=4, ttl=FRESH, show_spinner=False)
def _plan(_actor: Actor, _now: datetime, _privacy: Privacy, version: str) -> PlanPart | None:
    return plan_part(_facts(_actor, _now, _privacy), names_now(workspace(), _actor))


@st.cache_resource(max_entries=64, ttl=FRESH, show_spinner=False)
def _own(
    _actor: Actor, person: int | None, role: Role, _now: datetime, _privacy: Privacy, version: str, _plan: PlanPart | None
) -> OwnPart:  # fmt: skip
    return own_part(_facts(_actor, _now, _privacy), names_now(workspace(), _actor), _plan)
