"""The sprint that runs, as its team needs it at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from orchflow.metrics.facts import Facts
from orchflow.metrics.metric import Figure
from orchflow.metrics.read import figures
from orchflow.people.small_groups import not_of
from orchflow.planning.names import PlanNames
from orchflow.planning.sprints.burndown import Burndown
from orchflow.planning.sprints.current import nearest_first
from orchflow.planning.tables import Sprint, SprintState, State, Task
from orchflow.planning.work.workflow import states_in

UNITS = ("points", "count")


@dataclass(frozen=True)
class SprintNow:
    """A running sprint: its burndown in `unit`, and how many of its tasks are in progress and blocked.

    `left` and `done` are figures of the catalogue. `days_left` counts from tomorrow to its last day, below zero after it.
    `others` is how many more sprints run.
    """

    id: int
    name: str
    unit: str
    left: Figure
    done: Figure
    in_progress: int
    blocked: int
    days_left: int | None
    burndown: Burndown
    others: int


@dataclass(frozen=True)
class SprintAhead:
    """The next sprint, while none runs."""

    id: int
    name: str
    start: date | None


def sprint_now(facts: Facts, names: PlanNames) -> SprintNow | SprintAhead | None:
    """The sprint that runs (of several, one of the reader's team), else the next one that is planned, else None."""
    running = _running(facts, names)
    if not running:
        return _ahead(facts)
    sprint_id = running[0]
    for unit in UNITS:
        part = facts.of_sprint(sprint_id, unit)
        sprint = part.burndown
        if sprint is not None and any(day.scope for day in sprint.days):
            break
    if sprint is None:
        return None
    left, done = figures(part, ("sprint_remaining", "sprint_done"))
    counts = _counts(facts, sprint_id)
    return SprintNow(
        sprint_id, names.sprints[sprint_id], unit, left, done,
        counts.get(State.IN_PROGRESS, 0) + counts.get(State.IN_REVIEW, 0), counts.get(State.BLOCKED, 0),
        (sprint.planned_end - facts.today).days if sprint.planned_end else None, sprint, len(running) - 1,
    )  # fmt: skip


def _running(facts: Facts, names: PlanNames) -> list[int]:
    """The sprints that run; those of the reader's teams first, then those with the nearest end."""
    with facts.ws.store.read() as session:
        running = session.execute(
            sa.select(Sprint.id, Sprint.team_id, Sprint.end).where(
                Sprint.state == SprintState.ACTIVE, not_of(Sprint.team_id, facts.withheld_teams)
            )
        ).all()
    return [sprint.id for sprint in nearest_first(running, names.teams_of(facts.actor.user_id))]


def _ahead(facts: Facts) -> SprintAhead | None:
    coming = sa.select(Sprint.id, Sprint.name, Sprint.start).where(Sprint.state == SprintState.PLANNED)
    with facts.ws.store.read() as session:
        row = session.execute(
            coming.order_by(Sprint.start.is_(None), Sprint.start, Sprint.id).limit(1)
        ).first()
    return SprintAhead(*row) if row else None


def _counts(facts: Facts, sprint_id: int) -> dict[State, int]:
    with facts.ws.store.read() as session:
        states = states_in(session)
        rows = session.execute(
            sa.select(Task.status, sa.func.count()).where(Task.sprint_id == sprint_id).group_by(Task.status)
        ).all()
    counts: dict[State, int] = {}
    for status, tasks in rows:
        state = states.get(status, State.BACKLOG)
        counts[state] = counts.get(state, 0) + tasks
    return counts
