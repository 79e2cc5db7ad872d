"""The hours in which people work on the plan, counted in working days from Day 1."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from orchflow.demo.working_days import is_working_day

MORNING, HOURS = 8.75, 8.75
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
        seconds = (MORNING + (when % 1.0) * HOURS) * 3600
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
        return past + min(max(hours / HOURS, 0.0), 1.0)
