"""Schedules mean what crontab means by them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from orchflow.crontab import cron_trigger, in_words

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


def days_of(expression: str) -> str:
    """The days of a week, Monday first, on which a schedule runs at noon."""
    trigger = cron_trigger(f"0 12 * * {expression}", ZoneInfo("UTC"))
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    due = [trigger.get_next_fire_time(None, MONDAY + timedelta(days=day)) for day in range(7)]
    return " ".join(
        name for day, name in enumerate(names) if due[day].date() == (MONDAY + timedelta(days=day)).date()
    )


@pytest.mark.parametrize(
    ("weekdays", "days"),
    [
        ("*", "mon tue wed thu fri sat sun"),
        ("0", "sun"),
        ("7", "sun"),
        ("1", "mon"),
        ("1-5", "mon tue wed thu fri"),
        ("0-7", "mon tue wed thu fri sat sun"),
        ("6-7", "sat sun"),
        ("5-1", "mon fri sat sun"),
        ("fri-MON", "mon fri sat sun"),
        ("Sat,sun", "sat sun"),
        ("1,3,0", "mon wed sun"),
        ("*/2", "tue thu sat sun"),
        ("1-5/2", "mon wed fri"),
        ("3/2", "wed fri"),
    ],
)
def test_weekdays_are_those_of_crontab(weekdays: str, days: str) -> None:
    assert days_of(weekdays) == days


@pytest.mark.parametrize(
    ("days", "due"),
    [
        ("24 * 5", "tue fri"),
        ("24-25 11 5", "tue wed fri"),
        ("24 12 5", ""),
        ("*/2 * 3,5", "wed fri"),
        ("25 * *", "wed"),
        ("24 * */2", "tue"),
    ],
)
def test_of_a_day_of_the_month_and_a_weekday_either_is_enough(days: str, due: str) -> None:
    trigger = cron_trigger(f"0 12 {days}", ZoneInfo("UTC"))
    names, at = [], trigger.get_next_fire_time(None, MONDAY)
    while at is not None and at < MONDAY + timedelta(days=7):
        names.append(f"{at:%a}".lower())
        at = trigger.get_next_fire_time(at, at)
    assert " ".join(names) == due


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "* * * *",
        "* * * * * *",
        "0 0 * * 8",
        "0 0 * * x",
        "0 0 * * 1-",
        "0 0 * * 1/x",
        "0 0 * * 1/0",
        "61 * * * *",
        "0 0 * * -1",
    ],
)
def test_what_is_no_schedule_is_refused(expression: str) -> None:
    with pytest.raises(ValueError):
        cron_trigger(expression)


def test_times_are_those_of_the_zone() -> None:
    due = cron_trigger("30 3 * * 0", ZoneInfo("Europe/Berlin")).get_next_fire_time(None, MONDAY)
    assert due.astimezone(UTC) == datetime(2026, 11, 29, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("0 2 * * *", "every day at 02:00"),
        ("30 3 * * 7", "at 03:30, only on Sunday"),
        ("15 * * * *", "at 15 minutes past the hour"),
        ("*/15 * * * *", "every 15 minutes"),
        ("0 3 1 * *", "at 03:00, on day 1 of the month"),
        ("0 6,18 * * *", "every day at 06:00 and 18:00"),
        ("nonsense", "nonsense"),
    ],
)
def test_a_schedule_is_said_in_words(expression: str, words: str) -> None:
    assert in_words(expression) == words
