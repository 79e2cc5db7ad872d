"""What the running month will have cost at its end, and how such forecasts fared so far."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate
from typing import Any

import pandas as pd
import streamlit as st

from orchflow import clock
from orchflow import format as fmt
from orchflow.metrics.budget_of import budget_of
from orchflow.metrics.filters import Filters, month_to_date
from orchflow.metrics.privacy import Privacy
from orchflow.metrics.spending.forecast import DAY, MonthForecast
from orchflow.metrics.spending.month_end import MonthEnd
from orchflow.metrics.spending.month_record import TOPIC, Record, ScoredMonth
from orchflow.people.permissions import Actor, Permission
from orchflow.screens.figure_facts import facts_of
from orchflow.screens.insights.events import events_of
from orchflow.screens.insights.reader import InsightReader
from orchflow.screens.session import currency, workspace, zone
from orchflow.ui.charts import Target, chart
from orchflow.ui.cost_charts import month_to_its_end
from orchflow.ui.states import empty
from orchflow.ui.table import Column, Sheet, data_table, sheet


@dataclass(frozen=True)
class AheadScreen:
    """What is drawn, converted for the browser once; `against` tells the likely sum against the budget."""

    made: MonthEnd
    picture: dict[str, Any]
    days: Sheet
    against: str


def show(actor: Actor, filters: Filters, reader: InsightReader) -> None:
    """Draw the panel for the part that the screen has chosen; its days are those of the running month."""
    today, money = clock.today(zone()), currency()
    month = month_to_date(today)
    part = replace(filters, start=month.start, end=month.end)
    versions = (reader.version, workspace().store.version("costs"))
    screen = ahead_screen(actor, part, reader, reader.privacy, versions, today, money)
    made = screen.made
    if made.forecast is None:
        spent = "" if made.spent is None else f" So far this month has cost {fmt.money(made.spent, money)}."
        empty("No forecast yet", f"{made.missing}.{spent}", icon="query_stats")
    else:
        low, high = (fmt.money(amount, money) for amount in (made.forecast.low, made.forecast.high))
        said = (
            f"In 80 of 100 months between {low} and {high} · {fmt.money(made.spent, money)} so far · by weekday and trend of "
            f"the last {made.forecast.fitted_days} days"
        )
        said = " · ".join(filter(None, (said, screen.against, made.lacking)))
        chart(
            screen.picture, screen.days, key="cost-ahead", events=events_of(month.start, month.end, agents=part.agents, providers=part.providers), columns=columns(money), note=fmt.plain(said), downloads=actor.may(Permission.EXPORT),
            title=f"{today:%B} is likely to cost {fmt.money(made.likely, money)} by its end",
            alt=f"Lines: what {today:%B %Y} has cost by each day and what it is likely to have cost by each day to come, with the interval{' and the budget' if screen.against else ''}",
        )  # fmt: skip
    past_forecasts(actor, part, reader, today, money)


def past_forecasts(actor: Actor, part: Filters, reader: InsightReader, today: date, money: str) -> None:
    """How past forecasts fared; read when somebody looks."""
    fold = st.expander(
        "How past forecasts fared", key="month-ends", icon=":material/fact_check:", on_change="rerun"
    )
    if not fold.open:
        return
    with fold:
        record, rows = scores(
            actor,
            part,
            reader,
            reader.privacy,
            (reader.version, workspace().store.version(TOPIC)),
            today,
            money,
        )
        st.caption(fmt.plain(_fared(record, replayed=bool(part.narrowed))))
        if not reader.privacy.people:
            return
        data_table(
            rows, key="month-end-scores", name="month-ends", columns=score_columns(money), downloads=actor.may(Permission.EXPORT),
            alt="Past forecasts of months and what these came to",
            nothing=("No forecasts yet", "The first is kept tonight, once four weeks of days are known."),
        )  # fmt: skip


@st.cache_resource(max_entries=64, show_spinner=False)
def ahead_screen(
    _actor: Actor, filters: Filters, _reader: InsightReader, privacy: Privacy, versions: tuple[int, int], today: date, money: str
) -> AheadScreen:  # fmt: skip
    """The month to its end, of these filters; `versions` are those of the data and of budgets, `money` the currency of its amounts."""
    made = facts_of(_actor, filters, privacy, _reader.coverage).spending.month_end
    frame = by_day(made)
    standing = budget_of(workspace(), _actor, filters, today)
    budget = (
        None
        if standing is None or standing.allowed is None
        else Target(float(standing.allowed), standing.budget.name)
    )
    picture = (
        month_to_its_end(frame, today, title=f"{today:%B} to its end", currency=money, budget=budget)
        if len(frame)
        else {}
    )
    return AheadScreen(made, picture, sheet(frame, columns(money)), _against(made, budget, money))


@st.cache_resource(max_entries=16, show_spinner=False)
def scores(
    _actor: Actor, filters: Filters, _reader: InsightReader, privacy: Privacy, versions: tuple[int, int], today: date, money: str
) -> tuple[Record, Sheet]:  # fmt: skip
    """How past forecasts of these filters fared, and each of them."""
    spending = facts_of(_actor, filters, privacy, _reader.coverage).spending
    return spending.record, sheet(_score_rows(spending.scored), score_columns(money))


def by_day(made: MonthEnd) -> pd.DataFrame:
    """Day, what is spent by its end, and what is likely, at least and at most spent by the end of each day to come."""
    columns = ["day", "spent", "likely", "low", "high"]
    if made.forecast is None:
        return pd.DataFrame(columns=columns)
    known = [day for day, _ in made.by_day]
    spent = list(accumulate(amount for _, amount in made.by_day))
    rows: list[tuple[Any, ...]] = [
        (day, amount, None, None, None) for day, amount in zip(known, spent, strict=True)
    ]
    start = (known[-1], spent[-1]) if known else (made.forecast.start - DAY, 0.0)
    if known:
        rows[-1] = (start[0], start[1], start[1], start[1], start[1])
    ahead = _ahead(made.forecast, start[1])
    return pd.DataFrame(rows + ahead, columns=columns)


def columns(money: str) -> dict[str, Column]:
    """How the table of days is shown."""
    amounts = {"spent": "Spent by then", "likely": "Likely by then", "low": "At least", "high": "At most"}
    return {"day": Column("Day", "day")} | {
        name: Column(label, "money", currency=money) for name, label in amounts.items()
    }


def score_columns(money: str) -> dict[str, Column]:
    """How stored forecasts are shown."""
    amounts = {"likely": "Likely", "low": "At least", "high": "At most", "actual": "Came to"}
    return (
        {"made_on": Column("Made on", "day"), "month": Column("Month")}
        | {name: Column(label, "money", currency=money) for name, label in amounts.items()}
        | {"error": Column("Off by", "percent"), "outcome": Column("Outcome")}
    )


def _ahead(forecast: MonthForecast, spent: float) -> list[tuple[Any, ...]]:
    """The days to come of the month; what is to come before its first day, where that is not known yet, is in no day of it."""
    rows: list[tuple[Any, ...]] = []
    at = spent
    for (day, amount), reach in zip(forecast.expected, forecast.reach, strict=True):
        at += amount
        rows.append((day, None, at, max(at - reach, min(spent, at)), at + reach))
    return rows


def _against(made: MonthEnd, budget: Target | None, money: str) -> str:
    """The likely sum against the budget, in words; nothing without one of the two."""
    if budget is None or made.likely is None:
        return ""
    share = fmt.percent(float(made.likely) / budget.value, digits=0)
    return f"{share} of the budget {budget.label}, {fmt.money(budget.value, money)}"


def _fared(record: Record, *, replayed: bool) -> str:
    if record.share is None:
        return (
            "No month is over of which enough days before it are known."
            if replayed
            else "Every night the forecast of the month is kept. Once the month is over, it is judged here."
        )
    off = "" if record.error is None else f"; half of them were off by less than {fmt.percent(record.error)}"
    months = fmt.quantity(record.months, "month")
    how = ", worked out afterwards once a week from what was known then," if replayed else ""
    return (
        f"{record.held} of {record.judged} forecasts of {months}{how} held ({fmt.percent(record.share, digits=0)}); "
        f"about 80 % should{off}."
    )


def _score_rows(scored: list[ScoredMonth]) -> pd.DataFrame:
    outcomes = {None: "Still open", True: "Held", False: "Missed"}
    return pd.DataFrame(
        [
            (each.made_on, f"{each.month:%B %Y}", each.likely, each.low, each.high, each.actual, each.error, outcomes[each.held])
            for each in scored
        ],
        columns=["made_on", "month", "likely", "low", "high", "actual", "error", "outcome"],
    )  # fmt: skip
