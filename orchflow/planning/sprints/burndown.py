"""Burndown and burnup of a sprint, from the history of its tasks alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from orchflow import clock
from orchflow.encoding import encode
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.calendar import WorkingCalendar, read_calendar
from orchflow.planning.days import Days, day_of
from orchflow.planning.flow.scope import FlowScope, check_scope
from orchflow.planning.sprints.history import windows_of, with_names
from orchflow.planning.sprints.schedule import closing_day
from orchflow.planning.sprints.scope import (
    ScopeChange,
    SprintScope,
    Unit,
    Window,
    amount,
    check_unit,
    fields_for,
    scope_changes,
    sprint_scope,
)
from orchflow.planning.steps import Numbers, Steps, ever_in, read_steps
from orchflow.planning.tables import Sprint
from orchflow.planning.work.workflow import states_in
from orchflow.store.rows import stored
from orchflow.workspace import Workspace


@dataclass(frozen=True)
class BurndownDay:
    """One day of a sprint, as it was at its end; today as it is now. Days to come, and after the close, are None."""

    day: date
    working: bool
    scope: float | None
    remaining: float | None
    started: float | None
    completed: float | None
    ideal_committed: float | None
    ideal_rebaselined: float | None
    scope_changes: tuple[ScopeChange, ...]


@dataclass(frozen=True)
class Burndown:
    """The burndown (and burnup) of a sprint.

    `committed` is the scope at the instant of the start and never changes; both ideal lines begin at that instant, the
    committed one with it. `begun` and `done_before` of it were begun, and done, before. `start` is None, and there are
    no days, while the sprint has not started. `planned_end` is marked in the chart; the days go on to the actual close.
    """

    sprint_id: int
    name: str
    unit: Unit
    start: datetime | None
    planned_end: date | None
    closed: datetime | None
    committed: float
    days: tuple[BurndownDay, ...]
    computed_at: datetime
    begun: float = 0.0
    done_before: float = 0.0

    @property
    def scope_changes(self) -> tuple[ScopeChange, ...]:
        """Every change of scope after the start, in order."""
        return tuple(change for day in self.days for change in day.scope_changes)

    def frame(self) -> pd.DataFrame:
        """One row per day: day, working, scope, remaining, started, completed, both ideals, changes (their number)."""
        columns = (
            "day", "working", "scope", "remaining", "started", "completed", "ideal_committed", "ideal_rebaselined",
        )  # fmt: skip
        frame = pd.DataFrame([[getattr(day, name) for name in columns] for day in self.days], columns=columns)
        return frame.assign(changes=[len(day.scope_changes) for day in self.days])

    def as_json(self) -> Any:
        """The report as the API answers it: instants in ISO 8601 (UTC), days as dates."""
        return encode(
            {
                "start": self.start,
                "planned_end": self.planned_end,
                "closed": self.closed,
                "unit": self.unit,
                "committed": self.committed,
                "days": [
                    {
                        "day": day.day,
                        "scope": day.scope,
                        "remaining": day.remaining,
                        "ideal_committed": day.ideal_committed,
                        "ideal_rebaselined": day.ideal_rebaselined,
                        "scope_changes": [
                            {
                                "task": change.task_id,
                                "change": change.change,
                                "points": change.points,
                                "by": change.by,
                                "occurred_at": change.occurred_at,
                            }
                            for change in day.scope_changes
                        ],
                    }
                    for day in self.days
                ],
            }
        )


def burndown_report(
    ws: Workspace, actor: Actor, sprint_id: int, unit: str = "points", *, now: datetime | None = None
) -> Burndown:
    """The burndown of a sprint in points, count or hours, as of `now`. NotFound when there is no such sprint.

    Forbidden where figures of its team are withheld from `actor`.
    """
    actor.require(Permission.PLAN_VIEW)
    counted, at = check_unit(unit), now or clock.now()
    with ws.store.read() as session:
        sprint = stored(session, Sprint, sprint_id)
        check_scope(session, actor, FlowScope(sprint_ids=(sprint_id,)))
        window = windows_of(session, [sprint]).get(sprint_id)
        if window is None:
            return Burndown(sprint_id, sprint.name, counted, None, sprint.end, None, 0.0, (), at)
        steps = read_steps(
            session, states_in(session), fields_for(counted), ever_in("sprint_id", [sprint_id])
        )
        report = burndown(
            steps, window, read_calendar(session, sprint.team_id), ws.zone, counted, at, name=sprint.name
        )
        named = with_names(session, report.scope_changes)
    return replace(
        report,
        days=tuple(
            replace(day, scope_changes=tuple(named[change] for change in day.scope_changes))
            if day.scope_changes
            else day
            for day in report.days
        ),
    )


def burndown(
    steps: Steps,
    window: Window,
    calendar: WorkingCalendar,
    zone: ZoneInfo,
    unit: Unit,
    now: datetime,
    *,
    name: str = "",
) -> Burndown:
    """Scope, remaining, started and completed at the end of each day from the start to the close (or today)."""
    scope = sprint_scope(steps, window, unit, now)
    start = day_of(window.started_at, zone)
    known = Days.between(start, _last_known(window, zone, now), zone)
    drawn = Days.between(start, max(known.last, window.planned_end or known.last), zone).dates()
    values = {
        "scope": _at_day_ends(scope, scope.scope, known),
        "remaining": _at_day_ends(scope, scope.scope - scope.done, known),
        "started": _at_day_ends(scope, scope.started, known),
        "completed": _at_day_ends(scope, scope.done, known),
    }
    committed, begun, done_before = (
        amount(int(scope.moved(weights)[scope.committed].sum()))
        for weights in (scope.scope, scope.started, scope.done)
    )
    working = calendar.working(drawn)
    left = ideal_shares(drawn, working, window.planned_end)
    today_scope = values["scope"][-1]
    by_day: dict[date, list[ScopeChange]] = {}
    for change in scope_changes(scope):
        by_day.setdefault(day_of(change.occurred_at, zone), []).append(change)
    days = tuple(
        BurndownDay(
            day=day,
            working=bool(working[n]),
            **{key: column[n] if n < len(known) else None for key, column in values.items()},
            ideal_committed=None if left is None else committed * left[n][0] / left[n][1],
            ideal_rebaselined=None if left is None else today_scope * left[n][0] / left[n][1],
            scope_changes=tuple(by_day.get(day, ())),
        )
        for n, day in enumerate(drawn)
    )
    return Burndown(
        window.sprint_id, name, unit, window.started_at, window.planned_end, window.closed_at, committed, days, now,
        begun=begun, done_before=done_before,
    )  # fmt: skip


def ideal_shares(
    days: Sequence[date], working: Sequence[bool] | np.ndarray[Any, Any], planned_end: date | None
) -> list[tuple[int, int]] | None:
    """What should be left at the end of each day, as (working days left, working days in all).

    Flat on days without work, 0 from the planned end on. A sprint without any working day counts all of its days;
    one without a planned end, or started after it, has no ideal.
    """
    if planned_end is None or planned_end < days[0]:
        return None
    until_end = sum(day <= planned_end for day in days)
    counted = [bool(value) for value in working[:until_end]]
    if not any(counted):
        counted = [True] * until_end
    total, left, shares = sum(counted), sum(counted), []
    for works in counted:
        left -= works
        shares.append((left, total))
    return shares + [(0, total)] * (len(days) - until_end)


def _last_known(window: Window, zone: ZoneInfo, now: datetime) -> date:
    if window.closed_at is None:
        return day_of(now, zone)
    return max(closing_day(window.closed_at, zone), day_of(window.started_at, zone))


def _at_day_ends(scope: SprintScope, weights: Numbers, days: Days) -> list[float]:
    position = np.minimum(days.position(scope.steps.at), len(days) - 1)
    moved = np.bincount(position, weights=scope.moved(weights), minlength=len(days))
    return [amount(float(value)) for value in np.cumsum(moved)]
