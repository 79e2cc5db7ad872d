"""The band of ordinary days: how often it is wrong about noise, what it finds, and where it has nothing to judge by."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchflow.metrics.spending.anomaly_band import LEAST_DAYS, WEEKDAYS, WINDOW, DaysOff, Least, judge

ANY = Least(Decimal(0), 0.0)
"""Whatever differs matters."""
WEEK = np.array([1.0, 1.1, 1.05, 1.0, 0.9, 0.2, 0.1])


def noise(series: int, days: int, seed: int = 1) -> np.ndarray:
    draw = np.random.default_rng(seed)
    season = np.resize(WEEK, days) * 100
    return season + draw.normal(0, 10, (series, days))


@pytest.mark.parametrize("weeks", [4, 5, 6, 7, 8])
def test_of_pure_noise_six_days_of_a_thousand_are_flagged_however_few_weeks_there_are(weeks: int) -> None:
    series = 4_000
    values = noise(series, weeks * WEEKDAYS + 1, seed=weeks)
    flagged = len(judge(values, weeks * WEEKDAYS, ANY).outliers) / series
    assert 0.003 < flagged < 0.009  # 0.6 %, give or take 2.5 standard errors of so many trials


def test_long_noise_is_flagged_as_rarely() -> None:
    values = noise(200, WINDOW + 90)
    assert len(judge(values, WINDOW, ANY).outliers) / (200 * 90) == pytest.approx(0.006, abs=0.002)


def test_quiet_weekends_make_the_band_of_working_days_no_narrower() -> None:
    """Pooled with weekends on which nothing happens the distances of working days flagged 16 % of them."""
    values = noise(400, WINDOW + 70)
    weekend = np.arange(WINDOW + 70) % WEEKDAYS >= 5
    values[:, weekend] = 0
    working = np.count_nonzero(~weekend[WINDOW:])
    assert len(judge(values, WINDOW, ANY).outliers) / (400 * working) == pytest.approx(0.006, abs=0.0025)


SUNDAY = 6


def off(days: int, *places: int) -> DaysOff:
    return DaysOff(np.isin(np.arange(days), places), SUNDAY)


def test_days_off_make_other_days_no_more_often_odd() -> None:
    """Four of 56 days are off and cost as little as a Sunday, two of them of the weekday that is judged: its band is wider for it."""
    values = noise(6_000, WINDOW + 1)
    values[:, [0, 21, 22, 45]] -= 90
    flagged = len(judge(values, WINDOW, ANY, off(WINDOW + 1, 0, 21, 22, 45)).outliers) / 6_000
    assert 0.001 < flagged < 0.0085


@pytest.mark.parametrize(("cost", "odd"), [(10, False), (60, False), (100, False), (400, True), (-60, True)])
def test_a_day_off_may_be_as_a_sunday_as_its_weekday_or_between(cost: float, odd: bool) -> None:
    values = noise(1, WINDOW + 1)
    values[0, WINDOW] = cost
    judged = judge(values, WINDOW, Least(Decimal(5), 0.0), off(WINDOW + 1, WINDOW))
    assert bool(judged.outliers) == odd
    assert judged.expected[0, 0] == np.median(values[0, SUNDAY:WINDOW:WEEKDAYS])


def test_without_its_calendar_a_holiday_is_out_of_the_ordinary() -> None:
    values = noise(1, WINDOW + 1)
    values[0, WINDOW] = 10
    assert [outlier.day for outlier in judge(values, WINDOW).outliers] == [WINDOW]


@given(st.integers(LEAST_DAYS, 100), st.sampled_from([-1, 1]), st.floats(70, 1e4), st.integers(0, 5))
@settings(max_examples=30, deadline=None)
def test_a_day_far_out_is_found_wherever_it_lies(day: int, side: int, size: float, seed: int) -> None:
    values = noise(1, 101, seed)
    values[0, day] += side * size + side * 60
    found = [outlier for outlier in judge(values, LEAST_DAYS).outliers if outlier.day == day]
    assert [(outlier.series, outlier.value) for outlier in found] == [(0, values[0, day])]
    assert not found[0].low <= found[0].value <= found[0].high


def test_what_two_do_in_opposite_directions_is_seen_in_each_and_not_in_their_sum() -> None:
    agents = noise(2, 80)
    agents[:, 75] += [400, -400]
    agents = np.concatenate([agents, agents.sum(axis=0, keepdims=True)])
    assert {outlier.series for outlier in judge(agents, 75).outliers if outlier.day == 75} == {0, 1}


def test_fewer_than_four_weeks_are_not_judged() -> None:
    values = noise(1, 60)
    values[0, : 60 - LEAST_DAYS] = np.nan
    values[0, 59] = 10_000
    judged = judge(values, 0)
    assert not judged.outliers
    assert np.isnan(judged.expected).all()


def test_a_series_that_begins_later_is_judged_from_its_fifth_week_on() -> None:
    values = noise(1, 60)
    values[0, :20] = np.nan
    values[0, [47, 48]] = 10_000
    assert [outlier.day for outlier in judge(values, 40).outliers] == [48]


def test_a_constant_use_is_judged_by_the_least_amounts_alone() -> None:
    values = np.full((3, 60), 20.0)
    values[:, 59] = [25.0, 25.01, 14.99]
    judged = judge(values, 56)
    assert [(outlier.series, outlier.expected) for outlier in judged.outliers] == [(1, 20.0), (2, 20.0)]


def test_where_most_days_are_alike_the_mean_distance_stands_in() -> None:
    """Seven of eight Mondays cost nothing, one cost 70: 70 × 7 ÷ 56 = 8.75 a day on the average, and 4 × 1.2533 of it are 43.87."""
    values = np.zeros((2, 57))
    values[:, 0:7] = 70
    values[:, 56] = [43.8, 43.9]
    assert [outlier.series for outlier in judge(values, 56, ANY).outliers] == [1]


@pytest.mark.parametrize(
    ("amount", "share", "found"), [("100", 0.0, 0), ("99.99", 0.0, 1), ("0", 1.0, 0), ("0", 0.99, 1)]
)
def test_a_day_has_to_differ_by_more_than_both_least_amounts(amount: str, share: float, found: int) -> None:
    values = np.full((1, 57), 100.0)
    values[0, 56] = 200.0
    assert len(judge(values, 56, Least(Decimal(amount), share)).outliers) == found
