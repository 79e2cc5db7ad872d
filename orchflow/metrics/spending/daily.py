"""A figure that is a sum, day by day: in all, or for each value of a dimension, as its reader may know it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from orchflow.metrics.privacy import SMALL_GROUPS
from orchflow.metrics.read import lines
from orchflow.metrics.spending.anomaly_band import DaysOff
from orchflow.planning.calendar import WorkingCalendar

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts
    from orchflow.metrics.metric import Dimension

DAY, SUNDAY = timedelta(days=1), 6
BILLS_COME_WITHIN = 35
"""So many days after a day its bills have come; where none is of it by then there are no more."""
NO_USAGE = "No usage has been loaded yet"
NO_PRICE = "None of the calls has a price"
IN_ALL = ""
"""The value of the series of everything."""


@dataclass(frozen=True)
class Daily:
    """The sums of the days from `first` to `last`, both included; `exact` holds those that there are by value and place.

    Days without any are 0, except before a series begins and where its reader may not know whether there was any: NaN.
    """

    first: date
    last: date
    keys: tuple[str, ...]
    values: npt.NDArray[np.float64]
    exact: Mapping[tuple[str, int], Decimal]

    def day(self, place: int) -> date:
        """The day of a column."""
        return self.first + DAY * place

    def place(self, day: date) -> int:
        """The column of a day."""
        return (day - self.first).days

    def off(self, calendar: WorkingCalendar) -> DaysOff:
        """Which of the columns are days off."""
        return days_off(calendar, self.first, self.last)


class ArrowCells(Mapping[tuple[str, int], Decimal]):
    """The sums of a table by value and place, made decimals where somebody asks for one."""

    def __init__(
        self, keys: Sequence[str], rows: npt.NDArray[np.int32], places: npt.NDArray[np.int64], sums: pa.ChunkedArray[Any]
    ) -> None:  # fmt: skip
        self._keys, self._rows, self._places, self._sums = keys, rows, places, sums
        self._at: dict[tuple[int, int], int] | None = None

    def __getitem__(self, key: tuple[str, int]) -> Decimal:
        value, place = key
        if value not in self._keys:
            raise KeyError(key)
        if self._at is None:
            pairs = zip(self._rows.tolist(), self._places.tolist(), strict=True)
            self._at = {pair: number for number, pair in enumerate(pairs)}
        number = self._at.get((self._keys.index(value), place))
        if number is None:
            raise KeyError(key)
        return Decimal(self._sums[number].as_py())

    def __iter__(self) -> Iterator[tuple[str, int]]:
        return ((self._keys[row], int(place)) for row, place in zip(self._rows, self._places, strict=True))

    def __len__(self) -> int:
        return len(self._rows)


def days_off(calendar: WorkingCalendar, first: date, last: date) -> DaysOff:
    """Which days from `first` to `last` are days off of everybody; weekends are days like others."""
    places = np.zeros((last - first).days + 1, dtype=bool)
    for day in calendar.days_off:
        if first <= day <= last:
            places[(day - first).days] = True
    return DaysOff(places, SUNDAY - first.weekday())


def last_known(facts: Facts) -> date | None:
    """The last day before today that is known, as far as the reader is told; None while there is none."""
    newest, first = facts.reach.usage_as_of, facts.reach.usage_from
    if newest is None or first is None:
        return None
    last = min(facts.today - DAY, newest.astimezone(facts.ws.zone).date())
    if not facts.privacy.people:
        last = facts.stretches.over(last, facts.today)
    return last if last >= first else None


def daily(facts: Facts, key: str, start: date, end: date, by: Dimension | None = None) -> Daily:
    """The figure `key` of each day from `start` to `end`, for each value of `by`.

    To those who may not see small groups a stretch of days is told on its last day; the days before it are not known.
    """
    first = max(start, facts.reach.usage_from or start)
    return _daily(facts, _told(facts, (key,), first, end, by), key, first, end, by is not None)


def daily_of_each(facts: Facts, keys: Sequence[str], start: date, end: date) -> dict[str, Daily]:
    """As `daily` of all, of several figures at once, whenever calls begin."""
    told = _told(facts, keys, start, end)
    return {key: _daily(facts, told, key, start, end, False) for key in keys}


def _told(
    facts: Facts, keys: Sequence[str], first: date, end: date, by: Dimension | None = None
) -> list[dict[str, Any]]:
    over = facts.over(replace(facts.filters, start=first, end=end))
    return [row for row in lines(over, keys, by=by, grain="day") if first <= row["bucket"] <= end]


def _daily(
    facts: Facts, told: Sequence[dict[str, Any]], key: str, first: date, end: date, apart: bool
) -> Daily:
    exact: dict[tuple[str, int], Decimal] = {}
    for row in told:
        value = row.get("value", IN_ALL)
        if row[key] is not None and value != SMALL_GROUPS:
            exact[value, (row["bucket"] - first).days] = Decimal(row[key])
    keys = tuple(sorted({value for value, _ in exact}))
    values = np.full((len(keys), (end - first).days + 1), 0.0 if facts.privacy.people else np.nan)
    numbers = {value: number for number, value in enumerate(keys)}
    for (value, place), amount in exact.items():
        values[numbers[value], place] = amount
    if apart:
        before_it_begins(values)
    return Daily(first, end, keys, values, exact)


def spread_over_stretches(facts: Facts, of: Daily) -> npt.NDArray[np.float64]:
    """The sums in all, those of a stretch of days in equal parts: for sums of many days, where each alone does not matter."""
    values = np.zeros((of.last - of.first).days + 1)
    for (_, place), amount in of.exact.items():
        day = of.day(place)
        first, last = (day, day) if facts.privacy.people else facts.stretches.of(day)
        begin = max(of.place(first), 0)
        values[begin : of.place(last) + 1] += float(amount) / (of.place(last) - begin + 1)
    return values


def before_it_begins(values: npt.NDArray[np.float64]) -> None:
    """Makes NaN of the days before: what begins within the days, later than the first of them, was not there before."""
    there = np.nan_to_num(values) != 0
    begun = np.maximum.accumulate(there, axis=1)
    values[~begun] = np.nan
