"""Datasets of spending: days out of the ordinary, and forecasts of months with what these came to."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from orchflow import clock
from orchflow.insights.anomaly_words import came_of
from orchflow.metrics.facts import Facts
from orchflow.metrics.filters import Filters
from orchflow.people.permissions import Permission
from orchflow.reports.dataset import Reading
from orchflow.reports.made_dataset import DAY, FLAG, TEXT, MadeDataset, kinds_of

MONEY = pa.decimal128(38, 18)
SECTION = "Usage"

ANOMALY_KINDS = (
    kinds_of(DAY, "day") | kinds_of(TEXT, "scope", "value", "label") | kinds_of(MONEY, "cost", "expected", "low", "high")
    | kinds_of(TEXT, "cost_currency", "came_of", "events", "verdict")
)  # fmt: skip
FORECAST_KINDS = (
    kinds_of(DAY, "day", "month") | kinds_of(MONEY, "likely", "low", "high", "actual") | kinds_of(TEXT, "cost_currency")
    | kinds_of(FLAG, "held")
)  # fmt: skip


def _anomalies(reading: Reading) -> pd.DataFrame:
    facts = _facts(reading)
    rows = [
        (
            each.day, each.dimension, each.value or None, each.label, each.cost, each.expected, each.low, each.high,
            reading.ws.currency, came_of(each) or None, ", ".join(each.events) or None,
            None if each.opinion is None else each.opinion.verdict,
        )
        for each in facts.spending.anomalies_by_day.items
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=[*ANOMALY_KINDS], dtype=object)


def _forecasts(reading: Reading) -> pd.DataFrame:
    rows = [
        (
            each.made_on,
            each.month,
            each.likely,
            each.low,
            each.high,
            each.actual,
            reading.ws.currency,
            each.held,
        )
        for each in _facts(reading).spending.scored
    ]
    return pd.DataFrame(rows, columns=[*FORECAST_KINDS], dtype=object)


def _facts(reading: Reading) -> Facts:
    """Of the days that are asked for; of all that are known where none are."""
    today = clock.today(reading.ws.zone)
    whole = Facts(reading.ws, reading.actor, Filters(today, today), privacy=reading.privacy, now=clock.now())
    start = reading.part.start or whole.reach.usage_from or today
    return whole.over(Filters(start, max(reading.part.end or today, start)))


SPENDING_DATASETS = {
    dataset.name: dataset
    for dataset in (
        MadeDataset(
            name="anomalies", description="Days on which the workspace, a part, a service, a team, an agent, a model, a provider or an organisation cost out of the ordinary",
            by=("day", "scope", "value"), days=True, section=SECTION, permission=Permission.INSIGHTS_VIEW, filters=("scope", "verdict"),
            made=_anomalies, kinds=ANOMALY_KINDS,
        ),
        MadeDataset(
            name="month_forecasts", description="What months were forecast to cost, day by day, and what they came to",
            by=("day",), days=True, section=SECTION, permission=Permission.PERSON_FIGURES, filters=("month",),
            made=_forecasts, kinds=FORECAST_KINDS,
        ),
    )
}  # fmt: skip
"""By name."""
