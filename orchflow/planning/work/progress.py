"""How far projects, efforts, flows and goals are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.people.permissions import Actor, Permission
from orchflow.planning.days import micros
from orchflow.planning.steps import NONE, Steps
from orchflow.planning.tables import Effort, Goal, Project, State, Task
from orchflow.planning.work.workflow import states_in
from orchflow.store.engine import Store


@dataclass(frozen=True)
class Progress:
    """Done of everything that is not cancelled; `share` is None where there is nothing.

    Counted in points where every task has them, else in tasks. `tasks`, `tasks_done` and `cancelled` are always tasks.
    """

    unit: Literal["points", "count"]
    done: float
    total: float
    share: float | None
    tasks: int
    tasks_done: int
    cancelled: int


@dataclass(frozen=True)
class GoalProgress:
    """How much of the way from baseline to target a goal has come, from 0 to 1; `missing` says why it cannot be told."""

    goal_id: int
    project_id: int
    share: float | None
    missing: str = ""


@dataclass(frozen=True)
class PlanProgress:
    """The progress of everything, by id (of a flow: by its number) and of the whole plan."""

    plan: Progress
    flows: dict[int, Progress]
    efforts: dict[int, Progress]
    projects: dict[int, Progress]
    goals: dict[int, GoalProgress]


@dataclass(frozen=True)
class Tally:
    """Tasks in one state: how many, their points, and how many have points."""

    state: State
    tasks: int
    points: Decimal
    with_points: int


def plan_progress(store: Store, actor: Actor) -> PlanProgress:
    """The progress of the plan as it is now."""
    actor.require(Permission.PLAN_VIEW)
    with store.read() as session:
        by_project = _tallies(session)
        goals = {
            goal_id: goal_progress(goal_id, project_id, baseline, target, current)
            for goal_id, project_id, baseline, target, current in session.execute(
                sa.select(Goal.id, Goal.project_id, Goal.baseline, Goal.target, Goal.current)
            )
        }
        belongs = sa.select(Project.id, Project.effort_id, Effort.flow).join(
            Effort, Effort.id == Project.effort_id
        )
        effort_of = {
            project_id: (effort_id, flow) for project_id, effort_id, flow in session.execute(belongs)
        }
        efforts = dict(session.execute(sa.select(Effort.id, Effort.flow)).all())
    of_project: dict[int, list[Tally]] = {project_id: [] for project_id in effort_of}
    of_effort: dict[int, list[Tally]] = {effort_id: [] for effort_id in efforts}
    of_flow: dict[int, list[Tally]] = {flow: [] for flow in efforts.values() if flow is not None}
    everything: list[Tally] = []
    for project_id, tally in by_project:
        effort_id, flow = effort_of[project_id]
        everything.append(tally)
        of_project[project_id].append(tally)
        of_effort[effort_id].append(tally)
        if flow is not None:
            of_flow[flow].append(tally)
    return PlanProgress(
        plan=progress(everything),
        flows={flow: progress(tallies) for flow, tallies in sorted(of_flow.items())},
        efforts={effort_id: progress(tallies) for effort_id, tallies in of_effort.items()},
        projects={project_id: progress(tallies) for project_id, tallies in of_project.items()},
        goals=goals,
    )


def progress_at(steps: Steps, at: datetime) -> Progress:
    """The progress of some tasks as it stood at `at`; `steps` are the history of their states and points."""
    steps = steps.where(steps.at <= micros(at)).last_of_each()
    points = steps.fields["points"]
    tallies = []
    for state in State:
        inside = steps.is_state(state)
        estimated = points[inside & (points != NONE)]
        tallies.append(Tally(state, int(inside.sum()), Decimal(int(estimated.sum())) / 100, len(estimated)))
    return progress(tallies)


def progress(tallies: Iterable[Tally]) -> Progress:
    """Done ÷ (all − cancelled), by points where every task that counts has them, else by count."""
    tallies = list(tallies)
    counted = [tally for tally in tallies if tally.state != State.CANCELLED]
    done = [tally for tally in counted if tally.state == State.DONE]
    tasks, tasks_done = sum(tally.tasks for tally in counted), sum(tally.tasks for tally in done)
    all_points = sum((tally.points for tally in counted), Decimal(0))
    weighted = bool(all_points) and all(tally.with_points == tally.tasks for tally in counted)
    part = sum((tally.points for tally in done), Decimal(0)) if weighted else Decimal(tasks_done)
    whole = all_points if weighted else Decimal(tasks)
    return Progress(
        unit="points" if weighted else "count",
        done=float(part),
        total=float(whole),
        share=float(part / whole) if whole else None,
        tasks=tasks,
        tasks_done=tasks_done,
        cancelled=sum(tally.tasks for tally in tallies if tally.state == State.CANCELLED),
    )


def goal_progress(
    goal_id: int, project_id: int, baseline: Decimal | None, target: Decimal | None, current: Decimal | None
) -> GoalProgress:
    """(current − baseline) ÷ (target − baseline), from 0 to 1. A goal may be to bring a figure down."""
    values = {"baseline": baseline, "target": target, "current value": current}
    unknown = [name for name, value in values.items() if value is None]
    if baseline is None or target is None or current is None:
        return GoalProgress(goal_id, project_id, None, f"no {' and no '.join(unknown)}")
    if target == baseline:
        return GoalProgress(goal_id, project_id, None, "the target is the baseline")
    way = (current - baseline) / (target - baseline)
    return GoalProgress(goal_id, project_id, float(min(max(way, Decimal(0)), Decimal(1))))


def _tallies(session: Session) -> list[tuple[int, Tally]]:
    states = states_in(session)
    points = sa.func.coalesce(sa.func.sum(Task.points), 0)
    grouped = sa.select(
        Task.project_id, Task.status, sa.func.count(), points, sa.func.count(Task.points)
    ).group_by(Task.project_id, Task.status)
    return [
        (
            project_id,
            Tally(states.get(status, State.BACKLOG), tasks, round(Decimal(str(total)), 2), with_points),
        )
        for project_id, status, tasks, total, with_points in session.execute(grouped)
    ]
