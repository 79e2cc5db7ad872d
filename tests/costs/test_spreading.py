"""Spreading makes and loses no coin, whatever the month, the currency and the sign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchflow.costs.tables import Every
from orchflow.currencies import CODES, places
from tests.costs.spreading import days_of, is_spread, spread

D = Decimal
AMOUNTS = st.decimals("-9999999.9999", "9999999.9999", places=4) | st.integers(-10_000, 10_000).map(D)
DAYS = st.dates(date(2023, 1, 1), date(2029, 12, 31))


@dataclass
class Entry:
    """An entry of costs."""

    amount: Decimal
    every: Every
    starts: date
    ends: date | None = None
    currency: str = "EUR"


@pytest.mark.parametrize(
    ("amount", "days", "currency", "parts"),
    [
        ("10.00", 3, "EUR", ["3.33", "3.33", "3.34"]),
        ("-10.00", 3, "EUR", ["-3.33", "-3.33", "-3.34"]),
        ("10", 3, "JPY", ["3", "3", "4"]),
        ("10", 3, "KWD", ["3.333", "3.333", "3.334"]),
        ("0.01", 3, "EUR", ["0.00", "0.00", "0.01"]),
        ("0.005", 2, "EUR", ["0.002", "0.003"]),
    ],
)
def test_the_days_get_whole_coins(amount: str, days: int, currency: str, parts: list[str]) -> None:
    assert [str(part) for part in spread(D(amount), days, currency)] == parts


@given(AMOUNTS, st.integers(1, 400), st.sampled_from(sorted(CODES)))
def test_nothing_is_lost_and_no_two_days_differ_by_more_than_a_coin(
    amount: Decimal, days: int, currency: str
) -> None:
    parts = spread(amount, days, currency)

    assert (len(parts), sum(parts)) == (days, amount)
    coin = max(D(1).scaleb(-places(currency)), D("0.0001") if amount % D("0.001") else D(0))
    coarse = D(1).scaleb(max(-places(currency), amount.normalize().as_tuple().exponent))  # type: ignore[type-var]
    assert max(parts) - min(parts) <= max(coin, coarse)


@given(AMOUNTS, st.sampled_from([Every.MONTH, Every.YEAR]), DAYS, st.integers(1, 30))
def test_whole_periods_cost_their_whole_amount(
    amount: Decimal, every: Every, starts: date, count: int
) -> None:
    """Over months of 28 to 31 days, from any day of the month, and over leap years."""
    count = count if every is Every.MONTH else min(count, 3)
    month = starts.year * 12 + starts.month - 1 + count * (1 if every is Every.MONTH else 12)
    after = [date(month // 12, month % 12 + 1, 1) + timedelta(day) for day in range(31)]
    ends = min(
        (day for day in after if day.month == month % 12 + 1), key=lambda day: abs(day.day - starts.day)
    )

    days = dict(days_of(Entry(amount, every, starts, ends), date.min, date.max))

    assert sum(days.values()) == amount * count
    assert list(days) == [starts + timedelta(number) for number in range((ends - starts).days)]


@given(AMOUNTS, st.sampled_from(Every), DAYS, st.integers(1, 900) | st.none(), DAYS, st.integers(0, 400))
def test_days_cost_the_same_whatever_else_is_asked_for(
    amount: Decimal, every: Every, starts: date, length: int | None, first: date, more: int
) -> None:
    entry = Entry(amount, every, starts, None if length is None else starts + timedelta(length))
    last = first + timedelta(more)

    every_day = dict(days_of(entry, date(2023, 1, 1), date(2031, 12, 31)))

    assert dict(days_of(entry, first, last)) == {
        day: part for day, part in every_day.items() if first <= day <= last
    }


def test_once_stands_on_its_day_and_is_spread_only_to_an_end() -> None:
    day = date(2028, 2, 28)
    assert list(days_of(Entry(D(90), Every.ONCE, day), date.min, date.max)) == [(day, D(90))]
    over_leap_day = Entry(D("1.00"), Every.ONCE, day, date(2028, 3, 2))
    assert [str(part) for _, part in days_of(over_leap_day, date.min, date.max)] == ["0.33", "0.33", "0.34"]
    assert [is_spread(entry) for entry in (over_leap_day, Entry(D(1), Every.ONCE, day))] == [True, False]


def test_a_month_that_is_cut_costs_what_its_days_would_have_cost() -> None:
    fortnight = Entry(D(300), Every.MONTH, date(2026, 11, 1), date(2026, 11, 16))
    assert sum(part for _, part in days_of(fortnight, date.min, date.max)) == 150
