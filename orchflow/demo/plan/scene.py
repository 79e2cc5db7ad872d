"""Where the plan's story takes place: its people, its working time, its sprints."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from orchflow.demo.plan.cast import SPRINT_TEAMS, Cast
from orchflow.demo.plan.work import TEXTS
from orchflow.demo.simulation import Simulation
from orchflow.demo.working_days import Rhythm
from orchflow.planning.journey.content import Journey, load_flows

AHEAD = timedelta(days=75)
"""How far the organisation's calendar goes beyond today."""
LENGTH, DAY = timedelta(days=14), timedelta(days=1)
SHORTEST_DAYS = 7
MIDDLE_OF_THE_WEEK = 2


@dataclass(frozen=True)
class SprintPlan:
    """One sprint: whose it is (None: everybody's, laid out with the flows), its number and days."""

    key: str
    team: str | None
    number: int
    name: str
    goal: str
    start: date
    end: date


class Scene:
    """What all stories of a simulation share. Working time is that of `rhythm`."""

    def __init__(self, simulation: Simulation) -> None:
        self.simulation = simulation
        self.journey: Journey = load_flows()
        self.cast = Cast(simulation.people)
        self.rhythm = Rhythm(simulation.start, simulation.today + AHEAD, simulation.zone)
        self.now = self.rhythm.of(simulation.now)

    def first(self, day: int) -> int:
        """The working time at which day number `day`, or the first working day after it, begins."""
        return self.rhythm.first(self.simulation.date_of(day))

    def last(self, day: int) -> int:
        """The working time at which day number `day`, or the last working day before it, begins."""
        return self.rhythm.last(self.simulation.date_of(day))

    @cached_property
    def sprints(self) -> list[SprintPlan]:
        """Every sprint that has begun, and per team the one after it: those of the journey, then those of teams."""
        date_of, goals = self.simulation.date_of, TEXTS["sprint_goals"]
        sprints = [
            SprintPlan(
                f"sprint {each.number}", None, each.number, each.name, each.goal,
                date_of(each.from_day), date_of(each.to_day),
            )
            for each in self.journey.sprints
        ]  # fmt: skip
        number = max(sprint.number for sprint in sprints) + 1
        for place, (start, end) in enumerate(self._windows(max(sprint.end for sprint in sprints))):
            for turn, team in enumerate(SPRINT_TEAMS):
                name, goal = f"Sprint {number + place}", goals[(place + 3 * turn) % len(goals)]
                sprints.append(SprintPlan(f"{team} {name}", team, number + place, name, goal, start, end))
        return sprints

    def _windows(self, after: date) -> list[tuple[date, date]]:
        """Two weeks from Monday to Friday each, today about the middle of one; none before the journey ends (`after`)."""
        today = self.simulation.today
        if today <= after:
            return []
        monday = today - timedelta(days=today.weekday())
        start = monday - timedelta(days=7) if today.weekday() < MIDDLE_OF_THE_WEEK else monday
        starts = [max(start, after + DAY)]
        while starts[0] - LENGTH > after:
            starts.insert(0, starts[0] - LENGTH)
        windows = [(start, start + LENGTH - 3 * DAY) for start in [*starts, starts[-1] + LENGTH]]
        if (starts[0] - after - DAY).days >= SHORTEST_DAYS:
            windows.insert(0, (after + DAY, starts[0] - DAY))
        return windows
