"""How forecasts of months fared: those of every day are stored as they stood and compared with what came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from orchflow import clock
from orchflow.metrics.comparison import ONLY_NOW
from orchflow.metrics.compiler import compiled
from orchflow.metrics.filters import Filters
from orchflow.metrics.spending.daily import DAY, last_known
from orchflow.metrics.spending.forecast import MonthForecast
from orchflow.metrics.spending.month_end import forecast_of, month_end, streams_of
from orchflow.planning.days import day_of, midnight
from orchflow.planning.tables import Forecast
from orchflow.store import events, locks

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts
    from orchflow.people.permissions import Actor
    from orchflow.workspace import Workspace

KIND = "month_end"
TOPIC = "forecasts"
COST = "total_cost"
REPLAYED_DAYS = 366
"""So far back it is worked out what would have been forecast."""
SCOPE = {"figure": COST}
"""What a stored forecast is of; those of another figure are not compared with it."""
_OF_THE_WHOLE = (Forecast.kind == KIND, Forecast.scope["figure"].as_string() == COST)


@dataclass(frozen=True)
class ScoredMonth:
    """A stored forecast and what the month came to; `held`: whether that lay between `low` and `high`. None while it runs."""

    made_on: date
    month: date
    likely: Decimal
    low: Decimal
    high: Decimal
    actual: Decimal | None

    @property
    def held(self) -> bool | None:
        """Whether the month came out within the interval."""
        return None if self.actual is None else self.low <= self.actual <= self.high

    @property
    def error(self) -> float | None:
        """By which part of the month the likely sum was off."""
        if not self.actual:
            return None
        return float(abs(self.likely - self.actual) / abs(self.actual))


@dataclass(frozen=True)
class Record:
    """How forecasts fared: of `judged` ones of `months` months that are over `held` held; `error` is the median miss."""

    judged: int
    held: int
    months: int
    error: float | None

    @property
    def share(self) -> float | None:
        """The part of the intervals that held; None while none can be judged."""
        return self.held / self.judged if self.judged else None


def store_month_forecast(ws: Workspace, actor: Actor, *, now: datetime | None = None) -> int:
    """Store what the month will come to as it is forecast on the day of `now`; how many were added: one, or none where
    there is one of the day or nothing can be forecast."""
    from orchflow.metrics.facts import Facts
    from orchflow.metrics.filters import month_to_date
    from orchflow.metrics.privacy import Privacy
    from orchflow.people.permissions import Permission

    actor.require(Permission.COSTS_EDIT)
    at = now or clock.now()
    today = day_of(at, ws.zone)
    if _stored_on(ws, today):
        return 0
    facts = Facts(ws, actor, month_to_date(today), privacy=Privacy(people=True), now=at)
    made = month_end(facts).forecast
    if made is None:
        return 0
    with ws.store.unit(actor) as session:
        locks.take(session, TOPIC)
        row = Forecast(kind=KIND, made_at=at, scope=SCOPE, result=_as_stored(made))
        session.add(row)
        session.flush()
        events.note(session, TOPIC, "forecast", row.id)
    return 1


def scored_months(facts: Facts) -> list[ScoredMonth]:
    """Every stored forecast with what its month came to, the newest first."""
    with facts.ws.store.read() as session:
        stored = [
            (day_of(made_at, facts.ws.zone), result)
            for made_at, result in session.execute(
                sa.select(Forecast.made_at, Forecast.result)
                .where(*_OF_THE_WHOLE)
                .order_by(Forecast.made_at.desc())
            )
        ]
    actual = _months_that_are_over(facts, [made_on for made_on, _ in stored])
    scored = []
    for made_on, result in stored:
        month = made_on.replace(day=1)
        likely, low, high = (Decimal(result[name]) for name in ("likely", "low", "high"))
        scored.append(ScoredMonth(made_on, month, likely, low, high, actual.get(month)))
    return scored


def replayed_months(facts: Facts) -> list[ScoredMonth]:
    """What would have been forecast of months that are over, once a week from the days that were known then, and what came; the
    newest first. For parts of the whole, of which no forecasts are stored."""
    last = last_known(facts)
    if last is None:
        return []
    streams = streams_of(facts, last, REPLAYED_DAYS)
    first_day = min((stream.first for stream in streams.streams), default=facts.today)
    day, scored = facts.today.replace(day=1) - DAY, []
    while day > first_day:
        begun = [stream.until(day) for stream in streams.streams if stream.first < day]
        forecast, _ = forecast_of(begun, streams.written, day)
        if forecast is not None:
            month = [amount for of, amount in streams.exact.items() if forecast.start <= of <= forecast.end]
            likely, low, high = (
                Decimal(f"{getattr(forecast, name):.6f}") for name in ("likely", "low", "high")
            )
            scored.append(ScoredMonth(day, forecast.start, likely, low, high, sum(month, Decimal(0))))
        day -= timedelta(weeks=1)
    return scored


def record_of(scored: Sequence[ScoredMonth]) -> Record:
    """How they fared."""
    judged = [each for each in scored if each.held is not None]
    errors = [each.error for each in judged if each.error is not None]
    return Record(
        len(judged), sum(bool(each.held) for each in judged), len({each.month for each in judged}),
        median(errors) if errors else None,
    )  # fmt: skip


def _stored_on(ws: Workspace, day: date) -> bool:
    with ws.store.read() as session:
        of_day = (
            Forecast.made_at >= midnight(day, ws.zone),
            Forecast.made_at < midnight(day + timedelta(days=1), ws.zone),
        )
        return session.scalar(sa.select(Forecast.id).where(*_OF_THE_WHOLE, *of_day)) is not None


def _as_stored(made: MonthForecast) -> dict[str, Any]:
    return {name: f"{getattr(made, name):.6f}" for name in ("likely", "low", "high")} | {
        "known_until": None if made.known_until is None else made.known_until.isoformat(),
        "fitted_days": made.fitted_days,
    }


def _months_that_are_over(facts: Facts, days: Sequence[date]) -> dict[date, Decimal]:
    """What months since the first of `days` came to, in all, of those that are over and known."""
    newest = facts.reach.usage_as_of
    if not days or newest is None:
        return {}
    until = min(facts.today, newest.astimezone(facts.ws.zone).date() + DAY).replace(day=1) - DAY
    since = min(days).replace(day=1)
    if until < since:
        return {}
    query = compiled((COST,), None, "month")
    # at mean rates for everybody, as forecasts are stored
    asked = Filters(since, until).params() | ONLY_NOW | {"rates": False}
    rows = facts.warehouse.query(query, asked).to_pylist()
    return {row["bucket"]: row[COST] for row in rows if row[COST] is not None}
