"""Forecasts of every day, stored as they stand on it and later compared with what happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow import clock
from orchflow.encoding import encode, to_text
from orchflow.people.permissions import Actor, Permission
from orchflow.people.tables import Team
from orchflow.planning.days import Instants, day_of, micros, midnight, moment
from orchflow.planning.flow.cumulative_flow import until
from orchflow.planning.flow.forecast import WhenForecast, forecast_when
from orchflow.planning.flow.forecasts import WINDOW_DAYS, count_open, finish_instants, recent_throughput
from orchflow.planning.flow.scope import EVERYTHING, FlowScope, flow_steps
from orchflow.planning.tables import Effort, Forecast
from orchflow.store import events, locks
from orchflow.workspace import Workspace

PROMISED = 85
"""The confidence whose dates the scorecard holds forecasts to."""
TOPIC = "forecasts"
"""Its data version rises with every forecast that is stored."""
DAILY = "daily"


@dataclass(frozen=True)
class ScoredForecast:
    """A stored forecast and what became of it.

    `promised` is the 85 % date by which `tasks` were to be done. `reached` is the day on which they were; `done` how
    many were done by the promised day, or so far. `held` is None while it cannot be told.
    """

    id: int
    made_at: datetime
    scope: FlowScope
    tasks: int
    promised: date
    done: int
    reached: date | None
    held: bool | None


@dataclass(frozen=True)
class Scorecard:
    """Every stored forecast, the newest first.

    `share` is the part of the 85 % dates that held among the `judged` ones; None while none can be judged.
    """

    forecasts: tuple[ScoredForecast, ...]
    judged: int
    held: int
    share: float | None


def store_forecasts(ws: Workspace, actor: Actor, moments: Sequence[datetime] = ()) -> int:
    """Store when the open tasks will be done: of the whole plan, of each effort and of each team's sprints.

    One forecast per scope and day, as of now or as of each of `moments` (those of a past that came from elsewhere);
    what is there stays, and so does a scope without a date to promise. Returns how many were added.
    """
    actor.require(Permission.PLAN_EDIT)
    times = moments or (clock.now(),)
    with ws.store.read() as session:
        present = _days_stored(session, ws.zone, min(times))
        made = [
            (at, scope, forecast)
            for scope in _scopes(session)
            for at, forecast in _forecasts(session, scope, times, ws.zone)
            if (to_text(scope.as_json()), day_of(at, ws.zone)) not in present
        ]
    if not made:
        return 0
    with ws.store.unit(actor) as session:
        locks.take(session, TOPIC)
        present = _days_stored(session, ws.zone, min(times))
        rows = [
            Forecast(kind=DAILY, made_at=at, scope=scope.as_json(), result=_stored(forecast))
            for at, scope, forecast in made
            if (to_text(scope.as_json()), day_of(at, ws.zone)) not in present
        ]
        session.add_all(rows)
        session.flush()
        for row in rows:
            events.note(session, TOPIC, "forecast", row.id)
    return len(rows)


def scorecard(ws: Workspace, actor: Actor, *, now: datetime | None = None) -> Scorecard:
    """How the stored forecasts fared."""
    actor.require(Permission.PLAN_VIEW)
    at = now or clock.now()
    finishes: dict[str, Instants] = {}
    scored: list[ScoredForecast] = []
    with ws.store.read() as session:
        stored = sa.select(Forecast).where(Forecast.kind == DAILY)
        for forecast in session.scalars(stored.order_by(Forecast.made_at.desc(), Forecast.id.desc())):
            key = to_text(forecast.scope)
            if key not in finishes:
                steps = until(flow_steps(session, FlowScope.of_json(forecast.scope)), at)
                finishes[key] = finish_instants(steps)
            scored.append(score(forecast, finishes[key], day_of(at, ws.zone), ws.zone))
    judged = [forecast.held for forecast in scored if forecast.held is not None]
    share = sum(judged) / len(judged) if judged else None
    return Scorecard(tuple(scored), len(judged), sum(judged), share)


def score(forecast: Forecast, finishes: Instants, today: date, zone: ZoneInfo) -> ScoredForecast:
    """What became of one forecast; `finishes`: when tasks were done, in order."""
    tasks = forecast.result["remaining"]
    promised = date.fromisoformat(forecast.result["dates"][str(PROMISED)])
    since = finishes[finishes > micros(forecast.made_at)]
    reached = day_of(moment(int(since[tasks - 1])), zone) if len(since) >= tasks else None
    done = int((since < micros(midnight(promised + timedelta(days=1), zone))).sum())
    held = True if reached and reached <= promised else False if today > promised else None
    return ScoredForecast(
        forecast.id, forecast.made_at, FlowScope.of_json(forecast.scope), tasks, promised, done, reached, held
    )


def _scopes(session: Session) -> Iterator[FlowScope]:
    yield EVERYTHING
    for effort in session.scalars(sa.select(Effort.id).order_by(Effort.position, Effort.id)):
        yield FlowScope(effort_ids=(effort,))
    for team in session.scalars(sa.select(Team.id).order_by(Team.name)):
        yield FlowScope(team_id=team)


def _forecasts(
    session: Session, scope: FlowScope, times: Iterable[datetime], zone: ZoneInfo
) -> Iterator[tuple[datetime, WhenForecast]]:
    """What is forecast of a scope at each of the times at which something is left and there is a date for it."""
    history = flow_steps(session, scope)
    for at in times:
        steps, today = until(history, at), day_of(at, zone)
        remaining = count_open(steps)
        if not remaining:
            continue
        throughput, window = recent_throughput(steps, today, WINDOW_DAYS, zone)
        forecast = forecast_when(throughput, window, remaining, today)
        if forecast.dates.get(PROMISED) is not None:
            yield at, forecast


def _stored(forecast: WhenForecast) -> dict[str, object]:
    """All of a forecast but its curve."""
    return {name: value for name, value in encode(forecast).items() if name != "chances"}


def _days_stored(session: Session, zone: ZoneInfo, since: datetime) -> set[tuple[str, date]]:
    stored = sa.select(Forecast.scope, Forecast.made_at).where(
        Forecast.kind == DAILY, Forecast.made_at >= midnight(day_of(since, zone), zone)
    )
    return {(to_text(scope), day_of(at, zone)) for scope, at in session.execute(stored)}
