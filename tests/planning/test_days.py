"""Days of the workspace's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from orchflow.planning.days import day_of


@pytest.mark.parametrize(
    ("at", "zone", "day"),
    [
        (datetime(2026, 11, 28, 3, tzinfo=UTC), "America/New_York", date(2026, 11, 27)),
        (datetime(1, 1, 1, tzinfo=UTC), "America/New_York", date(1, 1, 1)),
        (datetime(9999, 12, 31, 23, 59, tzinfo=UTC), "Asia/Tokyo", date(9999, 12, 31)),
    ],
)
def test_an_instant_lies_on_a_day_even_where_the_calendar_ends(at: datetime, zone: str, day: date) -> None:
    assert day_of(at, ZoneInfo(zone)) == day
