"""Days of the workspace's zone, and the instants between which they lie."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

Instants = npt.NDArray[np.int64]
"""Instants as microseconds since 1970 in UTC: exact, and quick to compare."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(moment: datetime) -> int:
    """`moment` as microseconds since 1970 in UTC."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(instant: int) -> datetime:
    """The instant that `micros` turned into a number."""
    return _EPOCH + timedelta(microseconds=int(instant))


def day_of(at: datetime, zone: tzinfo) -> date:
    """The day on which an instant lies; in UTC where the calendar ends, which rows of an old store may hold."""
    try:
        return at.astimezone(zone).date()
    except OverflowError:
        return at.date()


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a day."""
    return datetime.combine(day, time(), zone)


@dataclass(frozen=True)
class Days:
    """The days from `first` to `last`, both included. `ends[i]` is the first instant after the i-th of them."""

    first: date
    last: date
    zone: ZoneInfo
    ends: Instants

    @classmethod
    def between(cls, first: date, last: date, zone: ZoneInfo) -> Days:
        """The days from `first` to `last`; at least the first."""
        last = max(first, last)
        count = (last - first).days + 1
        ends = [micros(midnight(first + timedelta(days=n + 1), zone)) for n in range(count)]
        return cls(first, last, zone, np.array(ends, dtype=np.int64))

    def __len__(self) -> int:
        return len(self.ends)

    @property
    def start(self) -> int:
        """The first instant of the first day."""
        return micros(midnight(self.first, self.zone))

    def dates(self) -> list[date]:
        """Each of the days."""
        return [self.first + timedelta(days=n) for n in range(len(self))]

    def position(self, at: Instants) -> npt.NDArray[np.intp]:
        """The position of the day of each instant: 0 for anything before the first, `len` for anything after the last."""
        return np.searchsorted(self.ends, at, side="right")
