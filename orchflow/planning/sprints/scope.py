"""Which tasks a sprint holds after each change, and with what weight: what burndown, burnup and velocity share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

import numpy as np

from orchflow.errors import Invalid, Problem
from orchflow.planning.days import micros, moment
from orchflow.planning.steps import NONE, Flags, Numbers, Steps
from orchflow.planning.tables import State

Unit = Literal["points", "count", "hours"]
UNITS: tuple[Unit, ...] = get_args(Unit)
HUNDREDTHS = 100

ChangeOfScope = Literal["added", "removed", "re-estimated"]

NOT_STARTED = (State.BACKLOG, State.READY)


def fields_for(*units: Unit) -> tuple[str, ...]:
    """The fields of tasks whose history is needed to count in `units`."""
    weights = {"points": ("points",), "hours": ("estimated_hours",), "count": ()}
    return ("status", "sprint_id", *dict.fromkeys(field for unit in units for field in weights[unit]))


def check_unit(unit: str) -> Unit:
    """`unit` if a sprint can be counted in it, else Invalid."""
    if unit not in UNITS:
        raise Invalid([Problem(None, "unit", f"must be one of {', '.join(UNITS)}, not {unit!r}")])
    return unit


@dataclass(frozen=True)
class Window:
    """The instants and days of one sprint. `pauses`: from each close to the reopening that followed it."""

    sprint_id: int
    started_at: datetime
    planned_end: date | None
    closed_at: datetime | None
    pauses: tuple[tuple[datetime, datetime], ...] = ()


@dataclass(frozen=True)
class ScopeChange:
    """One task that joined or left the scope of a sprint after its start, or was estimated anew.

    `points` is by how much the scope changed, in the unit of the report. `reason` says more: 'cancelled', 'deleted',
    'moved out', 'restored'. `at` and `by` are the instant and the person; `title` is the task's title.
    """

    task_id: int
    change: ChangeOfScope
    points: float
    occurred_at: datetime
    reason: str = ""
    by: str = ""
    title: str = ""


@dataclass(frozen=True)
class SprintScope:
    """For each step of the tasks of a sprint until its close (or now): what it does to the sprint.

    `inside`: the task is of the sprint and not cancelled. `scope`, `started` and `done` are its weight, in hundredths,
    where it counts as such, else 0. `committed`: the step is not later than the start of the sprint.
    """

    steps: Steps
    inside: Flags
    scope: Numbers
    started: Numbers
    done: Numbers
    committed: Flags

    def moved(self, weights: Numbers) -> Numbers:
        """By how much each step changes the sum of `weights`."""
        moved: Numbers = weights - self.steps.before(weights, 0)
        return moved


def sprint_scope(steps: Steps, window: Window, unit: Unit, now: datetime) -> SprintScope:
    """The scope of a sprint as its tasks' `steps` made it.

    Carrying unfinished tasks over belongs to the close and is not seen here: what happens at the instant of the close
    or later does not count, and what happens while a sprint is closed counts when it is reopened.
    """
    at = steps.at
    for closed, reopened in window.pauses:
        at = np.where((at >= micros(closed)) & (at < micros(reopened)), micros(reopened), at)
    steps = Steps(steps.task, at, steps.fields).settled()
    known = at_most(steps, now) if window.closed_at is None else steps.at < micros(window.closed_at)
    steps = steps.where(known)
    exists = steps.state != NONE
    inside = (steps.fields["sprint_id"] == window.sprint_id) & exists & ~steps.is_state(State.CANCELLED)
    scope = np.where(inside, _weights(steps, unit), 0)
    return SprintScope(
        steps=steps,
        inside=inside,
        scope=scope,
        started=np.where(steps.is_state(*NOT_STARTED), 0, scope),
        done=np.where(steps.is_state(State.DONE), scope, 0),
        committed=at_most(steps, window.started_at),
    )


def scope_changes(scope: SprintScope) -> list[ScopeChange]:
    """The changes of scope after the start, in the order in which they happened."""
    steps = scope.steps
    was_inside = steps.before(scope.inside, False)
    weight_before = steps.before(scope.scope, 0)
    changed = (scope.inside != was_inside) | (scope.inside & (scope.scope != weight_before))
    moved = scope.moved(scope.scope)
    cancelled, exists = steps.is_state(State.CANCELLED), steps.state != NONE
    was_cancelled = steps.before(cancelled, False)
    changes: list[ScopeChange] = []
    for n in np.flatnonzero(changed & ~scope.committed):
        change: ChangeOfScope
        if scope.inside[n] and was_inside[n]:
            change, reason = "re-estimated", ""
        elif scope.inside[n]:
            change, reason = "added", "restored" if was_cancelled[n] else ""
        else:
            change = "removed"
            reason = "deleted" if not exists[n] else "cancelled" if cancelled[n] else "moved out"
        changes.append(
            ScopeChange(
                task_id=int(steps.task[n]),
                change=change,
                points=amount(int(moved[n])),
                occurred_at=moment(int(steps.at[n])),
                reason=reason,
            )
        )
    return sorted(changes, key=lambda change: (change.occurred_at, change.task_id))


def at_most(steps: Steps, at: datetime) -> Flags:
    """Which steps are not later than `at`."""
    return np.asarray(steps.at <= micros(at))


def amount(hundredths: float) -> float:
    """An amount that was summed in hundredths."""
    return hundredths / HUNDREDTHS


def _weights(steps: Steps, unit: Unit) -> Numbers:
    match unit:
        case "points":
            return np.maximum(steps.fields["points"], 0)
        case "hours":
            return np.maximum(steps.fields["estimated_hours"], 0)
    return np.full(len(steps), HUNDREDTHS, dtype=np.int64)
