"""How the journey went: its tasks assigned, worked on and done about when they should be, and its goals measured."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np

from orchflow.demo.plan.cast import Cast
from orchflow.demo.plan.events import Event, What
from orchflow.demo.plan.life import Life, Odds, live
from orchflow.demo.plan.rhythm import Rhythm
from orchflow.demo.plan.windows import SprintPlan
from orchflow.demo.simulation import Simulation
from orchflow.planning.journey.content import FlowGoal, FlowProject, FlowTask, Journey

ODDS = Odds(blocked=0.09, re_estimated=0.1, reopened=0.05, comment=0.3)
FIRST_RUN = "t-3.2-4"
"""The task that ends with the first real answer of an agent: it happened when the runs say it did."""
LATE = 0.16
"""The share of tasks that end after their due date for no reason of their own."""
CANCELLED = 2
ONGOING_FLOW = 6


class JourneyStory:
    """Tells what happened to what the journey laid out."""

    def __init__(self, simulation: Simulation, journey: Journey, rhythm: Rhythm, cast: Cast) -> None:
        self._simulation = simulation
        self._journey = journey
        self._rhythm = rhythm
        self._cast = cast
        self._rng = np.random.default_rng([simulation.seed, 20])
        self._load: Counter[str] = Counter()
        self._lives: dict[str, Life] = {}
        self._given_up = self._choose_cancelled()

    def events(self, plans: list[SprintPlan]) -> list[Event]:
        """Everything that happened to efforts, projects, goals and tasks of the journey, in no order."""
        starts = {plan.number: self._rhythm.first(plan.start) for plan in plans if plan.journey}
        found = self._owners()
        every = [task for project in self._journey.projects for task in project.tasks]
        for task in sorted(every, key=lambda task: (task.start_day, task.key)):
            found += self._task(task, starts[task.sprint])
        for flow in self._journey.flows:
            for project in flow.effort.projects:
                found += self._project(project, flow.flow)
            tasks = [task.key for project in flow.effort.projects for task in project.tasks]
            found += self._went(
                f"effort {flow.effort.number}", "effort", tasks, flow.flow, flow.effort.owner_role
            )
        return found

    def _owners(self) -> list[Event]:
        lead, found = self._cast.one("ai_lead").username, []
        for flow in self._journey.flows:
            owner = self._cast.one(flow.effort.owner_role).username
            found.append(Event(0.05, lead, "effort", f"effort {flow.effort.number}", {"owner": owner}))
            for project in flow.effort.projects:
                owner = self._cast.one(project.owner_role).username
                found.append(Event(0.05, lead, "project", project.number, {"owner": owner}))
        return found

    def _task(self, task: FlowTask, sprint_start: int) -> list[Event]:
        rng, key = self._rng, task.key
        lead = self._cast.one("ai_lead").username
        holders = self._cast.of_role(task.role)
        person = min(holders, key=lambda one: (self._load[one.username], holders.index(one)))
        self._load[person.username] += int(task.points * 2)
        planned = {"assignee": person.username, "status": "ready"}
        found = [Event(sprint_start + 0.02, lead, "change", key, planned)]
        first = self._rhythm.first(self._simulation.date_of(task.start_day))
        last = self._rhythm.last(self._simulation.date_of(task.due_day))
        waits = max(
            (self._lives[other].done for other in task.depends_on if other in self._lives), default=0.0
        )
        begin = max(first + rng.uniform(0.06, 0.35), sprint_start + 0.07, waits + 0.01)
        if key in self._given_up:
            return [*found, Event(begin, lead, "change", key, {"status": "cancelled"})]
        late = rng.random() < LATE and not task.milestone
        end = last + (rng.uniform(1.0, 4.0) if late else rng.uniform(0.1, 0.75))
        length = max(end - begin, 0.25)
        reviewer = (
            self._cast.manager(person.team)
            if person.job_role != "engineering_manager"
            else self._cast.one("ai_lead")
        )
        done_by = self._first_run(begin) if key == FIRST_RUN else None
        life = live(key, begin, length, task.points, person.username, reviewer.username, rng, ODDS, done_by)
        self._lives[key] = life
        return found + life.events

    def _first_run(self, begin: float) -> float | None:
        if not self._simulation.lives:
            return None
        day = self._rhythm.first(self._simulation.date_of(self._simulation.lives[0].pilot))
        return max(day + 0.6, begin + 0.3)

    def _project(self, project: FlowProject, flow: int) -> list[Event]:
        found = self._went(
            project.number, "project", [task.key for task in project.tasks], flow, project.owner_role
        )
        for goal in project.goals:
            if goal.live_figure is None:
                found += self._measured(goal, project, flow)
        return found

    def _went(self, key: str, what: What, tasks: list[str], flow: int, role: str) -> list[Event]:
        lives = [self._lives[task] for task in tasks if task in self._lives]
        if not lives:
            return []
        owner = self._cast.one(role).username
        begun = min(life.events[0].when for life in lives)
        found = [Event(begun + 0.01, owner, what, key, {"status": "in_progress"})]
        if flow != ONGOING_FLOW:
            ended = max(life.done for life in lives)
            found.append(Event(ended + 0.02, owner, what, key, {"status": "completed"}))
        return found

    def _measured(self, goal: FlowGoal, project: FlowProject, flow: int) -> list[Event]:
        due = self._rhythm.last(self._simulation.date_of(goal.due_day))
        begin = self._rhythm.first(self._simulation.date_of(min(task.start_day for task in project.tasks)))
        due = max(due, begin)  # days of the journey that lie on one weekend
        owner = self._cast.one(project.owner_role).username
        reached = (0.6, 0.97) if flow == ONGOING_FLOW else (0.9, 1.12)
        shares = [0.0, self._rng.uniform(0.3, 0.65), self._rng.uniform(*reached)]
        times = [begin + 0.5, (begin + due) / 2 + 0.7, due + 0.8]
        if flow == ONGOING_FLOW:
            shares.append(min(shares[-1] + self._rng.uniform(0.02, 0.2), 1.05))
            times.append(due + 30.3)
        found = []
        for when, share in zip(times, shares, strict=True):
            value = _value(goal, share)
            found.append(Event(when, owner, "goal", goal.key, {"current": value}))
        return found

    def _choose_cancelled(self) -> set[str]:
        needed = {
            key for project in self._journey.projects for task in project.tasks for key in task.depends_on
        }
        late = [
            task.key
            for flow in self._journey.flows
            if flow.flow > 4
            for project in flow.effort.projects
            for task in project.tasks
            if task.key not in needed and not task.milestone
        ]
        return set(self._rng.choice(late, size=min(CANCELLED, len(late)), replace=False).tolist())


def _value(goal: FlowGoal, share: float) -> float:
    """A measured value between baseline and target, whole where the unit is; a percentage stays one."""
    value = goal.baseline + (goal.target - goal.baseline) * share
    value = max(value, 0.0)
    if goal.unit == "percent" and goal.target <= 100:
        value = min(value, 100.0)
    if abs(goal.target - goal.baseline) >= 20:
        return float(round(value))
    if float(goal.target).is_integer() and goal.unit not in ("points", "hours", "days"):
        rising = goal.target > goal.baseline
        whole = math.floor(value + 0.2) if rising else math.ceil(value - 0.2)
        return float(min(whole, goal.target) if rising else max(whole, goal.target))
    return round(value, 1)
