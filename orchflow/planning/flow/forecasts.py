"""Forecasts as they are shown: made from the history of a scope, stored, and later compared with what happened."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow import clock
from orchflow.errors import Invalid, Problem
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.days import Days, Instants, day_of, micros, midnight, moment
from orchflow.planning.flow.cumulative_flow import done_per_day, until
from orchflow.planning.flow.forecast import (
    SEED,
    TRIALS,
    HowManyForecast,
    Throughput,
    WhenForecast,
    Window,
    forecast_how_many,
    forecast_when,
)
from orchflow.planning.flow.scope import EVERYTHING, FlowScope, flow_steps
from orchflow.planning.steps import NONE, Steps
from orchflow.planning.tables import Forecast, State
from orchflow.workspace import Workspace

WINDOW_DAYS = 90
LONGEST_WINDOW = 1_096
MOST_TRIALS = 100_000
PROMISED = 85
"""The confidence whose dates and counts the scorecard holds forecasts to."""

WHEN, HOW_MANY = "when", "how_many"


@dataclass(frozen=True)
class ForecastReport:
    """Both forecasts for a scope. `remaining` is what was forecast: the scope's open tasks, unless asked otherwise."""

    when: WhenForecast
    how_many: HowManyForecast | None
    open_tasks: int
    computed_at: datetime


@dataclass(frozen=True)
class ScoredForecast:
    """A stored forecast and what became of it.

    `promised` is the 85 % date, or, for "how many", the day that was asked about; `tasks` how many were to be done by
    then. `reached` is the day on which they were; `done` how many were done by the promised day, or so far. `held` is
    None while it cannot be told.
    """

    id: int
    kind: str
    made_at: datetime
    scope: FlowScope
    tasks: int
    promised: date
    done: int
    reached: date | None
    held: bool | None


@dataclass(frozen=True)
class Scorecard:
    """Every stored forecast that promised something, the newest first.

    `share` is the part of the 85 % dates that held among the `judged` ones; None while none can be judged.
    """

    forecasts: tuple[ScoredForecast, ...]
    judged: int
    held: int
    share: float | None


def forecast_report(
    ws: Workspace,
    actor: Actor,
    *,
    scope: FlowScope = EVERYTHING,
    remaining: int | None = None,
    by: date | None = None,
    window_days: int = WINDOW_DAYS,
    trials: int = TRIALS,
    seed: int = SEED,
    now: datetime | None = None,
) -> ForecastReport:
    """When the scope's open tasks (or `remaining` of them) will be done, and how many by the day `by`.

    Samples the throughput of the `window_days` before today, fewer where the history is younger. What is shown is
    stored, once a day, for the scorecard.
    """
    actor.require(Permission.PLAN_VIEW)
    at = now or clock.now()
    today = day_of(at, ws.zone)
    _check(remaining, by, window_days, trials, today)
    with ws.store.read() as session:
        steps = until(flow_steps(session, scope), at)
    history, window = recent_throughput(steps, today, window_days, ws.zone)
    open_tasks = count_open(steps)
    left = open_tasks if remaining is None else remaining
    when = forecast_when(history, window, left, today, trials=trials, seed=seed)
    how_many = forecast_how_many(history, window, by, today, trials=trials, seed=seed) if by else None
    _keep(ws, actor, at, scope, when, how_many)
    return ForecastReport(when, how_many, open_tasks, at)


def scorecard(ws: Workspace, actor: Actor, *, now: datetime | None = None) -> Scorecard:
    """How the stored forecasts fared."""
    actor.require(Permission.PLAN_VIEW)
    at = now or clock.now()
    finishes: dict[str, Instants] = {}
    scored: list[ScoredForecast] = []
    with ws.store.read() as session:
        kept = session.scalars(sa.select(Forecast).order_by(Forecast.made_at.desc(), Forecast.id.desc()))
        for forecast in kept:
            key = json.dumps(forecast.scope, sort_keys=True)
            if key not in finishes:
                steps = until(flow_steps(session, FlowScope.of_json(forecast.scope)), at)
                finishes[key] = finish_instants(steps)
            one = score(forecast, finishes[key], day_of(at, ws.zone), ws.zone)
            if one is not None:
                scored.append(one)
    judged = [one.held for one in scored if one.kind == WHEN and one.held is not None]
    share = sum(judged) / len(judged) if judged else None
    return Scorecard(tuple(scored), len(judged), sum(judged), share)


def score(forecast: Forecast, finishes: Instants, today: date, zone: ZoneInfo) -> ScoredForecast | None:
    """What became of one forecast; None when it promised nothing. `finishes`: when tasks were done, in order."""
    result = forecast.result
    if forecast.kind == WHEN:
        tasks, promise = result["remaining"], result["dates"].get(str(PROMISED))
    else:
        tasks, promise = result["counts"].get(str(PROMISED)), result["by"]
    if not tasks or promise is None:
        return None
    promised = date.fromisoformat(promise)
    since = finishes[finishes > micros(forecast.made_at)]
    reached = day_of(moment(int(since[tasks - 1])), zone) if len(since) >= tasks else None
    done = int((since < micros(midnight(promised + timedelta(days=1), zone))).sum())
    held = True if reached and reached <= promised else False if today > promised else None
    return ScoredForecast(
        forecast.id, forecast.kind, forecast.made_at, FlowScope.of_json(forecast.scope),
        tasks, promised, done, reached, held,
    )  # fmt: skip


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
    return int(((last.state != NONE) & ~last.is_state(State.DONE, State.CANCELLED)).sum())


def finish_instants(steps: Steps) -> Instants:
    """When each of the tasks that are done now was done (the last time), in order."""
    done = steps.is_state(State.DONE)
    entered = steps.where(done & ~steps.before(done, False)).last_of_each()
    last = steps.last_of_each()
    still = last.task[last.is_state(State.DONE)]
    return np.sort(entered.at[np.isin(entered.task, still)])


def _keep(
    ws: Workspace,
    actor: Actor,
    at: datetime,
    scope: FlowScope,
    when: WhenForecast,
    how_many: HowManyForecast | None,
) -> None:
    """Store what is shown, unless the same was stored today already."""
    shown = [(WHEN, when.as_json())] + ([(HOW_MANY, how_many.as_json())] if how_many else [])
    narrowed, since = scope.as_json(), midnight(day_of(at, ws.zone), ws.zone)
    with ws.store.read() as session:
        known = _known_since(session, since)
    new = [(kind, result) for kind, result in shown if (kind, narrowed, result) not in known]
    if new:
        with ws.store.unit(actor) as session:
            session.add_all(
                Forecast(kind=kind, made_at=at, scope=narrowed, result=result) for kind, result in new
            )


def _known_since(session: Session, since: datetime) -> Sequence[tuple[object, ...]]:
    chosen = sa.select(Forecast.kind, Forecast.scope, Forecast.result).where(Forecast.made_at >= since)
    return [tuple(row) for row in session.execute(chosen)]


def _check(remaining: int | None, by: date | None, window_days: int, trials: int, today: date) -> None:
    problems = []
    if remaining is not None and not 0 <= remaining <= 1_000_000:
        problems.append(Problem(None, "remaining", "must be from 0 to 1,000,000"))
    if by is not None and by < today:
        problems.append(Problem(None, "by", f"{by} is in the past"))
    if not 1 <= window_days <= LONGEST_WINDOW:
        problems.append(Problem(None, "window_days", f"must be from 1 to {LONGEST_WINDOW:,}"))
    if not TRIALS <= trials <= MOST_TRIALS:
        problems.append(Problem(None, "trials", f"must be from {TRIALS:,} to {MOST_TRIALS:,}"))
    if problems:
        raise Invalid(problems)
