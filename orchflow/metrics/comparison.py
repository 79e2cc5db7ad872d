"""Like for like: which part of which period before a figure is compared with.

A running day counts up to its newest fact, and the day it is compared with up to the same time of day; a running month
is compared with the same days of the month before. So a constant use shows no change at any instant. What the newest
fact is, and not the clock, decides: what has not been loaded yet is missing on neither side.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from orchflow.metrics.coverage import Coverage
from orchflow.metrics.filters import Filters, days_before, period_in_words
from orchflow.metrics.metric import Base
from orchflow.metrics.stretches import Stretches

RULE = (
    "It is compared with the same part of the period before: a running day counts up to its newest fact on both sides, "
    "a running month meets the same days of the month before. Sums of periods of unequal length are compared a day."
)
"""What every definition of a figure with a comparison says of it."""
ONLY_NOW = {
    "previous_start": None,
    "previous_end": None,
    "whole_until": None,
    "usage_until": None,
    "runs_until": None,
}
"""Bound in place of the period before by queries that do not ask for it."""


@dataclass(frozen=True)
class Comparison:
    """Two periods that are alike; both days of each included.

    `end` differs from the end asked for on the 29th to 31st of a running month when the month before has no such day:
    then whole days are compared, and `shortened` is true. `running` is whether the last day goes on; `usage_until` and
    `runs_until` are how far it is known, as an instant of `previous_end`, None where nothing of it is.
    """

    start: date
    end: date
    previous_start: date
    previous_end: date
    running: bool
    shortened: bool
    usage_until: datetime | None
    runs_until: datetime | None
    reach: Coverage

    @property
    def days(self) -> int:
        """How many days the present side has."""
        return (self.end - self.start).days + 1

    @property
    def previous_days(self) -> int:
        """How many days the side before has."""
        return (self.previous_end - self.previous_start).days + 1

    @property
    def per_day(self) -> bool:
        """Whether the sides are of unequal length, so that sums are compared a day."""
        return self.days != self.previous_days

    def a_day(self, now: Any, before: Any) -> tuple[Any, Any]:
        """Sums of both sides as they are compared: themselves, or a day where the sides are of unequal length."""
        return (now / self.days, before / self.previous_days) if self.per_day else (now, before)

    def possible(self, *bases: Base) -> bool:
        """Whether the facts of all `bases` reach back to the beginning of the side before.

        Where they began within it a half-filled period would show growth that never was.
        """
        return self._last(bases) >= self.previous_start and all(
            known is not None and known <= self.previous_start for known in self._from(bases)
        )

    def in_words(self, *bases: Base) -> str:
        """What is compared with, or why nothing is: 'vs 1–20 Oct to 13:05'."""
        known = self._from(bases)
        if None in known:
            return "no data yet"
        latest = max(day for day in known if day)
        if latest > self.previous_start:
            return f"data begins {period_in_words(latest, latest)}, nothing to compare with"
        last = self._last(bases)
        if last < self.previous_start:
            return "nothing is known of today yet"
        words = period_in_words(self.previous_start, last)
        if last.year == self.end.year:
            words = words.removesuffix(f" {last.year}")
        until = self._until(bases)
        if until is not None:
            words += f" to {until:%H:%M}"
        return f"a day, vs {words}" if self.per_day else f"vs {words}"

    def params(self) -> dict[str, Any]:
        """The bound parameters of the side before."""
        return {
            "previous_start": self.previous_start,
            "previous_end": self.previous_end,
            "whole_until": self.previous_end - timedelta(days=1) if self.running else self.previous_end,
            "usage_until": self.usage_until,
            "runs_until": self.runs_until,
        }

    def _until(self, bases: tuple[Base, ...]) -> datetime | None:
        return (
            self.usage_until
            if "usage_lines" in bases
            else self.runs_until
            if set(bases) != {"expense_lines"}
            else None
        )

    def _last(self, bases: tuple[Base, ...]) -> date:
        """The last day of the side before of which there is a part; of expenses all days are whole."""
        left_out = self.running and self._until(bases) is None and set(bases) != {"expense_lines"}
        return self.previous_end - timedelta(days=1) if left_out else self.previous_end

    def _from(self, bases: tuple[Base, ...]) -> list[date | None]:
        return [self.reach.known_from(base) for base in bases]


def compare(filters: Filters, reach: Coverage, today: date, zone: ZoneInfo) -> Comparison:
    """What the period of `filters` is compared with, as of `today` and of what is known."""
    running, shortened = filters.start <= today <= filters.end, False
    end = today if running else filters.end
    before = days_before(filters.start, end, whole=not running)
    if running and before[1] - before[0] != end - filters.start:
        running, shortened, end = False, True, end - timedelta(days=1)
    usage, runs = (
        _until(as_of, today, before[1], zone) if running else None
        for as_of in (reach.usage_as_of, reach.runs_as_of)
    )
    return Comparison(
        filters.start, end, *before, running, shortened, usage, runs, reach
    )  # fmt: skip


def compare_told(
    told: Filters, over: bool, stretches: Stretches, reach: Coverage, today: date
) -> Comparison:  # fmt: skip
    """As `compare`, of whole stretches of days that are over: what is running is on neither side.

    `told` is a period of whole stretches, `over` says that the one asked for is past.
    """
    end = told.end if told.end < today else stretches.over(told.end, today)
    known = (None, None, reach)
    if end < told.start:
        nothing = told.start - timedelta(days=1)
        return Comparison(told.start, told.end, nothing, nothing, True, False, *known)
    first, last = days_before(told.start, end, whole=over)
    first, last = stretches.of(first)[0], min(stretches.of(last)[1], told.start - timedelta(days=1))
    return Comparison(told.start, end, first, last, False, end != told.end, *known)


def _until(as_of: datetime | None, today: date, day: date, zone: ZoneInfo) -> datetime | None:
    """The time of day of the newest fact, on `day`; None where today has none."""
    if as_of is None:
        return None
    local = as_of.astimezone(zone)
    if local.date() < today:
        return None
    return datetime.combine(day, local.time() if local.date() == today else time.max, zone)
