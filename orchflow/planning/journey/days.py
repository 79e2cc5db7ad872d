"""Days of the journey as real ones: work lies on working days, as many of them as it was planned for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from orchflow.planning.calendar import WorkingCalendar
from orchflow.planning.journey.content import FlowSprint, Journey


@dataclass(frozen=True)
class _Stretch:
    """A sprint from its first to its last day, and the working days in it that work is laid on."""

    first: date
    last: date
    working: tuple[date, ...]


class JourneyDays:
    """Days of the journey as real ones.

    The journey is written as if its Day 1 was a Monday. From any other day each sprint has the same working days, only that
    weekends lie elsewhere in it: what comes after something else, and has the time for it, does so here as well. A sprint
    that loses days to holidays ends as many working days later, and so does all that follows.
    """

    def __init__(self, journey: Journey, start: date, calendar: WorkingCalendar) -> None:
        self._journey = journey
        self._start = start
        self._calendar = calendar
        self._stretches: dict[int, _Stretch] = {}
        free = start
        for sprint in sorted(journey.sprints, key=lambda sprint: sprint.from_day):
            first = max(self._planned(sprint.from_day), free)
            working = calendar.nth(first, np.arange(_weekdays(sprint.from_day, sprint.to_day + 1)))
            days: tuple[date, ...] = tuple(working.astype(object).tolist())
            last = max([self._planned(sprint.to_day), first, *days[-1:]])
            self._stretches[sprint.number] = _Stretch(first, last, days)
            free = last + timedelta(days=1)
        self._moved = max(
            [timedelta(0), *(self._of(s).last - self._planned(s.to_day) for s in journey.sprints)]
        )

    def day(self, number: int) -> date:
        """The calendar day of a day of the journey."""
        sprint = self._journey.sprint_of(number)
        if sprint is None:
            return self._planned(number) + self._moved
        stretch = self._of(sprint)
        return (
            stretch.last
            if number == sprint.to_day
            else stretch.first + timedelta(days=number - sprint.from_day)
        )

    def work(self, number: int) -> date:
        """The working day on which what lies on a day of the journey is done."""
        sprint = self._journey.sprint_of(number)
        days = self._of(sprint).working if sprint is not None else ()
        if sprint is None or not days:
            return self._next(self.day(number))
        return days[min(_weekdays(sprint.from_day, number), len(days) - 1)]

    def _planned(self, number: int) -> date:
        return self._start + timedelta(days=number - 1)

    def _of(self, sprint: FlowSprint) -> _Stretch:
        return self._stretches[sprint.number]

    def _next(self, day: date) -> date:
        while not self._calendar.is_working(day):
            day += timedelta(days=1)
        return day


def _weekdays(first: int, end: int) -> int:
    """How many days of the journey from `first` up to `end`, which is not counted, are Mondays to Fridays."""
    return sum((number - 1) % 7 < 5 for number in range(first, end))
