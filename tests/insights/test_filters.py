from __future__ import annotations

from datetime import date

import pytest

from orchflow.insights.coverage import comparison
from orchflow.insights.filters import Filters, month_to_date, period_in_words


def test_month_to_date_compares_with_the_same_days_of_the_month_before() -> None:
    before = month_to_date(date(2026, 11, 20)).previous()
    assert (before.start, before.end) == (date(2026, 10, 1), date(2026, 10, 20))


@pytest.mark.parametrize(
    ("today", "last"),
    [
        (date(2026, 3, 28), date(2026, 2, 28)),
        (date(2026, 3, 29), date(2026, 2, 28)),
        (date(2026, 3, 31), date(2026, 2, 28)),
        (date(2028, 3, 29), date(2028, 2, 29)),
        (date(2028, 3, 30), date(2028, 2, 29)),
        (date(2026, 5, 29), date(2026, 4, 29)),
        (date(2026, 5, 30), date(2026, 4, 30)),
        (date(2026, 5, 31), date(2026, 4, 30)),
        (date(2026, 8, 29), date(2026, 7, 29)),
        (date(2026, 8, 30), date(2026, 7, 30)),
        (date(2026, 8, 31), date(2026, 7, 31)),
    ],
)
def test_days_that_the_month_before_does_not_have_are_cut(today: date, last: date) -> None:
    before = month_to_date(today).previous()
    assert (before.start, before.end) == (last.replace(day=1), last)


def test_a_single_day_compares_with_the_day_before() -> None:
    before = Filters(date(2026, 11, 11), date(2026, 11, 11)).previous()
    assert (before.start, before.end) == (date(2026, 11, 10), date(2026, 11, 10))


def test_days_of_two_months_are_no_month_to_date() -> None:
    before = Filters(date(2026, 10, 1), date(2026, 11, 2)).previous()
    assert (before.start, before.end) == (date(2026, 8, 29), date(2026, 9, 30))


def test_january_compares_with_december() -> None:
    before = month_to_date(date(2026, 1, 5)).previous()
    assert (before.start, before.end) == (date(2025, 12, 1), date(2025, 12, 5))


def test_any_other_period_compares_with_as_many_days_just_before() -> None:
    before = Filters(date(2026, 11, 11), date(2026, 11, 20)).previous()
    assert (before.start, before.end) == (date(2026, 11, 1), date(2026, 11, 10))


def test_the_period_before_keeps_the_narrowing() -> None:
    assert Filters(date(2026, 11, 1), date(2026, 11, 2), models=("claude",)).previous().models == ("claude",)


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        Filters(date(2026, 11, 2), date(2026, 11, 1))


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (date(2026, 11, 1), date(2026, 11, 20), "1–20 Nov 2026"),
        (date(2026, 10, 28), date(2026, 11, 3), "28 Oct – 3 Nov 2026"),
        (date(2025, 12, 28), date(2026, 1, 3), "28 Dec 2025 – 3 Jan 2026"),
        (date(2026, 11, 5), date(2026, 11, 5), "5 Nov 2026"),
    ],
)
def test_a_period_is_written_as_people_write_it(start: date, end: date, words: str) -> None:
    assert period_in_words(start, end) == words


@pytest.mark.parametrize(
    ("known_from", "comparable"),
    [(date(2026, 9, 30), True), (date(2026, 10, 1), True), (date(2026, 10, 2), False), (None, False)],
)
def test_a_period_is_compared_when_all_of_the_one_before_is_known(
    known_from: date | None, comparable: bool
) -> None:
    assert comparison(month_to_date(date(2026, 11, 20)), known_from)[0] is comparable
