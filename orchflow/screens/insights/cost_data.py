"""The Cost screen's figures, charts and tables."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from orchflow import format as fmt
from orchflow.costs.tables import BudgetPeriod
from orchflow.insights.cost import (
    A_MONTH,
    COLUMNS,
    DIMENSIONS,
    Calls,
    CostDimension,
    CostReport,
    Expenses,
    also_as,
    calls_behind,
    cost_report,
    expenses_behind,
)
from orchflow.metrics.budget_of import budget_of
from orchflow.metrics.filters import Filters
from orchflow.metrics.metric import Figure
from orchflow.metrics.privacy import Privacy
from orchflow.people.permissions import Actor
from orchflow.screens.figure_facts import facts_of
from orchflow.screens.insights.reader import InsightReader
from orchflow.screens.session import currency, workspace, zone
from orchflow.ui.charts import Target, bars_ranked, stacked_bars
from orchflow.ui.table import Column, Sheet, sheet


@dataclass(frozen=True)
class CostScreen:
    """Everything that is drawn of one report, converted for the browser once."""

    report: CostReport
    bars: dict[str, Any]
    ranked: dict[str, Any]
    days: Sheet
    ranking: Sheet
    moved: Sheet
    values: Sheet
    lines: Sheet
    labels: dict[str, str]


@st.cache_resource(max_entries=128, show_spinner=False)
def cost_screen(
    _actor: Actor, filters: Filters, dimension: CostDimension, _reader: InsightReader, privacy: Privacy, version: int, today: date,
    money: str,
) -> CostScreen:  # fmt: skip
    """The Cost screen of these filters; `version` is the data's, `money` the currency of its amounts."""
    prominent = _reader.prominent.get(dimension, ())
    facts = facts_of(_actor, filters, privacy, _reader.coverage)
    facts.names = _reader.names
    report = cost_report(facts, dimension)
    kind = dimension.title() if dimension != "organization" else "Organisation"
    budget = daily_budget(_actor, replace(filters, start=today, end=today), privacy, version, today, money)
    against = ", against the budget" if budget else ""
    bars = stacked_bars(
        report.by_day, "day", "cost", "label", kind=dimension, prominent=prominent, unit="money", currency=money,
        title=f"Cost a day by {kind.lower()}{against}", target=budget, running=today,
    )  # fmt: skip
    ranked = bars_ranked(
        report.by_value[report.by_value["cost"].notna()], "label", "cost", kind=dimension, prominent=prominent, unit="money", currency=money,
        title=f"Cost of the period by {kind.lower()}",
    )  # fmt: skip
    shown = columns(dimension)
    wanted = [
        "label",
        "cost",
        "share",
        *A_MONTH,
        "of_target",
        "previous_cost",
        "delta",
        "calls",
        "tokens",
        "unpriced_calls",
    ]
    if not report.comparable:
        wanted = [name for name in wanted if name not in ("previous_cost", "delta")]
    wanted = [name for name in wanted if name in report.by_value]
    days = report.by_day[[name for name in ("day", "label", *COLUMNS) if name in report.by_day]]
    return CostScreen(
        report,
        bars,
        ranked,
        days=sheet(days, shown),
        ranking=sheet(report.by_value[["label", "cost", "share"]], shown),
        moved=sheet(report.movers.head(8)[["label", "delta", "cost", "previous_cost"]], shown),
        values=sheet(report.by_value[wanted], shown),
        lines=sheet(provenance_lines(report), line_columns()),
        labels=dict(zip(report.by_day["label"], report.by_day["series"], strict=True)),
    )


@st.cache_resource(max_entries=128, show_spinner=False)
def also_figures(
    _actor: Actor, filters: Filters, _reader: InsightReader, privacy: Privacy, version: int, today: date
) -> tuple[Figure, ...]:
    """What the cost of these filters comes to beside; `version` is the data's."""
    return also_as(facts_of(_actor, filters, privacy, _reader.coverage))


@st.cache_data(max_entries=64, show_spinner=False)
def daily_budget(
    _actor: Actor, chosen: Filters, privacy: Privacy, version: int, today: date, money: str
) -> Target | None:
    """What the budget of what is chosen allows a day, whatever the period: the line to measure days by. None where there is none, or
    no rate for it."""
    standing = budget_of(workspace(), _actor, chosen, today, period=None)
    if standing is None or standing.allowed is None:
        return None
    monthly = standing.budget.period is BudgetPeriod.MONTH
    days = monthrange(today.year, today.month)[1] if monthly else 30
    whole = f"{fmt.money(standing.allowed, money)} {'a month' if monthly else 'in 30 days'}"
    a_day = standing.allowed / days
    return Target(float(a_day), f"{standing.budget.name}: {whole}, {fmt.money(a_day, money)} a day")


@st.cache_data(max_entries=64, show_spinner=False)
def expenses(
    _actor: Actor, filters: Filters, dimension: CostDimension, privacy: Privacy, day: date, value: str | None, version: int
) -> Expenses:  # fmt: skip
    """What is no call to a model of one day and one value of the dimension, without columns that say nothing; `version` is that of
    the tasks as well."""
    report = expenses_behind(facts_of(_actor, filters, privacy), dimension, day, value)
    silent = [name for name in report.frame if report.frame[name].isna().all()]
    if report.frame["currency"].isin([None, currency()]).all():
        silent += [name for name in ("amount", "currency") if name not in silent]
    return replace(report, frame=report.frame.drop(columns=silent))


@st.cache_data(max_entries=64, show_spinner=False)
def calls(
    _actor: Actor, filters: Filters, dimension: CostDimension, privacy: Privacy, day: date, value: str | None, version: int
) -> Calls:  # fmt: skip
    """The calls of one day and one value of the dimension, their times in the workspace's zone."""
    report = calls_behind(facts_of(_actor, filters, privacy), dimension, day, value)
    frame = report.frame.drop(columns=saying_nothing(report.frame))
    frame["occurred_at"] = pd.to_datetime(frame["occurred_at"], utc=True).dt.tz_convert(zone())
    return replace(report, frame=frame)


def saying_nothing(calls: pd.DataFrame) -> list[str]:
    """The columns of calls that only repeat what is plain: one call each, no cache, the workspace's own currency."""
    silent = [
        name for name in ("cached_input_tokens", "cache_write_input_tokens") if calls[name].isna().all()
    ]
    if (calls["calls"] == 1).all():
        silent.append("calls")
    if calls["currency"].isin([None, currency()]).all():
        silent += ["amount", "currency"]
    return silent


def provenance_lines(report: CostReport) -> pd.DataFrame:
    """One row for each provenance: its meaning, calls, their share, and cost."""
    return pd.DataFrame(
        [
            (line.provenance.capitalize(), line.meaning, line.calls, line.share, line.cost)
            for line in report.lines
        ]
        + [
            (
                "Not converted",
                f"{lacking.what}: no rate of exchange",
                lacking.rows,
                None,
                None,
            )
            for lacking in report.unconverted
        ],
        columns=["provenance", "meaning", "calls", "share", "cost"],
    )


def line_columns() -> dict[str, Column]:
    """How the table of provenances is shown."""
    return {
        "provenance": Column("Provenance"),
        "meaning": Column("Meaning", width="large"),
        "calls": Column("Calls", "count"),
        "share": Column("Share of calls", "percent"),
        "cost": Column("Cost", "money", currency=currency()),
    }


def columns(dimension: CostDimension) -> dict[str, Column]:
    """How tables of days and of the dimension's values are shown."""
    money = currency()
    return {
        "day": Column("Day", "day"),
        "label": Column(DIMENSIONS[dimension], pinned=True),
        "cost": Column("Cost", "money", currency=money, figure="total_cost"),
        "share": Column("Share", "percent"),
        A_MONTH[0]: Column(
            "A month", "money", currency=money, help="With its share, by runs, of what names no agent"
        ),
        A_MONTH[1]: Column(
            "Own a month", "money", currency=money, help="Without a share of what names no agent"
        ),
        "of_target": Column(
            "Of the target", "percent", help="Cost a month as a part of the target that is kept for it"
        ),
        "previous_cost": Column("Before", "money", currency=money),
        "delta": Column("Change", "money", currency=money),
        "calls": Column("Calls", "count", figure="calls"),
        "tokens": Column("Tokens", "count", figure="tokens"),
        "unpriced_calls": Column("Unpriced calls", "count", figure="unpriced_calls"),
    }


def call_columns() -> dict[str, Column]:
    """How single calls are shown."""
    return {
        "occurred_at": Column("Time", "moment"),
        "event_id": Column("Event", hidden=True),
        "source": Column("Source"),
        "agent": Column("Agent"),
        "caller": Column("Caller"),
        "organization": Column("Organisation"),
        "user": Column("User"),
        "provider": Column("Provider"),
        "model": Column("Model"),
        "status": Column("Status"),
        "calls": Column("Calls", "count"),
        "input_tokens": Column("Read", "count", help="Tokens read, cached ones included"),
        "cached_input_tokens": Column("Cached", "count", help="Tokens read from a cache"),
        "cache_write_input_tokens": Column("To cache", "count", help="Tokens read and written to a cache"),
        "output_tokens": Column("Written", "count", help="Tokens written"),
        "amount": Column("Amount", "count", help="As it was delivered, in its currency", digits=6),
        "currency": Column("Currency"),
        "cost": Column("Cost", "money", currency=currency(), digits=6),
        "provenance": Column("Provenance"),
        "duration_ms": Column("Duration", "ms"),
    }


def expense_columns() -> dict[str, Column]:
    """How other costs than calls are shown."""
    money = currency()
    return {
        "part": Column("Part"),
        "what": Column("What for"),
        "origin": Column("From", help="An entry of costs, hours that were logged, or a bill"),
        "source": Column("Source"),
        "provider": Column("Provider"),
        "service": Column("Service"),
        "sub_account": Column("Account"),
        "agent": Column("Agent"),
        "team": Column("Team"),
        "project": Column("Project"),
        "hours": Column("Hours", "count", digits=2),
        "amount": Column("Amount", "count", help="In its own currency", digits=2),
        "currency": Column("Currency"),
        "cost": Column("Cost", "money", currency=money),
        "cash": Column("Due", "money", currency=money, help="What is due on the day"),
        "spread": Column("Spread", help="A part of an amount for several days"),
    }
