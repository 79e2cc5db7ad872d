"""How the journey went: its tasks assigned, worked on and done about when they should be, and its goals measured."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

import numpy as np

from orchflow.demo.plan.events import Event, What, task
from orchflow.demo.plan.life import Life, Odds, live
from orchflow.demo.plan.scene import Scene
from orchflow.planning.journey.content import FlowGoal, FlowProject, FlowTask

ODDS = Odds(blocked=0.09, re_estimated=0.1, reopened=0.05, comment=0.3)
FIRST_RUN = "t-3.2-4"
"""The task that ends with the first real answer of an agent: it happened when the runs say it did."""
LATE = 0.16
"""The share of tasks that end after their due date for no reason of their own."""
CANCELLED = 2
ONGOING_FLOW = 6


class JourneyStory:
    """Tells what happened to what the journey laid out."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._cast = scene.cast
        self._rng = np.random.default_rng([scene.simulation.seed, 20])
        self._load: Counter[str] = Counter()
        self._lives: dict[str, Life] = {}
        self._given_up = self._choose_cancelled()

    def events(self) -> list[Event]:
        """Everything that happened to efforts, projects, goals and tasks of the journey, in no order."""
        starts = {
            each.number: self._scene.rhythm.first(each.start) for each in self._scene.sprints if not each.team
        }
        every = [task for project in self._scene.journey.projects for task in project.tasks]
        events: list[Event] = []
        for each in sorted(every, key=lambda task: (task.start_day, task.key)):
            events += self._task(each, starts[each.sprint])
        for flow in self._scene.journey.flows:
            ongoing = flow.flow == ONGOING_FLOW
            for project in flow.effort.projects:
                events += self._went("project", project.number, project.tasks, project.owner_role, ongoing)
                for goal in project.goals:
                    if goal.live_figure is None:
                        events += self._measured(goal, project, ongoing)
            tasks = [task for project in flow.effort.projects for task in project.tasks]
            key = f"effort {flow.effort.number}"
            events += self._went("effort", key, tasks, flow.effort.owner_role, ongoing)
        return events

    def _task(self, told: FlowTask, sprint_start: int) -> list[Event]:
        rng, key, lead = self._rng, told.key, self._cast.lead
        holders = self._cast.of_role(told.role)
        person = min(holders, key=lambda holder: (self._load[holder.username], holders.index(holder)))
        self._load[person.username] += int(told.points * 2)
        planned = task(sprint_start + 0.02, lead.username, key, assignee_id=person.username, status="ready")
        first = self._scene.first(told.start_day)
        last = self._scene.last(told.due_day)
        waits = max((self._lives[key].done for key in told.depends_on if key in self._lives), default=0.0)
        begin = max(first + rng.uniform(0.06, 0.35), sprint_start + 0.07, waits + 0.01)
        if key in self._given_up:
            return [planned, task(begin, lead.username, key, status="cancelled")]
        late = rng.random() < LATE and not told.milestone
        end = last + (rng.uniform(1.0, 4.0) if late else rng.uniform(0.1, 0.75))
        reviewer = lead if person.job_role == "engineering_manager" else self._cast.manager(person.team)
        self._lives[key] = live(
            key, begin, max(end - begin, 0.25), told.points, person.username, reviewer.username, rng, ODDS,
            self._first_run(begin) if key == FIRST_RUN else None,
        )  # fmt: skip
        return [planned, *self._lives[key].events]

    def _first_run(self, begin: float) -> float | None:
        if not self._scene.simulation.lives:
            return None
        day = self._scene.first(self._scene.simulation.lives[0].pilot)
        return max(day + 0.6, begin + 0.3)

    def _went(self, what: What, key: str, tasks: Iterable[FlowTask], role: str, ongoing: bool) -> list[Event]:
        """An effort or a project gets its owner on Day 1, and goes on as its tasks do."""
        lives = [self._lives[task.key] for task in tasks if task.key in self._lives]
        owner, editor = self._cast.holder(role).username, self._cast.editor(role).username
        events = [Event(0.05, self._cast.lead.username, what, key, {"owner_id": owner})]
        if lives:
            begun, ended = min(life.begin for life in lives), max(life.done for life in lives)
            events.append(Event(begun + 0.01, editor, what, key, {"status": "in_progress"}))
            if not ongoing:
                events.append(Event(ended + 0.02, editor, what, key, {"status": "completed"}))
        return events

    def _measured(self, goal: FlowGoal, project: FlowProject, ongoing: bool) -> list[Event]:
        due = self._scene.last(goal.due_day)
        begin = self._scene.first(min(task.start_day for task in project.tasks))
        due = max(due, begin)  # days of the journey that lie on one weekend
        editor = self._cast.editor(project.owner_role).username
        reached = (0.6, 0.97) if ongoing else (0.9, 1.12)
        shares = [0.0, self._rng.uniform(0.3, 0.65), self._rng.uniform(*reached)]
        times = [begin + 0.5, (begin + due) / 2 + 0.7, due + 0.8]
        if ongoing:
            shares.append(min(shares[-1] + self._rng.uniform(0.02, 0.2), 1.05))
            times.append(due + 30.3)
        return [
            Event(when, editor, "goal", goal.key, {"current": _value(goal, share)})
            for when, share in zip(times, shares, strict=True)
        ]

    def _choose_cancelled(self) -> set[str]:
        """Tasks of the last flows that nothing waits for."""
        needed = {
            key
            for project in self._scene.journey.projects
            for task in project.tasks
            for key in task.depends_on
        }
        projects = [
            project for flow in self._scene.journey.flows if flow.flow > 4 for project in flow.effort.projects
        ]
        tasks = [task for project in projects for task in project.tasks if not task.milestone]
        late = [task.key for task in tasks if task.key not in needed]
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
