"""Which days the simulated organisation works on, and how the load of a day spreads over its hours."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from orchflow.demo.columns import Floats

WEEKEND_LOAD = 0.07
HOLIDAY_LOAD = 0.04
FRIDAY_LOAD = 0.86
SUMMER_LOAD = 0.88

HOURS = np.array(
    [1, 1, 1, 1, 1, 2, 6, 22, 62, 96, 104, 92, 58, 78, 100, 98, 84, 56, 24, 11, 7, 5, 3, 2],
    dtype=np.float64,
)
"""Load per local hour of a working day: two humps around lunch, a thin tail in the evening."""


def is_holiday(day: date) -> bool:
    """Say whether the organisation is closed on `day` (United States federal calendar, the days insurers keep)."""
    fixed = {(1, 1), (6, 19), (7, 4), (12, 24), (12, 25)}
    if (day.month, day.day) in fixed:
        return True
    week = (day.day - 1) // 7 + 1
    last_of_month = (day + timedelta(days=7)).month != day.month
    match day.month, day.weekday():
        case 1, 0:
            return week == 3
        case 5, 0:
            return last_of_month
        case 9, 0:
            return week == 1
        case 11, 3:
            return week == 4
        case 11, 4:
            return ((day - timedelta(days=1)).day - 1) // 7 + 1 == 4
        case _:
            return False


def is_working_day(day: date) -> bool:
    """Say whether people are at work on `day`."""
    return day.weekday() < 5 and not is_holiday(day)


def next_working_day(day: date) -> date:
    """Return `day`, or the first working day after it."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def previous_working_day(day: date) -> date:
    """Return `day`, or the last working day before it."""
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def day_load(day: date) -> float:
    """Return the load of `day` relative to an ordinary Tuesday."""
    if is_holiday(day):
        return HOLIDAY_LOAD
    if day.weekday() >= 5:
        return WEEKEND_LOAD
    load = FRIDAY_LOAD if day.weekday() == 4 else 1.0
    return load * (SUMMER_LOAD if day.month in (7, 8) else 1.0)


def draw_times(rng: np.random.Generator, count: int) -> Floats:
    """Draw `count` moments of a day, in seconds after local midnight, by the hours of work."""
    edges = np.concatenate([[0.0], np.cumsum(HOURS / HOURS.sum())])
    return np.asarray(np.interp(rng.random(count), edges, np.arange(25) * 3600.0), dtype=np.float64)
