"""A sprint's life: filled from the backlog, started, closed with carry-over, reopened."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import ConflictError, FieldConflict, Invalid, Problem
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.sprints.rules import LOCK, refuse_second
from orchflow.planning.sprints.schedule import refuse_early
from orchflow.planning.steps import ever_in
from orchflow.planning.tables import CLOSED, Sprint, SprintState, State, Task
from orchflow.planning.work.change_columns import of_figures
from orchflow.planning.work.rows import SprintRow
from orchflow.planning.work.workflow import states_in
from orchflow.store import locks
from orchflow.store.engine import Store
from orchflow.store.history import instant, zone_of
from orchflow.store.merge import lock_rows
from orchflow.store.request import new_request
from orchflow.store.rows import row_of, stored
from orchflow.store.tables import Change


@dataclass(frozen=True)
class SprintMove:
    """What starting, filling, closing or reopening did; `undo` takes `request` back. `tasks`: those that moved."""

    sprint: SprintRow
    request: str
    tasks: tuple[int, ...] = ()


def plan_sprint(
    store: Store,
    actor: Actor,
    sprint_id: int,
    *,
    add: Collection[int] = (),
    remove: Collection[int] = (),
    request: str | None = None,
) -> SprintMove:
    """Put tasks into a sprint and take others back to the backlog; in a running sprint that changes its scope.

    Says what to change rather than how it should end, so that two people may plan at once. What a closed sprint has
    done stays in it; what was opened again since may be planned anew. Invalid names every task that cannot be moved, and nothing is.
    """
    actor.require(Permission.PLAN_EDIT)
    request = request or new_request()
    with store.unit(actor, request) as session:
        sprint = _locked(session, sprint_id, None)
        tasks = lock_rows(session, Task, {*add, *remove})
        if problems := _refused_moves(session, sprint, tasks, add, remove):
            raise Invalid(problems)
        moved = []
        for task_id in sorted(tasks):
            wanted = sprint_id if task_id in set(add) else None
            if tasks[task_id].sprint_id != wanted and (wanted or tasks[task_id].sprint_id == sprint_id):
                tasks[task_id].sprint_id = wanted
                moved.append(task_id)
        session.flush()
        return SprintMove(row_of(SprintRow, sprint), request, tuple(moved))


def start_sprint(
    store: Store,
    actor: Actor,
    sprint_id: int,
    base_version: int | None = None,
    request: str | None = None,
    *,
    early: bool = False,
) -> SprintMove:
    """Start a planned sprint now: this instant is stored, and what the sprint holds at it is what is committed.

    Invalid before its first day, unless it is meant to start `early`; its planned days stay as they are.
    """
    actor.require(Permission.PLAN_EDIT)
    request = request or new_request()
    with store.unit(actor, request) as session:
        locks.take(session, LOCK)
        sprint = _locked(session, sprint_id, base_version)
        if sprint.state is not SprintState.PLANNED:
            raise _refuse(sprint, f"{sprint.name} is {sprint.state} already")
        if sprint.start is None or sprint.end is None:
            raise Invalid(
                [Problem(sprint_id, "end", "a sprint needs its first and last day before it starts")]
            )
        refuse_second(session, sprint)
        if not early:
            refuse_early(sprint, "start", instant(session), zone_of(session))
        sprint.state, sprint.started_at = SprintState.ACTIVE, instant(session)
        session.flush()
        return SprintMove(row_of(SprintRow, sprint), request)


def close_sprint(
    store: Store,
    actor: Actor,
    sprint_id: int,
    carry_over_to: int | None = None,
    base_version: int | None = None,
    request: str | None = None,
    *,
    early: bool = False,
) -> SprintMove:
    """Close a running sprint now. Its unfinished tasks go to the sprint `carry_over_to`, or back to the backlog.

    What was done stays in it, and so do cancelled tasks. `tasks` of the answer are those that were carried over.
    Invalid before its last day, unless it is meant to close `early`.
    """
    actor.require(Permission.PLAN_EDIT)
    request = request or new_request()
    with store.unit(actor, request) as session:
        locks.take(session, LOCK)
        sprint = _locked(session, sprint_id, base_version)
        if sprint.state is not SprintState.ACTIVE:
            raise _refuse(sprint, f"{sprint.name} is {sprint.state}, not running")
        if not early:
            refuse_early(sprint, "close", instant(session), zone_of(session))
        if carry_over_to is not None:
            _refuse_target(session, sprint, carry_over_to)
        carried = _unfinished(session, sprint_id)
        for task in carried:
            task.sprint_id = carry_over_to
        sprint.state, sprint.closed_at = SprintState.CLOSED, instant(session)
        session.flush()
        return SprintMove(row_of(SprintRow, sprint), request, tuple(sorted(task.id for task in carried)))


def reopen_sprint(
    store: Store, actor: Actor, sprint_id: int, base_version: int | None = None, request: str | None = None
) -> SprintMove:
    """Let a closed sprint go on. What its close carried over comes back, unless it was planned elsewhere since.

    The burndown goes on from the same start, as if the sprint had only paused.
    """
    actor.require(Permission.PLAN_EDIT)
    request = request or new_request()
    with store.unit(actor, request) as session:
        locks.take(session, LOCK)
        sprint = _locked(session, sprint_id, base_version)
        if sprint.state is not SprintState.CLOSED or sprint.closed_at is None:
            raise _refuse(sprint, f"{sprint.name} is {sprint.state}, not closed")
        refuse_second(session, sprint)
        back = _carried_over(session, sprint)
        for task in back:
            task.sprint_id = sprint_id
        sprint.state, sprint.closed_at = SprintState.ACTIVE, None
        session.flush()
        return SprintMove(row_of(SprintRow, sprint), request, tuple(sorted(task.id for task in back)))


def _unfinished(session: Session, sprint_id: int) -> list[Task]:
    """The open tasks of a sprint, held until the unit ends."""
    states = states_in(session)
    chosen = session.scalars(sa.select(Task.id).where(Task.sprint_id == sprint_id))
    tasks = lock_rows(session, Task, list(chosen))
    return [
        task
        for task in tasks.values()
        if task.sprint_id == sprint_id and states.get(task.status, State.BACKLOG) not in CLOSED
    ]


def _carried_over(session: Session, sprint: Sprint) -> list[Task]:
    """The tasks that the sprint's close took out of it and that still are where it put them."""
    moves = sa.select(Change.entity_id, Change.occurred_at, Change.old, Change.new).where(
        *of_figures("sprint_id"),
        Change.entity_id.in_(ever_in("sprint_id", [sprint.id])),
        Change.occurred_at >= sprint.closed_at,
    )
    last: dict[int, tuple[datetime, Any]] = {}
    carried: set[int] = set()
    for task_id, at, old, new in session.execute(moves.order_by(Change.occurred_at, Change.id)):
        if at == sprint.closed_at and old == sprint.id:
            carried.add(task_id)
        last[task_id] = (at, new)
    still = [task_id for task_id in carried if last[task_id][0] == sprint.closed_at]
    tasks = lock_rows(session, Task, still)
    return [task for task in tasks.values() if task.sprint_id == last[task.id][1]]


def _locked(session: Session, sprint_id: int, base_version: int | None) -> Sprint:
    """The sprint, held until the unit ends; ConflictError when its state has changed since `base_version`."""
    sprint = stored(session, Sprint, sprint_id, lock=True)
    if base_version is not None and base_version != sprint.version:
        raise ConflictError(
            [FieldConflict("version", base_version, sprint.version, None)],
            "Look at the sprint, then try again.",
        )
    return sprint


def _refused_moves(
    session: Session, sprint: Sprint, tasks: Mapping[int, Task], add: Collection[int], remove: Collection[int]
) -> list[Problem]:
    if sprint.state is SprintState.CLOSED:
        return [Problem(sprint.id, "state", f"{sprint.name} is closed; reopen it to change what it holds")]
    others = sa.select(Sprint.id, Sprint.name).where(
        Sprint.id.in_({task.sprint_id for task in tasks.values()}), Sprint.state == SprintState.CLOSED
    )
    closed, states = dict(session.execute(others).all()), states_in(session)
    problems = [
        Problem(task_id, "sprint_id", f"there is no task {task_id}")
        for task_id in sorted({*add, *remove} - tasks.keys())
    ]
    problems += [
        Problem(task_id, "sprint_id", "cannot be put in and taken out at once")
        for task_id in sorted(set(add) & set(remove))
    ]
    problems += [
        Problem(task_id, "sprint_id", f"belongs to what {closed[task.sprint_id]} did, which is closed")
        for task_id, task in sorted(tasks.items())
        if task_id in set(add) and task.sprint_id in closed and states.get(task.status) in CLOSED
    ]
    return problems


def _refuse_target(session: Session, sprint: Sprint, target_id: int) -> None:
    target = session.get(Sprint, target_id)
    reason = None
    if target is None:
        reason = f"there is no sprint {target_id}"
    elif target.id == sprint.id:
        reason = "a sprint cannot carry over to itself"
    elif target.state is SprintState.CLOSED:
        reason = f"{target.name} is closed"
    if reason:
        raise Invalid([Problem(sprint.id, "carry_over_to", reason)], "Choose another sprint, or the backlog.")


def _refuse(sprint: Sprint, reason: str) -> Invalid:
    return Invalid([Problem(sprint.id, "state", reason)], "Read the sprint again.")
