"""Forecasts of every day, stored as they stand on it and later compared with what happened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow import clock
from orchflow.encoding import encode, to_text
from orchflow.people.permissions import Actor, Permission
from orchflow.people.small_groups import teams_together
from orchflow.people.tables import Team
from orchflow.planning.days import Instants, day_of, micros, midnight, moment
from orchflow.planning.flow.cumulative_flow import until
from orchflow.planning.flow.forecast import WhenForecast, forecast_when
from orchflow.planning.flow.forecasts import WINDOW_DAYS, count_open, finish_instants, recent_throughput
from orchflow.planning.flow.scope import EVERYTHING, FlowScope, check_scope, steps_of_scopes
from orchflow.planning.steps import Steps
from orchflow.planning.tables import Effort, Forecast
from orchflow.store import events, locks
from orchflow.workspace import Workspace

PROMISED = 85
"""The confidence whose dates the scorecard holds forecasts to."""
TOPIC = "forecasts"
"""Its data version rises with every forecast that is stored."""
DAILY = "daily"
DAY = timedelta(days=1)


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


def store_forecasts(ws: Workspace, actor: Actor, *, now: datetime | None = None) -> int:
    """Store when the open tasks will be done: of the whole plan, of each effort and of each team's sprints.

    One forecast per scope and day, as of `now`; what is there stays, and a scope without a date to promise is passed
    over. Returns how many were added.
    """
    actor.require(Permission.PLAN_EDIT)
    at = now or clock.now()
    with ws.store.read() as session:
        made = [
            (scope.as_json(), _stored(forecast))
            for scope, steps in steps_of_scopes(session, _missing(session, at, ws.zone))
            if (forecast := _forecast(until(steps, at), day_of(at, ws.zone), ws.zone)) is not None
        ]
    if not made:
        return 0
    with ws.store.unit(actor) as session:
        locks.take(session, TOPIC)
        missing = [scope.as_json() for scope in _missing(session, at, ws.zone)]
        rows = [
            Forecast(kind=DAILY, made_at=at, scope=scope, result=result)
            for scope, result in made
            if scope in missing
        ]
        session.add_all(rows)
        session.flush()
        for row in rows:
            events.note(session, TOPIC, "forecast", row.id)
    return len(rows)


def scorecard(
    ws: Workspace, actor: Actor, *, scope: FlowScope = EVERYTHING, now: datetime | None = None
) -> Scorecard:
    """How the stored forecasts fared: all of them, or those of exactly one `scope`.

    Of all of them without those of teams whose figures are withheld from `actor`; Forbidden for one of these.
    """
    actor.require(Permission.PLAN_VIEW)
    at = now or clock.now()
    with ws.store.read() as session:
        check_scope(session, actor, scope)
        withheld = teams_together(session, actor).ids
        stored = sa.select(Forecast).where(Forecast.kind == DAILY)
        rows = [
            forecast
            for forecast in session.scalars(stored.order_by(Forecast.made_at.desc(), Forecast.id.desc()))
            if forecast.scope == scope.as_json()
            or (scope == EVERYTHING and forecast.scope.get("team_id") not in withheld)
        ]
        scopes = {to_text(forecast.scope): FlowScope.of_json(forecast.scope) for forecast in rows}
        histories = steps_of_scopes(session, scopes.values())
        finishes = {
            key: finish_instants(until(steps, at)) for key, (_, steps) in zip(scopes, histories, strict=True)
        }
    today = day_of(at, ws.zone)
    scored = [score(forecast, finishes[to_text(forecast.scope)], today, ws.zone) for forecast in rows]
    judged = [forecast.held for forecast in scored if forecast.held is not None]
    share = sum(judged) / len(judged) if judged else None
    return Scorecard(tuple(scored), len(judged), sum(judged), share)


def score(forecast: Forecast, finishes: Instants, today: date, zone: ZoneInfo) -> ScoredForecast:
    """What became of one forecast; `finishes`: when tasks were done, in order."""
    tasks = forecast.result["remaining"]
    promised = date.fromisoformat(forecast.result["dates"][str(PROMISED)])
    since = finishes[finishes > micros(forecast.made_at)]
    reached = day_of(moment(int(since[tasks - 1])), zone) if len(since) >= tasks else None
    done = int((since < micros(midnight(promised + DAY, zone))).sum())
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


def _missing(session: Session, at: datetime, zone: ZoneInfo) -> list[FlowScope]:
    """The scopes that have no forecast of the day of `at` yet."""
    day = day_of(at, zone)
    of_day = (Forecast.made_at >= midnight(day, zone), Forecast.made_at < midnight(day + DAY, zone))
    stored = session.scalars(sa.select(Forecast.scope).where(Forecast.kind == DAILY, *of_day)).all()
    return [scope for scope in _scopes(session) if scope.as_json() not in stored]


def _forecast(steps: Steps, today: date, zone: ZoneInfo) -> WhenForecast | None:
    """What is forecast of tasks with this history; None where nothing is left or there is no date for it."""
    remaining = count_open(steps)
    if not remaining:
        return None
    throughput, window = recent_throughput(steps, today, WINDOW_DAYS, zone)
    forecast = forecast_when(throughput, window, remaining, today)
    return forecast if forecast.dates.get(PROMISED) is not None else None


def _stored(forecast: WhenForecast) -> dict[str, object]:
    """All of a forecast but its curve."""
    return {name: value for name, value in encode(forecast).items() if name != "chances"}
