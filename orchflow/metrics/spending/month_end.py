"""What the running month will have cost at its end, all parts together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from orchflow import format as fmt
from orchflow.ingest.recording import NOT_RECORDED
from orchflow.metrics.spending.daily import DAY, NO_PRICE, NO_USAGE, last_known
from orchflow.metrics.spending.forecast import (
    JUDGED_DAYS,
    LEAST_DAYS,
    MonthForecast,
    TooLittleHistory,
    forecast_month,
    together,
)
from orchflow.metrics.spending.streams import Stream, Streams, read_streams
from orchflow.people.small_groups import WITHHELD

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts


@dataclass(frozen=True)
class MonthEnd:
    """The forecast of the running month, or why there is `missing` one; `spent` is what the month has cost so far.

    `by_day` are the days of the month that are known, today left out, with what each cost; days that are told together have
    equal parts. `lacking` says what is not in it.
    """

    forecast: MonthForecast | None
    missing: str
    spent: Decimal | None
    spent_until: date | None
    by_day: tuple[tuple[date, float], ...] = ()
    lacking: str = ""

    @property
    def likely(self) -> Decimal | None:
        """The likely sum of the whole month."""
        return None if self.forecast is None else Decimal(f"{self.forecast.likely:.6f}")


def month_end(facts: Facts) -> MonthEnd:
    """What the month of today comes to, of the part that the filters choose, whatever their days."""
    last, today = last_known(facts), facts.today
    if facts.recording.nothing:
        return MonthEnd(None, NOT_RECORDED, None, None)
    if facts.reach.usage_from is None:
        return MonthEnd(None, NO_USAGE, None, None)
    if last is None:
        why = _too_little(0) if facts.privacy.people else WITHHELD
        return MonthEnd(None, why, None, None)
    streams = streams_of(facts, last, JUDGED_DAYS)
    if not streams.exact:
        return MonthEnd(None, NO_PRICE if facts.privacy.people else WITHHELD, None, None)
    month = [amount for day, amount in streams.exact.items() if today.replace(day=1) <= day <= today]
    until = today if any(stream.today for stream in streams.streams) else last
    spent = sum(month, Decimal(0))
    forecast, lacking = forecast_of(streams.streams, streams.written, today)
    if forecast is None:
        return MonthEnd(None, lacking, spent, until)
    said = ". ".join(filter(None, (streams.lacking, lacking)))
    return MonthEnd(forecast, "", spent, until, _by_day(streams, forecast), said)


def streams_of(facts: Facts, last: date, days: int) -> Streams:
    """The kinds of cost of so many days before the month of today and of it, up to `last` where calls are known."""
    start = min(facts.today.replace(day=1), last - DAY * (days - 1))
    return read_streams(facts, start, last, (facts.today.replace(day=28) + DAY * 4).replace(day=1) - DAY)


def forecast_of(
    streams: Sequence[Stream], written: dict[date, float], today: date
) -> tuple[MonthForecast | None, str]:
    """The month of `today` of all kinds of cost together; None, with the reason, where none has four weeks of days. Of a kind that is
    younger what it has cost so far is in it, which is said."""
    made, young = [], []
    for stream in streams:
        try:
            forecast = forecast_month(stream.first, stream.values.tolist(), today, running=stream.today)
        except TooLittleHistory:
            young.append(stream)
        else:
            made.append((stream.first, stream.values.tolist(), forecast))
    if not made:
        return None, _too_little(max((len(stream.values) for stream in streams), default=0))
    known = dict(written)
    for stream in young:
        for place, amount in enumerate(stream.values.tolist()):
            day = stream.first + DAY * place
            known[day] = known.get(day, 0.0) + amount
        known[today] = known.get(today, 0.0) + stream.today
    said = [
        f"{stream.kind.capitalize()} are known for {fmt.quantity(len(stream.values), 'day')} only: none to come are in it"
        for stream in young
    ]
    return together(made, known), ". ".join(said)


def _by_day(streams: Streams, forecast: MonthForecast) -> tuple[tuple[date, float], ...]:
    """The known days of the month, with what each cost."""
    if forecast.known_until is None:
        return ()
    days = [forecast.start + DAY * place for place in range((forecast.known_until - forecast.start).days + 1)]
    sums = {day: streams.written.get(day, 0.0) for day in days}
    for stream in streams.streams:
        for place, amount in enumerate(stream.values.tolist()):
            day = stream.first + DAY * place
            if day in sums:
                sums[day] += amount
    return tuple(sums.items())


def _too_little(days: int) -> str:
    return (
        f"{days or 'No'} whole days of cost are known: a forecast by weekday needs {LEAST_DAYS}, four of each"
    )
