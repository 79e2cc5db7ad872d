"""What the running month will have cost at its end; forecasts of every day, stored as they stood and compared with what came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from orchflow import clock
from orchflow.ingest.recording import NOT_RECORDED
from orchflow.metrics.comparison import ONLY_NOW
from orchflow.metrics.compiler import compiled
from orchflow.metrics.filters import Filters
from orchflow.metrics.spending.daily import DAY, NO_PRICE, NO_USAGE, daily, last_known, spread_over_stretches
from orchflow.metrics.spending.forecast import (
    FITTED_DAYS,
    LEAST_DAYS,
    MonthForecast,
    TooLittleHistory,
    forecast_month,
)
from orchflow.people.small_groups import WITHHELD
from orchflow.planning.days import day_of, midnight
from orchflow.planning.tables import Forecast
from orchflow.store import events, locks

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts
    from orchflow.people.permissions import Actor
    from orchflow.workspace import Workspace

KIND = "month_end"
TOPIC = "forecasts"
COST = "cost"


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
    """How stored forecasts fared: of `judged` ones of `months` months that are over `held` held; `error` is the median miss."""

    judged: int
    held: int
    months: int
    error: float | None

    @property
    def share(self) -> float | None:
        """The part of the intervals that held; None while none can be judged."""
        return self.held / self.judged if self.judged else None


@dataclass(frozen=True)
class MonthEnd:
    """The forecast of the running month, or why there is `missing` one; `spent` is what the month has cost so far.

    `by_day` are the days of the month that are known, today left out, with what each cost; days that are told together have
    equal parts.
    """

    forecast: MonthForecast | None
    missing: str
    spent: Decimal | None
    spent_until: date | None
    by_day: tuple[tuple[date, float], ...] = ()

    @property
    def likely(self) -> Decimal | None:
        """The likely sum of the whole month."""
        return None if self.forecast is None else Decimal(f"{self.forecast.likely:.6f}")


def month_end(facts: Facts, key: str = COST) -> MonthEnd:
    """What the month of today comes to, of the part that the filters choose, whatever their days."""
    last, today = last_known(facts), facts.today
    if facts.recording.nothing:
        return MonthEnd(None, NOT_RECORDED, None, None)
    if facts.reach.usage_from is None:
        return MonthEnd(None, NO_USAGE, None, None)
    if last is None:
        why = _too_little(0) if facts.privacy.people else WITHHELD
        return MonthEnd(None, why, None, None)
    start = max(min(today.replace(day=1), last - DAY * (FITTED_DAYS - 1)), facts.reach.usage_from)
    days = daily(facts, key, start, max(today, last))
    if not days.exact:
        return MonthEnd(None, NO_PRICE if facts.privacy.people else WITHHELD, None, None)
    values = spread_over_stretches(facts, days)
    known = (last - start).days + 1
    running = _running(facts, values[known:])
    month = [amount for (_, place), amount in days.exact.items() if days.day(place) >= today.replace(day=1)]
    spent, until = sum(month, Decimal(0)), today if running else last
    try:
        forecast = forecast_month(start, values[:known].tolist(), today, running=running)
    except TooLittleHistory as few:
        return MonthEnd(None, _too_little(few.days), spent, until)
    first = max(days.place(today.replace(day=1)), 0)
    by_day = tuple((days.day(place), float(values[place])) for place in range(first, known))
    return MonthEnd(forecast, "", spent, until, by_day)


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
        row = Forecast(kind=KIND, made_at=at, scope={"figure": COST}, result=_as_stored(made))
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
                .where(Forecast.kind == KIND)
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


def record_of(scored: Sequence[ScoredMonth]) -> Record:
    """How they fared."""
    judged = [each for each in scored if each.held is not None]
    errors = [each.error for each in judged if each.error is not None]
    return Record(
        len(judged), sum(bool(each.held) for each in judged), len({each.month for each in judged}),
        median(errors) if errors else None,
    )  # fmt: skip


def _running(facts: Facts, rest: Any) -> float:
    """What today has cost so far; nothing where facts are known that are newer than the instant of the forecast."""
    newest = facts.reach.usage_as_of
    return float(rest.sum()) if newest is not None and newest <= facts.now else 0.0


def _too_little(days: int) -> str:
    return (
        f"{days or 'No'} whole days of cost are known: a forecast by weekday needs {LEAST_DAYS}, four of each"
    )


def _stored_on(ws: Workspace, day: date) -> bool:
    with ws.store.read() as session:
        of_day = (
            Forecast.made_at >= midnight(day, ws.zone),
            Forecast.made_at < midnight(day + timedelta(days=1), ws.zone),
        )
        return session.scalar(sa.select(Forecast.id).where(Forecast.kind == KIND, *of_day)) is not None


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
    rows = facts.warehouse.query(query, Filters(since, until).params() | ONLY_NOW).to_pylist()
    return {row["bucket"]: row[COST] for row in rows if row[COST] is not None}
