"""The sprints of the plan: those of the journey for everybody, then two weeks after two weeks for two teams."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from orchflow.demo.plan.cast import SPRINT_TEAMS
from orchflow.demo.plan.work import TEXTS
from orchflow.demo.simulation import Simulation
from orchflow.planning.journey.content import Journey

LENGTH = timedelta(days=14)
SHORTEST_DAYS = 7
PLANNED_AHEAD = 9.3
"""How many working days before its start a team makes a sprint."""
MIDDLE_OF_THE_WEEK = 2


@dataclass(frozen=True)
class SprintPlan:
    """One sprint: whose it is (None: everybody's), its number and days. `journey`: laid out with the flows."""

    key: str
    team: str | None
    number: int
    name: str
    goal: str
    start: date
    end: date
    journey: bool


def sprint_plans(simulation: Simulation, journey: Journey) -> list[SprintPlan]:
    """Every sprint that has begun, and per team the one after it; by start."""
    goals = TEXTS["sprint_goals"]
    of_journey = [
        SprintPlan(
            f"sprint {sprint.number}", None, sprint.number, sprint.name, sprint.goal,
            simulation.date_of(sprint.from_day), simulation.date_of(sprint.to_day), True,
        )
        for sprint in journey.sprints
    ]  # fmt: skip
    last = max(plan.end for plan in of_journey)
    number = max(plan.number for plan in of_journey) + 1
    own = [
        SprintPlan(
            f"{team} {number + place}", team, number + place, f"Sprint {number + place}",
            goals[(place + 3 * SPRINT_TEAMS.index(team)) % len(goals)], start, end, False,
        )
        for place, (start, end) in enumerate(_windows(simulation.today, last))
        for team in SPRINT_TEAMS
    ]  # fmt: skip
    return of_journey + own


def _windows(today: date, after: date) -> list[tuple[date, date]]:
    """Two-week windows of Mondays to Sundays, such that today is about the middle of one; none before the journey ends."""
    if today <= after:
        return []
    monday = today - timedelta(days=today.weekday())
    start = monday - timedelta(days=7) if today.weekday() < MIDDLE_OF_THE_WEEK else monday
    starts = [max(start, after + timedelta(days=1))]
    while starts[0] - LENGTH > after:
        starts.insert(0, starts[0] - LENGTH)
    windows = [(start, start + LENGTH - timedelta(days=1)) for start in [*starts, starts[-1] + LENGTH]]
    gap = starts[0] - after - timedelta(days=1)
    if gap.days >= SHORTEST_DAYS:
        windows.insert(0, (after + timedelta(days=1), starts[0] - timedelta(days=1)))
    return windows
