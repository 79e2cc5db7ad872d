"""Which days are out of the ordinary: outside a robust band of their weekday, and by enough to matter.

A day is expected to be as the median of its weekday over the eight weeks before. How far days lie from that as a rule is the
median of all these distances pooled, as a standard deviation (× 1.4826); a day further away than four of them is outside. Weekdays
on which next to nothing is spent, as on weekends, say nothing of the others: pooled with them the band of working days would be
half as wide. Of eight weeks of pure noise 0.6 % of days are outside. Medians of fewer weeks lie nearer to their own days, so the
band is wider there and flags as many. Where more than half of the distances are nothing, their mean stands in for the median;
where all are, only the least amounts decide.

A day off, as a public holiday, is expected to be as a Sunday, and whatever is ordinary between that and its weekday is: some work
on it. It says nothing of other days, and is left out of what they are judged by.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.float64]
"""A row for each series, a column for each day; NaN before a series begins."""

WEEKDAYS, WEEKS = 7, 8
WINDOW = WEEKDAYS * WEEKS
LEAST_DAYS = 28
QUIET = 0.05
"""A weekday is quiet that has less than this of what the busiest one has."""
WIDTHS = {4: 5.98, 5: 5.45, 6: 4.64, 7: 4.24, 8: 4.0}
"""How many deviations wide the band is on either side, by the whole weeks there are; `test_anomaly_band` measures that each flags 0.6 %."""
AS_DEVIATION, AS_DEVIATION_OF_MEAN = 1.4826, 1.2533


@dataclass(frozen=True)
class Least:
    """What a day has to differ by to matter: more than an amount, and than a part of what was expected."""

    amount: Decimal = Decimal(5)
    share: float = 0.25


@dataclass(frozen=True)
class DaysOff:
    """Which of the days, by place, are days off, and the place of the first Sunday."""

    places: npt.NDArray[np.bool_]
    sunday: int


@dataclass(frozen=True)
class Outlier:
    """A day outside: its series and day by place, and what would not have been outside."""

    series: int
    day: int
    value: float
    expected: float
    low: float
    high: float
    weeks: int


@dataclass(frozen=True)
class Judged:
    """`expected` of each series and day judged and from where to where it is ordinary (`low`, `high`), NaN where too few days are
    known; `first` is the place of the first day judged, `outliers` those outside, by day."""

    first: int
    expected: Days
    low: Days
    high: Days
    outliers: tuple[Outlier, ...]


def judge(values: Days, first: int, least: Least = Least(), off: DaysOff | None = None) -> Judged:
    """The days from the place `first` on, each by the eight weeks before it."""
    judged = values.shape[1] - first
    known = (~np.isnan(_windows(values, first))).sum(axis=2)
    telling = values if off is None else np.where(off.places, np.nan, values)
    weeks = _windows(telling, first).reshape(len(values), judged, WEEKS, WEEKDAYS)
    usual = _median(weeks)
    distances = np.abs(weeks - usual[:, :, None, :])
    distances = np.where(_alike(usual)[:, :, None, :], distances, np.nan).reshape(
        len(values), judged, WINDOW, 1
    )
    typical = AS_DEVIATION * _median(distances)[..., 0]
    counted = (~np.isnan(distances)).sum(axis=(2, 3))
    mean = np.where(np.isnan(distances), 0, distances).sum(axis=(2, 3)) / np.maximum(counted, 1)
    deviation = np.where(typical > 0, typical, AS_DEVIATION_OF_MEAN * mean)
    whole = _whole_weeks(known, (~np.isnan(weeks[..., 0])).sum(axis=2))
    widths = np.array([WIDTHS.get(count, np.nan) for count in range(WEEKS + 1)])[whole]
    expected: Days = usual[:, :, 0]  # the first of a window is eight weeks before, so of the same weekday
    reach = np.maximum(widths * deviation, _matters(expected, least))
    expected = np.where(np.isnan(reach), np.nan, expected)
    low, high = expected - reach, expected + reach
    if off is not None:
        sundays = usual[:, np.arange(judged), (off.sunday - first - np.arange(judged)) % WEEKDAYS]
        apart = np.maximum(widths * deviation, _matters(sundays, least))
        free = off.places[first:] & ~np.isnan(apart) & ~np.isnan(expected)
        low = np.where(free, np.fmin(low, sundays - apart), low)
        high = np.where(free, np.fmax(high, sundays + apart), high)
        expected = np.where(free, sundays, expected)
    return Judged(first, expected, low, high, _outside(values, first, expected, low, high, whole))


def _windows(values: Days, first: int) -> Days:
    """Of each day from `first` on the eight weeks before it: of day t the columns t … t + 55 of what is padded."""
    padded = np.concatenate([np.full((len(values), WINDOW), np.nan), values], axis=1)
    windows: Days = np.lib.stride_tricks.sliding_window_view(padded, WINDOW, axis=1)[
        :, first : values.shape[1]
    ]
    return windows


def _whole_weeks(known: npt.NDArray[np.int64], alike: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """By how many weeks a day is judged: those that are known, fewer where days `alike` were days off."""
    weeks = np.minimum(known // WEEKDAYS, WEEKS)
    return np.where(weeks < min(WIDTHS), weeks, np.clip(alike, min(WIDTHS), weeks))


def _outside(
    values: Days, first: int, expected: Days, low: Days, high: Days, weeks: npt.NDArray[np.int64]
) -> tuple[Outlier, ...]:
    told = values[:, first:]
    with np.errstate(invalid="ignore"):
        places = np.argwhere(((told < low) | (told > high)).T)
    return tuple(
        Outlier(
            int(row), first + int(day), float(told[row, day]), float(expected[row, day]), float(low[row, day]), float(high[row, day]),
            int(weeks[row, day]),
        )
        for day, row in places
    )  # fmt: skip


def _alike(usual: Days) -> npt.NDArray[np.bool_]:
    """Which weekdays say how far a day lies from its median: all, but for a busy one not those that are quiet."""
    level = np.nan_to_num(np.abs(usual))
    busy: npt.NDArray[np.bool_] = level >= QUIET * level.max(axis=2, keepdims=True)
    return busy | ~busy[:, :, :1]


def _matters(expected: Days, least: Least) -> Days:
    amounts: Days = np.maximum(float(least.amount), least.share * np.abs(expected))
    return amounts


def _median(values: Days) -> Days:
    """The median along the third axis of what is known; NaN where nothing is."""
    ranked = np.sort(values, axis=2)
    count = (~np.isnan(values)).sum(axis=2, keepdims=True)
    low = np.take_along_axis(ranked, np.maximum((count - 1) // 2, 0), axis=2)
    high = np.take_along_axis(ranked, np.minimum(count // 2, values.shape[2] - 1), axis=2)
    middle: Days = ((low + high) / 2)[:, :, 0]
    return middle
