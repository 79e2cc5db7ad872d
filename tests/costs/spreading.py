"""How amounts are to be spread over days, to the last part of the smallest coin: what `expenses.sql` is held against."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import count, pairwise
from typing import TYPE_CHECKING, Protocol

from orchflow.costs.tables import Every
from orchflow.currencies import places

if TYPE_CHECKING:
    from collections.abc import Sequence


class Due(Protocol):
    """An amount that is due once, every month or every year: an entry of costs."""

    @property
    def amount(self) -> Decimal: ...
    @property
    def currency(self) -> str: ...
    @property
    def every(self) -> Every: ...
    @property
    def starts(self) -> date: ...
    @property
    def ends(self) -> date | None: ...


def is_spread(entry: Due) -> bool:
    """Whether its days have parts of an amount rather than an amount that was due on the day."""
    return entry.every is not Every.ONCE or entry.ends is not None


def spread(amount: Decimal, days: int, currency: str) -> Sequence[Decimal]:
    """What each of `days` (at least one) gets of `amount`: whole coins (or parts, where the amount has such), in sum all of it.

    No two days differ by more than one coin, and those that get one more lie evenly among the others.
    """
    exponent = amount.normalize().as_tuple().exponent
    decimals = max(places(currency), -exponent if isinstance(exponent, int) else 0)
    coins = int(abs(amount).scaleb(decimals))
    sign = -1 if amount < 0 else 1
    upto = [coins * day // days for day in range(days + 1)]
    return [Decimal(sign * (after - before)).scaleb(-decimals) for before, after in pairwise(upto)]


def days_of(entry: Due, first: date, last: date) -> Iterator[tuple[date, Decimal]]:
    """The days from `first` to `last` (both counted) on which the entry costs something, each with what it costs.

    A month and a year count from the day on which the entry starts: one from the 15th to the 14th is whole. A period that is cut by the
    entry's end costs what its days would have cost.
    """
    for start, end in _periods(entry):
        if start > last:
            return
        if end <= first:
            continue
        for place, amount in enumerate(spread(entry.amount, (end - start).days, entry.currency)):
            day = start + timedelta(place)
            if first <= day <= last and (entry.ends is None or day < entry.ends):
                yield day, amount


def _periods(entry: Due) -> Iterator[tuple[date, date]]:
    """First day and day after the last of each period that the amount is for."""
    if entry.every is Every.ONCE:
        yield entry.starts, entry.ends or entry.starts + timedelta(1)
        return
    months = 1 if entry.every is Every.MONTH else 12
    start = entry.starts
    for number in count(1):
        if entry.ends is not None and start >= entry.ends:
            return
        end = _later(entry.starts, number * months)
        yield start, end
        start = end


def _later(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a month that has fewer."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
