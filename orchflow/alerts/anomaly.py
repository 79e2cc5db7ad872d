"""Anomalies: whether the last whole day of a figure lies outside what is ordinary for its weekday (`metrics.spending.anomaly_band`)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import cast

import numpy as np

from orchflow.alerts.measures import first_known
from orchflow.alerts.rules import AlertRuleRow
from orchflow.alerts.states import sign_of
from orchflow.alerts.tables import Side, value_of
from orchflow.alerts.verdicts import Verdict, in_unit, shown, unknown
from orchflow.format import day as day_words
from orchflow.metrics.catalogue import METRICS
from orchflow.metrics.compiler import grows_with_days, needed
from orchflow.metrics.facts import Facts
from orchflow.metrics.filters import Filters
from orchflow.metrics.metric import Dimension
from orchflow.metrics.read import lines
from orchflow.metrics.spending.anomaly_band import LEAST_DAYS, WINDOW, Judged, Least, judge
from orchflow.metrics.spending.daily import days_off

DAY = timedelta(days=1)


def anomaly_verdicts(facts: Facts, rule: AlertRuleRow, days: int = 1) -> Iterator[tuple[date, list[Verdict]]]:
    """What a rule says of each scope on each of the last `days` whole days that are loaded, the oldest first."""
    own = METRICS[str(rule.figure)]
    first, last = _known(facts, own.key)
    if first is None or first > last:
        yield facts.today, [unknown("", "", f"{own.label}: nothing is loaded yet")]
        return
    start = max(first, last - DAY * (WINDOW + days - 1))
    series, names = _series(facts, rule, start, last)
    if not series:
        yield last, [unknown("", "", f"{own.label}: nothing of it in {WINDOW} days")]
        return
    values = np.array(list(series.values()))
    place = max(values.shape[1] - days, 0)
    least = Least(rule.limit / 100 if own.unit == "percent" and rule.limit else rule.limit or Decimal(0))
    judged = judge(values, place, least, days_off(facts.calendar, start, last))
    for at in range(values.shape[1] - place):
        when = start + DAY * (place + at)
        yield (
            when,
            [
                _verdict(
                    rule,
                    facts,
                    scope,
                    names.get(scope, scope),
                    when,
                    values[row, place + at],
                    judged,
                    row,
                    at,
                )
                for row, scope in enumerate(series)
            ],
        )


def _known(facts: Facts, key: str) -> tuple[date | None, date]:
    """The first day of which the figure is known, and the last whole one."""
    last = facts.today - DAY
    for base in needed(key):
        newest = facts.reach.usage_as_of if base == "usage_lines" else facts.reach.runs_as_of
        if base != "expense_lines" and newest is not None:  # what people write down has no newest
            last = min(last, newest.astimezone(facts.ws.zone).date() - DAY)
    return first_known(facts.reach, key), last


def _series(
    facts: Facts, rule: AlertRuleRow, start: date, last: date
) -> tuple[dict[str, list[float]], dict[str, str]]:
    """By scope the values of the days; a sum without rows is 0, a ratio unknown."""
    key, by = str(rule.figure), cast(Dimension | None, rule.dimension)
    count = (last - start).days + 1
    nothing = 0.0 if grows_with_days(key) else np.nan
    series: dict[str, list[float]] = {}
    for line in lines(facts.over(Filters(start, last)), [key], by=by, grain="day"):
        scope = line.get("value", "")
        if rule.part is not None:
            if scope != rule.part:
                continue
            scope = ""
        row = series.setdefault(scope, [nothing] * count)
        if line[key] is not None:
            row[(line["bucket"] - start).days] = float(line[key])
    names = facts.names.distinct(by, list(series)) if by and rule.part is None else {"": ""}
    return series, names


def _verdict(
    rule: AlertRuleRow, facts: Facts, scope: str, label: str, when: date, value: float, judged: Judged, row: int, at: int
) -> Verdict:  # fmt: skip
    own, money = METRICS[str(rule.figure)], facts.ws.currency
    name = f"{own.label}{f' of {label or rule.part}' if label or rule.part else ''}, {day_words(when)}"
    expected, low, high = judged.expected[row, at], judged.low[row, at], judged.high[row, at]
    if np.isnan(expected) or np.isnan(value):
        why = (
            "nothing to count on that day"
            if np.isnan(value)
            else f"fewer than {LEAST_DAYS} days are known before it"
        )
        return unknown(scope, label, f"{name}: {why}")
    edge = high if rule.side is Side.ABOVE else low
    told, usual, limit = (in_unit(Decimal(str(round(each, 8))), own.unit) for each in (value, expected, edge))
    sign = sign_of(told, limit, rule.side, rule.at_equal is True, rule.margin)
    stands = (
        f"{rule.side} the" if sign == "beyond" else "inside the" if sign == "clear" else "at the edge of the"
    )
    way = "up" if rule.side is Side.ABOVE else "down"
    of = "a day off" if when in facts.calendar.days_off else "its weekday"
    words = (
        f"{name}: {shown(told, own.unit, money)}, {stands} ordinary of {of}, which is {shown(usual, own.unit, money)}, "
        f"{way} to {shown(limit, own.unit, money)}"
    )
    return Verdict(scope, label, value_of(told), value_of(limit), words, sign)
