"""Velocity and predictability of closed sprints, from the history of their tasks alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

import numpy as np
import pandas as pd
import sqlalchemy as sa

from orchflow import clock
from orchflow.people.permissions import Actor, Permission
from orchflow.people.small_groups import not_of, teams_together
from orchflow.planning.flow.scope import FlowScope, check_scope, none_as_null
from orchflow.planning.sprints.history import windows_of
from orchflow.planning.sprints.scope import (
    SprintScope,
    Unit,
    Window,
    amount,
    check_unit,
    fields_for,
    scope_changes,
    sprint_scope,
)
from orchflow.planning.steps import Flags, Numbers, Steps, ever_in, read_steps
from orchflow.planning.tables import Sprint, SprintState, State
from orchflow.planning.work.workflow import states_in
from orchflow.workspace import Workspace

SPRINTS_AVERAGED = 3


@dataclass(frozen=True)
class SprintResult:
    """What became of a sprint by its close (of a running one: so far), in the unit of the report.

    committed + added − removed + re_estimated = done + carried_over. `done_committed` is the part of what was
    committed at the start that was done, in the estimates of the start; `predictability` its share of `committed`, None
    when nothing was committed. `unplanned` is what was done without having been committed.
    """

    sprint_id: int
    number: int
    name: str
    team_id: int | None
    started_at: datetime
    closed_at: datetime | None
    committed: float
    added: float
    removed: float
    re_estimated: float
    done: float
    carried_over: float
    done_committed: float
    unplanned: float
    predictability: float | None


@dataclass(frozen=True)
class Velocity:
    """The closed sprints in the order in which they were closed, and the mean of the last ones' velocity."""

    unit: Unit
    sprints: tuple[SprintResult, ...]
    average: float | None
    computed_at: datetime

    def frame(self) -> pd.DataFrame:
        """One row per sprint, a column for each field of `SprintResult`."""
        names = [field.name for field in fields(SprintResult)]
        return pd.DataFrame([[getattr(row, name) for name in names] for row in self.sprints], columns=names)


def velocity_report(
    ws: Workspace,
    actor: Actor,
    *,
    team_id: int | None = None,
    sprint_ids: Collection[int] = (),
    unit: str = "points",
    now: datetime | None = None,
) -> Velocity:
    """Velocity of the sprints closed by `now`: of all, of those of one team (`NONE`: of no team), of those named.

    Of all but those of teams whose figures are withheld from `actor`; Forbidden for these.
    """
    actor.require(Permission.PLAN_VIEW)
    counted, at = check_unit(unit), now or clock.now()
    with ws.store.read() as session:
        closed = sa.select(Sprint).where(
            Sprint.state == SprintState.CLOSED, Sprint.started_at.is_not(None), Sprint.closed_at <= at
        )
        check_scope(session, actor, FlowScope(team_id=team_id, sprint_ids=tuple(sprint_ids)))
        if not sprint_ids:
            closed = closed.where(not_of(Sprint.team_id, teams_together(session, actor).ids))
        if team_id is not None:
            closed = closed.where(Sprint.team_id == none_as_null(team_id))
        if sprint_ids:
            closed = closed.where(Sprint.id.in_(sprint_ids))
        sprints = list(session.scalars(closed.order_by(Sprint.closed_at, Sprint.id)))
        windows = windows_of(session, sprints)
        ids = list(windows)
        steps = read_steps(session, states_in(session), fields_for(counted), ever_in("sprint_id", ids))
    results = tuple(
        sprint_result(_of_sprint(steps, sprint.id), windows[sprint.id], counted, at, sprint)
        for sprint in sprints
    )
    return Velocity(counted, results, average(results), at)


def average(results: Sequence[SprintResult]) -> float | None:
    """The mean velocity of the last sprints; None while there is none."""
    last = results[-SPRINTS_AVERAGED:]
    return sum(result.done for result in last) / len(last) if last else None


def sprint_result(steps: Steps, window: Window, unit: Unit, now: datetime, sprint: Sprint) -> SprintResult:
    """What became of one sprint; `steps` hold its tasks."""
    scope = sprint_scope(steps, window, unit, now)
    changes = scope_changes(scope)
    committed = _sum(scope.moved(scope.scope)[scope.committed])
    kept, done_committed, unplanned = _done(scope)
    done = _sum(scope.moved(scope.done))
    return SprintResult(
        sprint_id=window.sprint_id,
        number=sprint.number,
        name=sprint.name,
        team_id=sprint.team_id,
        started_at=window.started_at,
        closed_at=window.closed_at,
        committed=committed,
        added=sum(change.points for change in changes if change.change == "added"),
        removed=-sum((change.points for change in changes if change.change == "removed"), 0.0),
        re_estimated=sum(change.points for change in changes if change.change == "re-estimated"),
        done=done,
        carried_over=_sum(scope.moved(scope.scope - scope.done)),
        done_committed=done_committed,
        unplanned=unplanned,
        predictability=done_committed / kept if kept else None,
    )


def _done(scope: SprintScope) -> tuple[float, float, float]:
    """What was committed, what of it was done (both as estimated at the start), and what else was done."""
    task = scope.steps.task
    if not len(task):
        return 0.0, 0.0, 0.0
    first = np.unique(task, return_index=True)[1]
    last = np.append(first[1:], len(task)) - 1
    # The last step of each task up to the start; before its first step where it has none.
    at_start = first + np.add.reduceat(scope.committed, first, dtype=np.int64) - 1
    had_started = at_start >= first
    committed = np.where(had_started, scope.scope[at_start], 0)
    was_inside = had_started & scope.inside[at_start]
    is_done = _is_done(scope)[last]
    return (
        _sum(committed),
        _sum(committed[was_inside & is_done]),
        _sum(scope.done[last][~was_inside & is_done]),
    )


def _is_done(scope: SprintScope) -> Flags:
    return scope.inside & scope.steps.is_state(State.DONE)


def _of_sprint(steps: Steps, sprint_id: int) -> Steps:
    mine = np.unique(steps.task[steps.fields["sprint_id"] == sprint_id])
    return steps.where(np.isin(steps.task, mine))


def _sum(weights: Numbers) -> float:
    return amount(int(weights.sum()))
