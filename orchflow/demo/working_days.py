"""Which days the simulated organisation works on, how the load of a day spreads over its hours, and working time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from orchflow.demo.columns import Floats

WEEKEND_LOAD = 0.07
HOLIDAY_LOAD = 0.04
FRIDAY_LOAD = 0.86
SUMMER_LOAD = 0.88

HOURS = np.array(
    [1, 1, 1, 1, 1, 2, 6, 22, 62, 96, 104, 92, 58, 78, 100, 98, 84, 56, 24, 11, 7, 5, 3, 2],
    dtype=np.float64,
)
"""Load per local hour of a working day: two humps around lunch, a thin tail in the evening."""


FIXED_HOLIDAYS = {(1, 1), (6, 19), (7, 4), (12, 24), (12, 25)}
FLOATING_HOLIDAYS = {(1, 0): 3, (9, 0): 1, (11, 3): 4}
"""Month and weekday → the how manieth of the month."""


def is_holiday(day: date) -> bool:
    """Say whether the organisation is closed on `day` (United States federal calendar, the days insurers keep)."""
    of_kind = FLOATING_HOLIDAYS.get((day.month, day.weekday()))
    if (day.month, day.day) in FIXED_HOLIDAYS or of_kind == (day.day - 1) // 7 + 1:
        return True
    match day.month, day.weekday():
        case 5, 0:
            return day.day > 31 - 7
        case 11, 4:
            return is_holiday(day - timedelta(days=1))
    return False


def is_working_day(day: date) -> bool:
    """Say whether people are at work on `day`."""
    return day.weekday() < 5 and not is_holiday(day)


def working_day(day: date, step: int = 1) -> date:
    """Return `day`, or the first working day after it; with a `step` of -1 before it."""
    while not is_working_day(day):
        day += timedelta(days=step)
    return day


def day_load(day: date) -> float:
    """Return the load of `day` relative to an ordinary Tuesday."""
    if is_holiday(day):
        return HOLIDAY_LOAD
    if day.weekday() >= 5:
        return WEEKEND_LOAD
    load = FRIDAY_LOAD if day.weekday() == 4 else 1.0
    return load * (SUMMER_LOAD if day.month in (7, 8) else 1.0)


def draw_times(rng: np.random.Generator, count: int) -> Floats:
    """Draw `count` moments of a day, in seconds after local midnight, by the hours of work."""
    edges = np.concatenate([[0.0], np.cumsum(HOURS / HOURS.sum())])
    return np.asarray(np.interp(rng.random(count), edges, np.arange(25) * 3600.0), dtype=np.float64)


MORNING, WORKING_HOURS = 8.75, 8.75
"""When a working day begins, and how many hours it has, in local time."""


class Rhythm:
    """Turns working time into instants: 3.5 is the middle of the fourth working day from `start`."""

    def __init__(self, start: date, end: date, zone: ZoneInfo) -> None:
        every = (start + timedelta(days=n) for n in range((end - start).days + 1))
        self.days = [day for day in every if is_working_day(day)]
        self._zone = zone

    def at(self, when: float) -> datetime:
        """The instant of a point of working time, in UTC and whole seconds."""
        when = min(max(when, 0.0), len(self.days) - 0.001)
        seconds = (MORNING + (when % 1.0) * WORKING_HOURS) * 3600
        midnight = datetime.combine(self.days[int(when)], time(), tzinfo=self._zone)
        return (midnight + timedelta(seconds=int(seconds))).astimezone(UTC)

    def day(self, when: float) -> date:
        """The day of a point of working time."""
        return self.days[min(max(int(when), 0), len(self.days) - 1)]

    def first(self, day: date) -> int:
        """The working time at which `day`, or the first working day after it, begins."""
        return bisect_left(self.days, day)

    def last(self, day: date) -> int:
        """The working time at which `day`, or the last working day before it, begins."""
        return max(bisect_right(self.days, day) - 1, 0)

    def of(self, instant: datetime) -> float:
        """The working time of an instant; the end of the last working day while nobody works."""
        local = instant.astimezone(self._zone)
        past = bisect_right(self.days, local.date()) - 1
        if past < 0:
            return 0.0
        if self.days[past] != local.date():
            return past + 1.0
        hours = local.hour + local.minute / 60 - MORNING
        return past + min(max(hours / WORKING_HOURS, 0.0), 1.0)
