"""Whether use can grow: known curves come back, and what cannot be said is not."""

from __future__ import annotations

import math
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchflow.metrics.scaling import CannotSay, Scaling, Week, fit

MONDAY = date(2026, 6, 1)


def weeks(runs: list[int], cost: list[float | None]) -> Scaling:
    """Weeks with these runs and this cost."""
    return Scaling(
        [
            Week(
                MONDAY + timedelta(weeks=place), count, None, None, None if amount is None else Decimal(str(amount)),
                None if amount is None else Decimal(str(amount)), None, None,
            )
            for place, (count, amount) in enumerate(zip(runs, cost, strict=True))
        ]
    )  # fmt: skip


def test_the_exponent_of_a_power_curve_is_its_elasticity() -> None:
    runs = [10, 20, 40, 80, 160, 320, 640, 1280]
    made = weeks(runs, [2 * count**0.8 for count in runs]).elasticity
    assert made.slope == pytest.approx(0.8, abs=1e-6)
    assert made.r2 == pytest.approx(1)
    assert (made.low, made.high) == (pytest.approx(0.8, abs=1e-4), pytest.approx(0.8, abs=1e-4))


def test_a_line_through_points_has_the_interval_of_its_slope() -> None:
    """By hand: x 1…8; y 2, 1, 4, 3, 6, 5, 8, 7: slope 38/42, left over 2.857…, its error √(0.476/42), t(6 free, 95 %) 2.447."""
    made = fit([1, 2, 3, 4, 5, 6, 7, 8], [2, 1, 4, 3, 6, 5, 8, 7])
    left = 42 - 38**2 / 42
    error = math.sqrt(left / 6 / 42)
    assert made.slope == pytest.approx(38 / 42)
    assert made.high - made.slope == pytest.approx(2.4469 * error, rel=2e-3)
    assert made.r2 == pytest.approx(1 - left / 42)


def test_a_thousand_more_runs_cost_the_slope_of_the_curve_at_todays_level() -> None:
    runs = [100, 200, 300, 400, 500, 600, 700, 800]
    made = weeks(runs, [0.5 * count for count in runs])
    assert made.cost_of_a_thousand == 500
    assert float(made.cost_of_more) == pytest.approx(500)


@pytest.mark.parametrize(
    ("runs", "cost", "why"),
    [
        ([10] * 7, [1.0] * 7, "7 whole weeks are known with runs and their cost; 8 are needed"),
        ([10] * 8, [1.0] * 8, "the same in every week"),
        ([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, None, 0, 6, 7, 8], "6 whole weeks"),
    ],
)  # fmt: skip
def test_what_cannot_be_said_says_why(runs: list[int], cost: list[float | None], why: str) -> None:
    with pytest.raises(CannotSay, match=why):
        _ = weeks(runs, cost).elasticity


def test_steady_growth_reaches_a_limit_when_it_says() -> None:
    runs = [round(1000 * 1.1**place) for place in range(10)]
    made = weeks(runs, [1.0] * 10)
    assert made.growth("runs").a_week == pytest.approx(0.1, abs=1e-3)
    assert made.weeks_until("runs", 2 * runs[-1]) == pytest.approx(math.log(2) / math.log(1.1), abs=0.05)
    assert made.weeks_until("runs", runs[-1] / 2) == 0


def test_a_week_without_runs_hides_no_growth() -> None:
    """A factory holiday among weeks that double: the last eight with runs tell it, and the level is that of the last week."""
    made = weeks([1, 2, 4, 8, 0, 32, 64, 128, 256], [1.0] * 9)
    growth = made.growth("runs")
    assert (growth.a_week, growth.level) == (pytest.approx(1), pytest.approx(256))


def test_too_few_weeks_with_runs_are_called_so() -> None:
    with pytest.raises(CannotSay, match="7 whole weeks are known with runs; 8 are needed"):
        weeks([1, 2, 3, 0, 5, 6, 0, 8, 9], [1.0] * 9).growth("runs")
    with pytest.raises(CannotSay, match="1 whole week is known with a cost; 8 are needed"):
        weeks([5] * 9, [1.0, *[None] * 8]).growth("total_cost")


@pytest.mark.parametrize(
    ("runs", "why"),
    [([80, 70, 60, 50, 40, 30, 20, 10], "does not grow"), ([1000, 1000, 1000, 1000, 1000, 1000, 1000, 1001], "Not within 5 years")],
)  # fmt: skip
def test_a_limit_that_is_not_in_sight_has_no_week(runs: list[int], why: str) -> None:
    with pytest.raises(CannotSay, match=why):
        weeks(runs, [1.0] * 8).weeks_until("runs", 1e9)


@given(
    st.floats(0.2, 2), st.floats(-3, 3),
    st.lists(st.integers(1, 100_000), min_size=8, max_size=26, unique=True),
)  # fmt: skip
def test_any_power_curve_comes_back(slope: float, level: float, runs: list[int]) -> None:
    x = [math.log(count) for count in runs]
    made = fit(x, [level + slope * at for at in x])
    assert made.slope == pytest.approx(slope, abs=1e-6)
    assert made.low <= made.slope <= made.high
