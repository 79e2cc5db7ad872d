"""Like for like: which part of the period before a figure is compared with."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from orchflow.metrics.comparison import Comparison, compare
from orchflow.metrics.coverage import Coverage
from orchflow.metrics.filters import Filters, days_before, month_to_date
from orchflow.metrics.metric import Figure
from orchflow.metrics.movers import change
from orchflow.metrics.read import figure
from orchflow.workspace import Workspace
from tests.metrics.facts import SmallFacts, asked

UTC_ZONE = ZoneInfo("UTC")


def d(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "end", "whole", "before"),
    [
        ("2026-11-01", "2026-11-20", False, ("2026-10-01", "2026-10-20")),
        ("2026-01-01", "2026-01-05", False, ("2025-12-01", "2025-12-05")),
        ("2026-03-01", "2026-03-28", False, ("2026-02-01", "2026-02-28")),
        ("2026-03-01", "2026-03-29", False, ("2026-02-01", "2026-02-28")),
        ("2026-10-01", "2026-10-29", False, ("2026-09-01", "2026-09-29")),
        ("2026-10-01", "2026-10-31", False, ("2026-09-01", "2026-09-30")),
        ("2026-03-01", "2026-03-31", True, ("2026-02-01", "2026-02-28")),
        ("2026-02-01", "2026-02-28", True, ("2026-01-01", "2026-01-31")),
        ("2026-04-01", "2026-06-30", True, ("2026-01-01", "2026-03-31")),
        ("2026-11-11", "2026-11-20", True, ("2026-11-01", "2026-11-10")),
        ("2026-11-20", "2026-11-20", False, ("2026-11-19", "2026-11-19")),
    ],
)
def test_the_days_before_are_those_alike(start: str, end: str, whole: bool, before: tuple[str, str]) -> None:
    assert days_before(d(start), d(end), whole=whole) == (d(before[0]), d(before[1]))


def comparison(filters: Filters, today: str, as_of: str, zone: str = "UTC") -> Comparison:
    newest = datetime.fromisoformat(as_of)
    known = date(2020, 1, 1)
    return compare(filters, Coverage(known, known, known, known, newest, newest), d(today), ZoneInfo(zone))


def test_a_running_day_is_compared_up_to_its_newest_fact() -> None:
    found = comparison(month_to_date(d("2026-11-20")), "2026-11-20", "2026-11-20T13:05:00+00:00")
    assert found.usage_until == datetime(2026, 10, 20, 13, 5, tzinfo=UTC)
    assert found.in_words("usage_lines") == "vs 1–20 Oct to 13:05"


def test_a_running_day_of_which_nothing_is_known_is_left_out_on_both_sides() -> None:
    found = comparison(month_to_date(d("2026-11-20")), "2026-11-20", "2026-11-19T23:59:00+00:00")
    assert (found.usage_until, found.in_words("run_lines")) == (None, "vs 1–19 Oct")
    first = comparison(month_to_date(d("2026-11-01")), "2026-11-01", "2026-10-31T23:59:00+00:00")
    assert (first.possible("usage_lines"), first.in_words("usage_lines")) == (
        False,
        "nothing is known of today yet",
    )


def test_the_time_of_day_is_that_of_the_workspace() -> None:
    found = comparison(
        Filters(d("2026-11-20"), d("2026-11-20")), "2026-11-20", "2026-11-20T03:30:00+00:00", "Asia/Tokyo"
    )
    assert found.usage_until is not None
    assert found.usage_until.astimezone(UTC) == datetime(2026, 11, 19, 3, 30, tzinfo=UTC)


def test_a_day_that_the_month_before_does_not_have_leaves_whole_days_compared_a_day() -> None:
    found = comparison(month_to_date(d("2026-03-30")), "2026-03-30", "2026-03-30T10:00:00+00:00")
    assert (found.end, found.previous_end, found.per_day) == (d("2026-03-29"), d("2026-02-28"), True)
    assert found.in_words("usage_lines") == "a day, vs 1–28 Feb"


def test_whole_months_of_unequal_length_are_compared_a_day() -> None:
    found = comparison(Filters(d("2026-03-01"), d("2026-03-31")), "2026-04-10", "2026-04-10T10:00:00+00:00")
    assert (found.days, found.previous_days, found.per_day, found.running) == (31, 28, True, False)


def share_of(found: Figure) -> Decimal:
    assert found.now is not None
    assert found.previous is not None
    return Decimal(found.now) / Decimal(found.previous) - 1


def test_a_constant_24_dollars_a_day_shows_no_change_at_any_instant_of_any_day(
    ws: Workspace, facts: SmallFacts
) -> None:
    begin, loaded = datetime(2026, 1, 1, tzinfo=UTC), 0
    days = [date(2026, 2, 28), *(date(2026, 3, day) for day in (1, 2, 15, 28, 29, 30, 31)), date(2026, 4, 1)]
    for at in (datetime.combine(day, clock, UTC) for day in days for clock in (time(0, 15), time(12, 30))):
        hours = int((at - begin).total_seconds() // 3600) + 1
        dollars = [
            facts.call(at.date(), "1") | {"occurred_at": begin + timedelta(hours=hour)}
            for hour in range(loaded, hours)
        ]
        facts.calls(*dollars)
        loaded = hours
        today = at.date()
        for filters in (
            month_to_date(today),
            Filters(today - timedelta(days=6), today),
            Filters(today, today),
            Filters(d("2026-02-01"), d("2026-02-28")),
        ):
            known = asked(ws, filters, now=at)
            assert share_of(figure(known, "cost")) == 0, (at, filters)
            moved = change(known, "cost", "agent")
            assert moved is not None
            assert [moved.delta, *(mover.delta for mover in moved.movers)] == [0, 0], (at, filters)


@pytest.mark.parametrize(
    ("today", "last"),
    [
        ("2026-03-28", "2026-02-28"),
        ("2026-03-29", "2026-02-28"),
        ("2026-03-31", "2026-02-28"),
        ("2028-03-29", "2028-02-29"),
        ("2028-03-30", "2028-02-29"),
        ("2026-05-29", "2026-04-29"),
        ("2026-05-30", "2026-04-30"),
        ("2026-05-31", "2026-04-30"),
        ("2026-08-29", "2026-07-29"),
        ("2026-08-30", "2026-07-30"),
        ("2026-08-31", "2026-07-31"),
    ],
)
def test_days_that_the_month_before_does_not_have_are_cut(today: str, last: str) -> None:
    assert days_before(d(today).replace(day=1), d(today), whole=False) == (d(last).replace(day=1), d(last))


def test_days_of_two_months_are_no_month_to_date() -> None:
    assert days_before(d("2026-10-01"), d("2026-11-02"), whole=True) == (d("2026-08-29"), d("2026-09-30"))


@pytest.mark.parametrize(
    ("known_from", "comparable"), [("2026-09-30", True), ("2026-10-01", True), ("2026-10-02", False)]
)
def test_a_period_is_compared_when_all_of_the_one_before_is_known(known_from: str, comparable: bool) -> None:
    known = d(known_from)
    reach = Coverage(known, known, None, None, datetime(2026, 11, 20, 13, tzinfo=UTC), None)
    found = compare(month_to_date(d("2026-11-20")), reach, d("2026-11-20"), UTC_ZONE)
    assert (found.possible("usage_lines"), found.possible("run_lines")) == (comparable, False)
