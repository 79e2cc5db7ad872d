"""What spending comes to, and whether it is out of the ordinary."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from orchflow import format as fmt
from orchflow.metrics.metric import DIMENSIONS, Dimension, Metric, Reading

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

NARROWS: tuple[Dimension, ...] = tuple(
    name for name in DIMENSIONS["usage_lines"] if name not in ("status", "provenance", "currency")
)
OF_ALL: tuple[Dimension, ...] = (*NARROWS, "part", "service", "team", "project")

spending = partial(Metric, owner="Finance", covers=("usage_lines", "expense_lines"))


def _month_end(facts: Facts) -> Reading:
    made = facts.spending.month_end
    if made.forecast is None:
        return Reading(None, missing=made.missing)
    money = facts.ws.currency
    low, high = (fmt.money(amount, money) for amount in (made.forecast.low, made.forecast.high))
    lacking = f" · {made.lacking}" if made.lacking else ""
    return Reading(made.likely, note=f"in 80 of 100 months between {low} and {high}{lacking}")


def _anomalies(facts: Facts) -> Reading:
    found = facts.spending.anomalies
    if found.missing:
        return Reading(None, missing=found.missing)
    answered = len(found.folds) - len(found.open)
    return Reading(len(found.open), note=f"{fmt.quantity(answered, 'other')} answered" if answered else "")


METRICS = (
    spending(
        no_rows="it is made of whole days of the datasets usage_daily and expenses, not of single rows", key="forecast_month_cost", label="Cost at the end of the month", question="What will this month have cost?", unit="money",
        direction="down", window="month", read=_month_end, filtered_by=OF_ALL,
        definition="What models, infrastructure, development time and operations will have cost when this month ends: its days so far, entries "
        "of costs as they are written down, and for calls, hours and bills of the days to come what the last eight weeks make likely, each "
        "by its weekdays and its trend, of which less is left from week to week. How far such forecasts were off as many days ahead "
        "makes the interval, which is right in 80 of 100 months. Under four weeks of whole days nothing is forecast. Forecasts of "
        "models alone, which earlier versions stored, are not judged.",
    ),
    spending(
        no_rows="it is made of whole days of the datasets usage_daily and expenses, not of single rows", key="anomalies_open", label="Open anomalies", question="Is anything out of the ordinary?", unit="count",
        direction="down", read=_anomalies, filtered_by=(*(name for name in NARROWS if name != "user"), "part", "service", "team"),
        definition="Days, or days on end, on which everything, a part, a service or a team (of all costs), an agent, a model, a provider or an "
        "organisation (of what models cost) was out of the ordinary, and of which nobody has said yet that it was expected, planned or "
        "not useful to hear. Scopes in which one value makes at least half of it are one. A day is expected to cost "
        "the median of its weekday in the eight weeks before; out of the ordinary is what is off by more than four deviations "
        "(1.4826 × the median distance of all those days, but for weekdays on which next to nothing is spent; more where there are "
        "fewer weeks), by more than 5 of the currency and by more than 25 %. Of pure noise 0.6 % of days are. A day off (a public holiday "
        "of the workspace's place, or one that is entered) is expected to be as a Sunday, is out of the ordinary only where it would be on "
        "its weekday as well, and says nothing of other days. Under four weeks a scope is not judged.",
    ),
)  # fmt: skip
