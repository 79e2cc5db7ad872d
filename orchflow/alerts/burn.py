"""Burn rates: how many times too fast an allowance of 30 days is used up, over a long and a short window.

Of runs the allowance is the share that may fail; of cost the money of 30 days. A window fires when both its long and its
short part are as fast; with less than the least volume in the long one nothing fires, and what is slow is clear all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from orchflow import format as fmt
from orchflow.alerts.burn_windows import ALLOWANCE, BURN_WINDOWS, BurnWindow
from orchflow.alerts.rules import BURNING, AlertRuleRow
from orchflow.alerts.verdicts import Verdict, judged, relation, shown, unknown
from orchflow.metrics.catalogue import METRICS
from orchflow.metrics.coverage import Coverage
from orchflow.warehouse.sql import Query, load_query
from orchflow.workspace import Workspace

PACKAGE = "orchflow.alerts"
_COLUMNS = {"error_rate": "r.{}", "cost": "u.{}"}


@dataclass(frozen=True)
class Used:
    """What was used up in a window, of how many runs or calls."""

    used: Decimal
    volume: int


Burned = dict[tuple[int, str], Used]
"""By the seconds of a window and the value of the dimension."""
NOTHING = Used(Decimal(0), 0)


def burned(ws: Workspace, figure: str, dimension: str | None, now: datetime) -> Burned:
    """What was used up of a figure in every window, by a dimension or ("") in all."""
    seconds = [
        int(length.total_seconds())
        for window in BURN_WINDOWS.values()
        for length in (window.long, window.short)
    ]
    since = (now - max(window.long for window in BURN_WINDOWS.values())).astimezone(ws.zone).date()
    query = _query(figure, dimension)
    bound = {"seconds": seconds, "now": now, "since": since - timedelta(days=1)}
    return {
        (row["seconds"], row["value"]): Used(Decimal(row["used"] or 0), int(row["volume"] or 0))
        for row in ws.warehouse.query(query, bound).to_pylist()
    }


def burn_verdicts(
    rule: AlertRuleRow, burnt: Burned, newest: datetime | None, now: datetime, currency: str
) -> list[Verdict]:
    """What a rule says of each of its windows (and each value of its dimension, where it names none)."""
    values: Sequence[str] = [rule.part or ""]
    if rule.dimension is not None and rule.part is None:
        values = sorted({value for _, value in burnt})
    windows = [BURN_WINDOWS[name] for name in rule.windows or BURN_WINDOWS]
    return [
        _verdict(rule, window, value, burnt, newest, now, currency) for value in values for window in windows
    ]


def _verdict(
    rule: AlertRuleRow, window: BurnWindow, value: str, burnt: Burned, newest: datetime | None, now: datetime, currency: str
) -> Verdict:  # fmt: skip
    figure, counted = METRICS[str(rule.figure)], BURNING[str(rule.figure)]
    apart = value if rule.part is None else ""
    scope, label = f"{apart} {window.name}".strip(), f"{apart}, {window.words}".strip(", ")
    name = f"{figure.label}{f' of {value}' if value else ''}, {window.words}"
    if newest is None or newest < now - window.long:
        return unknown(scope, label, f"{name}: nothing that new is loaded", window.rate)
    long, short = (
        burnt.get((int(length.total_seconds()), value), NOTHING) for length in (window.long, window.short)
    )
    rates = [_rate(rule, used, length) for used, length in ((long, window.long), (short, window.short))]
    slower = min(rates)
    sign = judged(rule, slower, window.rate)
    if long.volume < max(rule.least_volume, 1):
        words = (
            f"{name}: {long.volume:,} {counted}, fewer than the {rule.least_volume:,} from which it is judged"
        )
        return Verdict(scope, label, None, window.rate, words, "clear" if sign == "clear" else "between")
    told = f"{_used(rule, long, currency)}: {rates[0]:,.1f} times as fast as {shown(rule.limit or Decimal(0), figure.unit, currency)} lasts, {rates[1]:,.1f} times in the last {_length(window.short)}"
    words = f"{name}: {told}; the slower is {relation(rule, slower, window.rate, sign)} {window.rate:,.1f}"
    return Verdict(scope, label, slower, window.rate, words, sign)


def _rate(rule: AlertRuleRow, used: Used, length: timedelta) -> Decimal:
    """How many times as fast as the allowance lasts 30 days."""
    limit = rule.limit or Decimal(0)
    if rule.figure == "cost":
        allowed = limit * Decimal(length.total_seconds()) / Decimal(ALLOWANCE.total_seconds())
        rate = used.used / allowed
    else:
        rate = used.used / used.volume / (limit / 100) if used.volume else Decimal(0)
    return rate.quantize(Decimal("1e-8"))


def _used(rule: AlertRuleRow, used: Used, currency: str) -> str:
    if rule.figure == "cost":
        return f"{fmt.precise(used.used, 'money', currency)} for {used.volume:,} calls"
    return f"{used.used:,.0f} of {used.volume:,} runs failed"


def _length(length: timedelta) -> str:
    minutes = int(length.total_seconds()) // 60
    return fmt.quantity(minutes, "minute") if minutes < 120 else fmt.quantity(minutes // 60, "hour")


def newest_of(figure: str, reach: Coverage) -> datetime | None:
    """The newest fact of what a burn rate is counted from."""
    return reach.usage_as_of if figure == "cost" else reach.runs_as_of


def _query(figure: str, dimension: str | None) -> Query:
    text = load_query(PACKAGE, f"burn_{figure}")
    value: Any = "''"
    if dimension is not None:
        column = "user_id" if dimension == "user" else dimension
        known = "c.agent" if figure == "cost" and dimension == "agent" else _COLUMNS[figure].format(column)
        value = f"coalesce({known}, 'UNATTRIBUTED')"
    return Query.of(f"{text.name}_{dimension or 'whole'}", text.text.replace("{value}", value))
