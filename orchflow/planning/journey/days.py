"""Days of the journey as real ones: windows stay, work never lies on a weekend or a day off."""

from __future__ import annotations

from datetime import date, timedelta

from orchflow.planning.calendar import WorkingCalendar
from orchflow.planning.journey.content import Journey


class JourneyDays:
    """Days of the journey as real ones.

    Windows stay where they are. Work moves to the next working day, but not out of its sprint while that has a working
    day: then to its last one. So what comes after something else in the flows never comes before it here.
    """

    def __init__(self, journey: Journey, start: date, calendar: WorkingCalendar) -> None:
        self._journey = journey
        self._start = start
        self._calendar = calendar

    def day(self, number: int) -> date:
        """The calendar day of a day of the journey."""
        return self._start + timedelta(days=number - 1)

    def work(self, number: int) -> date:
        """The working day on which what lies on a day of the journey is done."""
        sprint = self._journey.sprint_of(number)
        moved = self._next(self.day(number))
        if sprint is None or moved <= self.day(sprint.to_day):
            return moved
        for back in range(sprint.to_day, sprint.from_day - 1, -1):
            if self._calendar.is_working(self.day(back)):
                return self.day(back)
        return moved

    def _next(self, day: date) -> date:
        while not self._calendar.is_working(day):
            day += timedelta(days=1)
        return day
