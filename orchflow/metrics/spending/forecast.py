"""What a sum by day will be at the end of its month: weekday season and trend, with an interval that is right in four of five months.

The days of the last eight weeks are fitted by a level for each weekday and one trend (least squares). The days that are not
known yet are what the fit says of them; the interval has the noise of the days to come, for each weekday its own as far as it
is known, and how uncertain the fit itself is.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.float64]

FITTED_DAYS = 56
LEAST_DAYS = 28
CONFIDENCE = 80
WEEKDAYS = 7
_PARAMETERS = WEEKDAYS + 1
_MOST_ALIKE = 0.6
_SHARED = 4
"""The noise of a weekday counts as so many observations of the noise of all."""
DAY = timedelta(days=1)


@dataclass(frozen=True)
class MonthForecast:
    """The sum of the days from `start` to `end` as it was forecast on `made_on`.

    `known` is the sum of its days up to `known_until` (None: of no day yet), `spent` what the running day has besides. `likely`
    is between `low` and `high` in 80 of 100 months. `expected` are the days to come with what is expected of each, `reach` how
    wide the interval of the sum is by the end of each, on either side.
    """

    made_on: date
    start: date
    end: date
    known_until: date | None
    known: float
    spent: float
    likely: float
    low: float
    high: float
    expected: tuple[tuple[date, float], ...]
    reach: tuple[float, ...]
    fitted_days: int


class TooLittleHistory(ValueError):
    """There are too few days to fit anything; `days` are there."""

    def __init__(self, days: int) -> None:
        super().__init__(f"{days} days are known; a forecast needs {LEAST_DAYS}")
        self.days = days


def forecast_month(
    first: date, values: Sequence[float], today: date, *, running: float = 0.0
) -> MonthForecast:
    """The month of `today` from the `values` of all days from `first` on, the last of them before `today`.

    `running` is what today has so far; what is expected of the day is at least that. TooLittleHistory under four weeks.
    """
    history = np.asarray(values, dtype=float)
    start, end = today.replace(day=1), today.replace(day=monthrange(today.year, today.month)[1])
    past = first + DAY * len(history)
    if past > today:
        raise ValueError(f"{past - DAY} is not over on {today}")
    of_month = history[max(0, (start - first).days) :] if past > start else history[:0]
    fitted = history[-FITTED_DAYS:]
    if len(fitted) < LEAST_DAYS:
        raise TooLittleHistory(len(fitted))
    ahead = np.arange(max((past - first).days, (start - first).days), (end - first).days + 1)
    fit = _Fit(fitted, len(history) - len(fitted), first.weekday())
    expected = fit.expect(ahead)
    if history.min() >= 0:
        expected = np.maximum(expected, 0.0)
    at_today = (today - first).days - int(ahead[0])
    spent = max(0.0, running)
    expected[at_today] = max(float(expected[at_today]), spent)
    known, likely = float(of_month.sum()), float(expected.sum())
    reach = tuple(fit.half_width(ahead[:days]) for days in range(1, len(ahead) + 1))
    least = spent if history.min() >= 0 else -np.inf
    return MonthForecast(
        today, start, end, past - DAY if len(of_month) else None, known, running, known + likely,
        known + max(likely - reach[-1], least), known + likely + reach[-1],
        tuple((first + DAY * int(place), float(value)) for place, value in zip(ahead, expected, strict=True)), reach, len(fitted),
    )  # fmt: skip


class _Fit:
    """A level for each weekday and a trend, by least squares."""

    def __init__(self, values: Days, first: int, weekday: int) -> None:
        self._offset, self._middle = weekday, first + len(values) / 2
        rows = self._rows(np.arange(first, first + len(values)))
        self._inverse = np.linalg.inv(rows.T @ rows)
        self._levels = self._inverse @ rows.T @ values
        left = values - rows @ self._levels
        leverage = np.einsum("ij,jk,ik->i", rows, self._inverse, rows)
        squares = left**2 / (1 - leverage)
        self._spread = (rows * squares[:, None]).T @ rows
        pooled = float(squares.mean())
        self._free = len(values) - _PARAMETERS
        self._carried = _carried_over(left)
        which = (np.arange(first, first + len(values)) + weekday) % WEEKDAYS
        counts = np.bincount(which, minlength=WEEKDAYS)
        own = np.bincount(which, weights=squares, minlength=WEEKDAYS)
        self._noise = (own + pooled * _SHARED) / (counts + _SHARED)

    def _rows(self, places: npt.NDArray[np.int64]) -> Days:
        rows = np.zeros((len(places), _PARAMETERS))
        rows[np.arange(len(places)), (places + self._offset) % WEEKDAYS] = 1
        rows[:, WEEKDAYS] = (places - self._middle) / WEEKDAYS
        return rows

    def expect(self, places: npt.NDArray[np.int64]) -> Days:
        """What is expected of these days."""
        expected: Days = self._rows(places) @ self._levels
        return expected

    def half_width(self, places: npt.NDArray[np.int64]) -> float:
        """Half the width of the interval of the sum of these days."""
        noise = float(self._noise[(places + self._offset) % WEEKDAYS].sum())
        pull = self._inverse @ self._rows(places).sum(axis=0)
        both = (noise + float(pull @ self._spread @ pull)) * self._carried
        return float(np.sqrt(both)) * student(CONFIDENCE, self._free)


def _carried_over(left: Days) -> float:
    """By how much the noise of a sum is larger where a day that is high is followed by high ones.

    What the fit has taken out of the residuals makes them look less alike than the noise is; it is given back.
    """
    squares = float(left @ left)
    if not squares:
        return 1.0
    alike = float(left[1:] @ left[:-1]) / squares + _PARAMETERS / 2 / len(left)
    alike = min(max(alike, 0.0), _MOST_ALIKE)
    return (1 + alike) / (1 - alike)


def student(confidence: float, free: int) -> float:
    """How many standard errors lie between the middle and either end, of so many degrees of freedom.

    The expansion of Student's quantile by that of the normal distribution; from four degrees on it is right to the third digit.
    """
    z = NormalDist().inv_cdf((100 + confidence) / 200)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / free + second / free**2 + third / free**3
