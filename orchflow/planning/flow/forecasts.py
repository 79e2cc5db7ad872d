"""Forecasts as they are shown, made from the history of a scope. Nothing is stored of them: `scorecard` does that daily."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from orchflow import clock
from orchflow.errors import Invalid, Problem
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.days import Days, Instants, day_of, moment
from orchflow.planning.flow.cumulative_flow import done_per_day, until
from orchflow.planning.flow.forecast import (
    HowManyForecast,
    Throughput,
    WhenForecast,
    Window,
    forecast_how_many,
    forecast_when,
)
from orchflow.planning.flow.scope import EVERYTHING, FlowScope, check_scope, flow_steps
from orchflow.planning.steps import NONE, Steps
from orchflow.planning.tables import CLOSED, State
from orchflow.workspace import Workspace

WINDOW_DAYS = 90
LONGEST_WINDOW = 1_096


@dataclass(frozen=True)
class ForecastReport:
    """Both forecasts for a scope. `remaining` is what was forecast: the scope's open tasks, unless asked otherwise."""

    when: WhenForecast
    how_many: HowManyForecast | None
    open_tasks: int
    computed_at: datetime


def forecast_report(
    ws: Workspace,
    actor: Actor,
    *,
    scope: FlowScope = EVERYTHING,
    remaining: int | None = None,
    by: date | None = None,
    window_days: int = WINDOW_DAYS,
    now: datetime | None = None,
) -> ForecastReport:
    """When the scope's open tasks (or `remaining` of them) will be done, and how many by the day `by`.

    Samples the throughput of the `window_days` before today, fewer where the history is younger.
    """
    actor.require(Permission.PLAN_VIEW)
    at = now or clock.now()
    today = day_of(at, ws.zone)
    _check(remaining, by, window_days, today)
    with ws.store.read() as session:
        check_scope(session, actor, scope)
        steps = until(flow_steps(session, scope), at)
    history, window = recent_throughput(steps, today, window_days, ws.zone)
    open_tasks = count_open(steps)
    left = open_tasks if remaining is None else remaining
    when = forecast_when(history, window, left, today)
    how_many = forecast_how_many(history, window, by, today) if by else None
    return ForecastReport(when, how_many, open_tasks, at)


def recent_throughput(
    steps: Steps, today: date, window_days: int, zone: ZoneInfo
) -> tuple[Throughput, Window]:
    """Tasks done on each of the days before today, not further back than the first thing that is known."""
    start, end = today - timedelta(days=window_days), today - timedelta(days=1)
    if len(steps):
        start = max(start, day_of(moment(int(steps.at.min())), zone))
    if not len(steps) or start > end:
        return np.array([], dtype=np.int64), Window(end, end, 0, 0)
    history = done_per_day(steps, Days.between(start, end, zone))
    return history, Window(start, end, len(history), int(history.sum()))


def count_open(steps: Steps) -> int:
    """How many tasks are neither done nor cancelled at the end of their history."""
    last = steps.last_of_each()
    return int(((last.state != NONE) & ~last.is_state(*CLOSED)).sum())


def finish_instants(steps: Steps) -> Instants:
    """When each of the tasks that are done now was done (the last time), in order."""
    done = steps.is_state(State.DONE)
    entered = steps.where(done & ~steps.before(done, False)).last_of_each()
    last = steps.last_of_each()
    still = last.task[last.is_state(State.DONE)]
    return np.sort(entered.at[np.isin(entered.task, still)])


def _check(remaining: int | None, by: date | None, window_days: int, today: date) -> None:
    problems = []
    if remaining is not None and not 0 <= remaining <= 1_000_000:
        problems.append(Problem(None, "remaining", "must be from 0 to 1,000,000"))
    if by is not None and by < today:
        problems.append(Problem(None, "by", f"{by} is in the past"))
    if not 1 <= window_days <= LONGEST_WINDOW:
        problems.append(Problem(None, "window_days", f"must be from 1 to {LONGEST_WINDOW:,}"))
    if problems:
        raise Invalid(problems)
