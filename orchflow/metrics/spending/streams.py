"""The kinds of cost that a month is forecast by: each has days of its own that are known, and a season of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from orchflow.metrics.privacy import Privacy
from orchflow.metrics.spending.daily import (
    BILLS_COME_WITHIN,
    DAY,
    Daily,
    daily_of_each,
    spread_over_stretches,
)
from orchflow.people.small_groups import WITHHELD

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

MODELS, HOURS, BILLS = "models", "hours", "bills"
WRITTEN = "written_cost"
KEYS = ("cost", "development_cost", "infrastructure_cost", "operations_cost")
LEAST = 0.005
"""A day with less than half a cent, which is what rounding leaves, is one without."""


@dataclass(frozen=True)
class Stream:
    """What one kind of cost was on each day from `first` on; `today` what the running day has besides."""

    kind: str
    first: date
    values: npt.NDArray[np.float64]
    today: float = 0.0

    def until(self, day: date) -> Stream:
        """As it was known when `day` began."""
        return replace(self, values=self.values[: max((day - self.first).days, 0)], today=0.0)


@dataclass(frozen=True)
class Streams:
    """Those that there are; `written` are the entries of costs, which are known of days to come, `exact` what all costs by day.

    `lacking` says what is not in them, and why.
    """

    streams: tuple[Stream, ...]
    written: dict[date, float]
    exact: dict[date, Decimal]
    lacking: str = ""


def read_streams(facts: Facts, start: date, last: date, end: date) -> Streams:
    """The days from `start` on of what the filters choose: known up to `last` of calls, entries up to `end`."""
    today = facts.today
    known = daily_of_each(facts, KEYS, start, max(today, last))
    entries = _entries(facts, start, end)
    exact: dict[date, Decimal] = {}
    for of in known.values():
        for (_, place), amount in of.exact.items():
            exact[of.day(place)] = exact.get(of.day(place), Decimal(0)) + amount
    written = _as_told(
        facts, known["cost"], {day: amount for day, amount in entries.items() if day <= known["cost"].last}
    )
    by_kind = {
        MODELS: spread_over_stretches(facts, known["cost"]),
        HOURS: spread_over_stretches(facts, known["development_cost"]),
        BILLS: sum(spread_over_stretches(facts, known[key]) for key in KEYS[2:]) - written,
    }
    yesterday = today - DAY if facts.privacy.people else last
    ends = {MODELS: last, HOURS: yesterday, BILLS: yesterday}
    streams = [
        stream
        for kind, values in by_kind.items()
        if (stream := _stream(kind, start, np.asarray(values), ends[kind], _running(facts, kind))) is not None
    ]
    hidden = not facts.privacy.people and not facts.stretches.hours
    return Streams(
        tuple(streams), {day: float(amount) for day, amount in entries.items()}, exact,
        f"Development time is not in it: {WITHHELD[0].lower()}{WITHHELD[1:]}" if hidden else "",
    )  # fmt: skip


def _stream(
    kind: str, start: date, values: npt.NDArray[np.float64], last: date, running: bool
) -> Stream | None:
    """From its first day with a cost on; bills up to the last day that any is of, for they come later than the days they are of."""
    days = (last - start).days + 1
    there = np.flatnonzero(np.abs(values[:days]) >= LEAST)
    if not len(there):
        return None
    newest = int(there[-1]) + 1
    until = newest if kind == BILLS and days - newest <= BILLS_COME_WITHIN else days
    first = int(there[0])
    today = float(values[days:].sum()) if running else 0.0
    return Stream(kind, start + DAY * first, values[first:until], today)


def _running(facts: Facts, kind: str) -> bool:
    """Whether what is known of today is of today; where facts are known that are newer than the instant of the forecast it is not."""
    newest = facts.reach.usage_as_of
    return kind == MODELS and newest is not None and newest <= facts.now


def _entries(facts: Facts, start: date, end: date) -> dict[date, Decimal]:
    """Entries of costs by day, for days to come too: they are nobody's, so that everybody is told them."""
    from orchflow.metrics.facts import Facts

    filters = replace(facts.filters, start=start, end=end)
    everybody = Facts(
        facts.ws, facts.actor, filters, privacy=Privacy(people=True), now=facts.now, reach=facts.reach
    )
    of = daily_of_each(everybody, (WRITTEN,), start, end)[WRITTEN]
    return {of.day(place): amount for (_, place), amount in of.exact.items()}


def _as_told(facts: Facts, like: Daily, amounts: dict[date, Decimal]) -> npt.NDArray[np.float64]:
    """Amounts by day as they are told among others: those of a stretch in equal parts."""
    exact: dict[tuple[str, int], Decimal] = {}
    for day, amount in amounts.items():
        at = day if facts.privacy.people else min(facts.stretches.of(day)[1], like.last)
        exact["", like.place(at)] = exact.get(("", like.place(at)), Decimal(0)) + amount
    return spread_over_stretches(facts, replace(like, exact=exact))
