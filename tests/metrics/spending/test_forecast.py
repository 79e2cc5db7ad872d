"""The month-end forecast: how often its interval is right on simulated months, and what it does with what is known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchflow.metrics.spending.forecast import (
    DAY,
    LEAST_DAYS,
    TooLittleHistory,
    forecast_month,
    student,
    together,
)

TODAY = date(2026, 11, 20)
WEEK = np.array([1.0, 1.1, 1.05, 1.0, 0.9, 0.2, 0.1])
Draw = np.random.Generator


def even(draw: Draw, season: np.ndarray) -> np.ndarray:
    return 100 * season + draw.normal(0, 10, len(season))


def growing(draw: Draw, season: np.ndarray) -> np.ndarray:
    return (100 + np.arange(len(season))) * season * np.exp(draw.normal(0, 0.2, len(season)))


def skewed(draw: Draw, season: np.ndarray) -> np.ndarray:
    return draw.gamma(6 * season) * 20


def alike(draw: Draw, season: np.ndarray) -> np.ndarray:
    """A day that is high is followed by high ones."""
    noise = draw.normal(0, 0.15, len(season))
    for day in range(1, len(season)):
        noise[day] += 0.3 * noise[day - 1]
    return 100 * season * np.exp(noise)


def stepping(draw: Draw, season: np.ndarray) -> np.ndarray:
    """From one day on it is half or twice as much, or anything between."""
    after = np.arange(len(season)) >= draw.integers(20, len(season) - 5)
    return np.where(after, draw.uniform(50, 200), 100) * season * np.exp(draw.normal(0, 0.12, len(season)))


def wandering(draw: Draw, season: np.ndarray) -> np.ndarray:
    """Each week is another part of the one before."""
    weeks = np.exp(np.cumsum(draw.normal(0, 0.08, len(season) // 7 + 1)))
    return 100 * np.repeat(weeks, 7)[: len(season)] * season * np.exp(draw.normal(0, 0.12, len(season)))


@pytest.mark.parametrize("kind", [even, growing, skewed, alike, stepping, wandering])
def test_four_of_five_intervals_hold(kind: Callable[[Draw, np.ndarray], np.ndarray]) -> None:
    """300 months of each kind, known for five months: 80 % within five points."""
    draw, held, trials = np.random.default_rng(20), 0, 300
    for _ in range(trials):
        today = date(2026, 3, 1) + DAY * int(draw.integers(0, 200))
        first = today - DAY * int(draw.integers(150, 180))
        end = (today.replace(day=28) + DAY * 4).replace(day=1)
        days = [first + DAY * place for place in range((end - first).days)]
        values = kind(draw, WEEK[[day.weekday() for day in days]])
        forecast = forecast_month(first, values[: (today - first).days], today)
        whole = values[[day >= today.replace(day=1) for day in days]].sum()
        held += forecast.low <= whole <= forecast.high
    assert 0.75 <= held / trials <= 0.85


def test_a_constant_use_is_forecast_to_the_cent() -> None:
    forecast = forecast_month(TODAY - DAY * 60, [10.0] * 60, TODAY)
    assert (forecast.known, forecast.known_until) == (190.0, date(2026, 11, 19))
    assert (forecast.likely, forecast.low, forecast.high) == pytest.approx((300.0, 300.0, 300.0))
    assert len(forecast.expected) == 11


def test_weekdays_keep_their_season() -> None:
    values = [0.0 if (TODAY - DAY * back).weekday() > 4 else 50.0 for back in range(56, 0, -1)]
    forecast = forecast_month(TODAY - DAY * 56, values, TODAY)
    by_day = dict(forecast.expected)
    assert (by_day[date(2026, 11, 20)], by_day[date(2026, 11, 21)]) == pytest.approx((50.0, 0.0))
    assert forecast.likely == pytest.approx(50.0 * 21)


def test_a_trend_goes_on_and_grows_less_from_week_to_week() -> None:
    """Each week has 49 more than the one before, the last one 364: the next have four fifths of that more, then of what is left."""
    forecast = forecast_month(TODAY - DAY * 56, [float(day) for day in range(56)], TODAY)
    assert sum(value for _, value in forecast.expected[:7]) == pytest.approx(364 + 49 * 0.8)


def test_several_sums_are_one_with_what_is_known_beforehand() -> None:
    """Calls to the day before, bills to the 15th, a licence of 100 due on the 25th that no weekday has made likely."""
    first = TODAY - DAY * 60
    each = [(first, values, forecast_month(first, values, TODAY)) for values in ([10.0] * 60, [5.0] * 56)]
    whole = together(each, {date(2026, 11, 25): 100.0})
    assert (whole.known_until, whole.known) == (date(2026, 11, 15), 225.0)
    assert (whole.likely, whole.low, whole.high) == pytest.approx((550.0, 550.0, 550.0))
    assert dict(whole.expected)[date(2026, 11, 25)] == pytest.approx(115.0)


def test_what_today_has_cost_already_is_the_least_of_today() -> None:
    forecast = forecast_month(TODAY - DAY * 56, [10.0] * 56, TODAY, running=500.0)
    assert forecast.likely == pytest.approx(190 + 500 + 100)
    assert forecast_month(TODAY - DAY * 56, [10.0] * 56, TODAY, running=3.0).likely == pytest.approx(300.0)


def test_days_that_are_not_known_yet_are_expected_like_those_to_come() -> None:
    """The newest fact is of the 15th: the 15th to the 19th are missing, not nothing."""
    forecast = forecast_month(TODAY - DAY * 60, [10.0] * 55, TODAY)
    assert (forecast.known_until, forecast.known) == (date(2026, 11, 14), 140.0)
    assert forecast.likely == pytest.approx(300.0)


def test_on_the_first_of_a_month_nothing_is_known_of_it() -> None:
    first = date(2026, 11, 1)
    forecast = forecast_month(first - DAY * 40, [10.0] * 40, first)
    assert (forecast.known_until, forecast.known, len(forecast.expected)) == (None, 0.0, 30)
    assert forecast.likely == pytest.approx(300.0)


def test_a_gap_over_the_turn_of_the_month_is_bridged() -> None:
    today = date(2026, 11, 3)
    forecast = forecast_month(date(2026, 9, 1), [10.0] * 50, today)
    assert forecast.expected[0][0] == date(2026, 11, 1)
    assert forecast.likely == pytest.approx(300.0)


def test_too_little_history_is_refused() -> None:
    with pytest.raises(TooLittleHistory, match="27 days are known; a forecast needs 28"):
        forecast_month(TODAY - timedelta(LEAST_DAYS - 1), [1.0] * (LEAST_DAYS - 1), TODAY)


@given(st.lists(st.floats(0, 1e6), min_size=LEAST_DAYS, max_size=70), st.integers(0, 29), st.floats(0, 1e6))
@settings(max_examples=60, deadline=None)
def test_the_likely_sum_lies_between_its_bounds_and_never_under_what_was_spent(
    values: list[float], of_month: int, running: float
) -> None:
    today = date(2026, 11, 1) + DAY * of_month
    forecast = forecast_month(today - DAY * len(values), values, today, running=running)
    slack = 1e-6 * (1 + abs(forecast.high))
    assert forecast.known + running - slack <= forecast.low <= forecast.likely + slack
    assert forecast.likely <= forecast.high + slack


@pytest.mark.parametrize(("free", "right"), [(6, 1.440), (20, 1.325), (48, 1.299), (1_000, 1.282)])
def test_students_quantiles(free: int, right: float) -> None:
    assert student(80, free) == pytest.approx(right, abs=0.001)
