"""What a sum by day will be at the end of its month: weekday season and trend, with an interval that is right in four of five months.

The level is that of the last eight weeks, of which each counts less than the one after it; so does what a week has more than the
one before, which goes on for a while and less from week to week: growth that lasts is followed, a step is not drawn on for ever. A
day has the part of its week that its weekday had in these weeks.

How far such a forecast is off is measured, not assumed: the same is forecast from days of the past, as far ahead, and
compared with what came. What lies that far back is counted as a part of what was forecast, so that it holds for what has grown. As
long as there are few such days, the noise of the days themselves stands in for them.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.float64]

WEEKDAYS = 7
FITTED_WEEKS = 8
LEAST_DAYS = 28
JUDGED_DAYS = 24 * WEEKDAYS
"""So far back errors are measured."""
CONFIDENCE = 80
DAY = timedelta(days=1)
_FADING = 0.7
"""What a week counts beside the one after it."""
_DAMPED = 0.8
"""What is left of a trend after a week."""
_ASSUMED = 4
"""What the noise of the days says counts as so many errors that were measured."""
_EVERY = 5
"""Errors are measured from each so many days."""


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
    judged = history[-JUDGED_DAYS:]
    if len(judged) < LEAST_DAYS:
        raise TooLittleHistory(len(judged))
    skipped, ahead = max((start - past).days, 0), (end - past).days + 1
    expected = _expect(judged, ahead)[skipped:]
    at_today = (today - past).days - skipped
    spent = max(0.0, running)
    expected[at_today] = max(float(expected[at_today]), spent)
    known, likely = float(of_month.sum()), float(expected.sum())
    reach = _reach(judged, skipped, ahead)
    least = spent if history.min() >= 0 else -np.inf
    return MonthForecast(
        today, start, end, past - DAY if len(of_month) else None, known, running, known + likely,
        known + max(likely - reach[-1], least), known + likely + reach[-1],
        tuple((past + DAY * (skipped + place), float(value)) for place, value in enumerate(expected)), tuple(reach.tolist()),
        min(len(judged) // WEEKDAYS, FITTED_WEEKS) * WEEKDAYS,
    )  # fmt: skip


def together(
    each: Sequence[tuple[date, Sequence[float], MonthForecast]], written: Mapping[date, float]
) -> MonthForecast:
    """Several sums of one month as one: the first day and the values of each with its forecast. `written` are amounts of days that
    are known beforehand. How far one is off says nothing of the others."""
    made = [forecast for _, _, forecast in each]
    start, end = made[0].start, made[0].end
    unknown = min(forecast.expected[0][0] for forecast in made)
    days = [start + DAY * place for place in range((end - start).days + 1)]
    sums, squares, certain = np.zeros(len(days)), np.zeros(len(days)), 0.0
    for first, values, forecast in each:
        to_come = forecast.expected[0][0]
        for place, day in enumerate(days):
            known = (day - first).days
            if day < to_come and 0 <= known < len(values):
                sums[place] += values[known]
        ahead = (to_come - start).days
        certain += sums_of_known(first, values, start, to_come) + max(0.0, forecast.spent)
        sums[ahead:] += [amount for _, amount in forecast.expected]
        squares[ahead:] += np.square(forecast.reach)
    entries = np.array([written.get(day, 0.0) for day in days])
    certain += float(entries.sum())
    sums += entries
    begun = (unknown - start).days
    likely, reach = float(sums.sum()), np.sqrt(squares)[begun:]
    negative = any(min(values, default=0.0) < 0 for _, values, _ in each)
    return MonthForecast(
        made[0].made_on, start, end, unknown - DAY if begun else None, float(sums[:begun].sum()), sum(forecast.spent for forecast in made),
        likely, likely - float(reach[-1]) if negative else max(likely - float(reach[-1]), min(certain, likely)), likely + float(reach[-1]),
        tuple(zip(days[begun:], map(float, sums[begun:]), strict=True)), tuple(reach.tolist()), max(forecast.fitted_days for forecast in made),
    )  # fmt: skip


def sums_of_known(first: date, values: Sequence[float], start: date, until: date) -> float:
    """What the days from `start` until before `until` come to, of those that there are."""
    return float(sum(values[max((start - first).days, 0) : max((until - first).days, 0)]))


def _weeks(history: Days) -> Days:
    """A row for each of the weeks that are fitted, the newest last; a column for each of the next seven days' weekdays."""
    weeks = min(len(history) // WEEKDAYS, FITTED_WEEKS)
    return history[-weeks * WEEKDAYS :].reshape(weeks, WEEKDAYS)


def _expect(history: Days, ahead: int) -> Days:
    """What is expected of the days after the history; no less than nothing where nothing was ever less."""
    weeks = _weeks(history)
    sums, back = weeks.sum(axis=1), np.arange(len(weeks))[::-1].astype(float)
    weight = _FADING**back
    weight /= weight.sum()
    usual, centre = float(weight @ sums), float(weight @ back)
    slope = float(weight @ ((centre - back) * (sums - usual))) / float(weight @ (back - centre) ** 2)
    steps = np.arange(ahead) // WEEKDAYS + 1
    level = usual + slope * (centre + _DAMPED * (1 - _DAMPED**steps) / (1 - _DAMPED))
    if history.min() >= 0:
        level = np.maximum(level, 0.0)
    season = np.resize(weight @ weeks - usual / WEEKDAYS, ahead)
    expected: Days = level / WEEKDAYS + season * (level / usual if usual > 0 else 1.0)
    return expected


def _reach(history: Days, skipped: int, ahead: int) -> Days:
    """How far the sum by the end of each day to come may be off on either side; the first `skipped` days are not in it."""
    likely = np.abs(np.cumsum(_expect(history, ahead)[skipped:]))
    days = np.arange(skipped + 1, ahead + 1)
    squares, counts = np.zeros(len(days)), np.zeros(len(days))
    for origin in range(LEAST_DAYS, len(history) - skipped, _EVERY):
        came = np.cumsum(history[origin + skipped : origin + ahead])
        forecast = np.cumsum(_expect(history[:origin], ahead)[skipped : skipped + len(came)])
        whole = (np.abs(forecast) + np.abs(came)) / 2
        off = (came - forecast) * likely[: len(came)] / np.where(whole > 0, whole, 1.0)
        squares[: len(came)] += off**2
        counts[: len(came)] += 1
    apart = np.maximum(len(history) - LEAST_DAYS, 0) / days
    """As many errors as do not share days."""
    measured = np.where(counts > 0, np.minimum(apart, counts), 0.0)
    variance = (measured * squares / np.maximum(counts, 1) + _ASSUMED * _noise(history, days)) / (
        measured + _ASSUMED
    )
    quantiles = np.array([student(CONFIDENCE, max(int(free), 4)) for free in measured])
    return np.asarray(np.sqrt(variance) * quantiles, dtype=float)


def _noise(history: Days, days: npt.NDArray[np.int64]) -> Days:
    """The variance of sums of so many days as the days, and the weeks, of the fitted weeks scatter: their own, and that of the level."""
    weeks = _weeks(history)
    sums, season = weeks.sum(axis=1), weeks.mean(axis=0)
    share = sums / sums.mean() if sums.mean() > 0 else np.ones(len(sums))
    left = weeks - np.outer(share, season) if sums.mean() > 0 else weeks - season
    of_days = float((left**2).sum()) / ((len(weeks) - 1) * (WEEKDAYS - 1)) * WEEKDAYS
    of_weeks = float(np.var(np.diff(sums))) / 2
    length = days / WEEKDAYS
    level = 2.5 * (1 - _FADING) / (1 + _FADING)
    return np.asarray(max(of_days, of_weeks) * (length + level * length**2), dtype=float)


def student(confidence: float, free: int) -> float:
    """How many standard errors lie between the middle and either end, of so many degrees of freedom.

    The expansion of Student's quantile by that of the normal distribution; from four degrees on it is right to the third digit.
    """
    z = NormalDist().inv_cdf((100 + confidence) / 200)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / free + second / free**2 + third / free**3
