"""Monte Carlo forecasts: exact where they can be, the same for the same seed, honest where nothing moves."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from orchflow.planning.flow.forecast import (
    LONGEST_DAYS,
    NO_PROGRESS,
    HowManyForecast,
    WhenForecast,
    Window,
    days_until_done,
    done_within,
    forecast_how_many,
    forecast_when,
)

TODAY = date(2026, 5, 8)


def when(history: list[int], remaining: int, **options: int) -> WhenForecast:
    return forecast_when(np.array(history, dtype=np.int64), window(history), remaining, TODAY, **options)


def how_many(history: list[int], by: date) -> HowManyForecast:
    return forecast_how_many(np.array(history, dtype=np.int64), window(history), by, TODAY)


def window(history: list[int]) -> Window:
    return Window(date(2026, 4, 1), date(2026, 5, 7), len(history), sum(history))


def test_constant_throughput_gives_one_date_for_every_confidence() -> None:
    found = when([2, 2, 2], remaining=7)
    assert found.dates == dict.fromkeys((50, 70, 85, 95), date(2026, 5, 12))
    assert found.trials == 10_000


def test_no_throughput_says_so_and_names_no_date() -> None:
    found = when([0, 0, 0], remaining=7)
    assert (found.message, found.dates, found.chances) == (NO_PROGRESS, {}, ())
    assert when([], remaining=7).message == NO_PROGRESS


def test_nothing_remaining_is_done_today() -> None:
    assert set(when([0, 1], remaining=0).dates.values()) == {TODAY}


def test_days_without_progress_are_drawn_as_well() -> None:
    days = days_until_done(np.array([0, 1]), 100, 10_000, seed=1)
    # The sum of 100 geometric numbers with p = 1/2: mean 200, standard deviation about 14.1.
    assert days.mean() == pytest.approx(200, abs=1)
    assert days.std() == pytest.approx(200**0.5, abs=0.5)


def test_a_confidence_is_the_share_of_trials_that_were_done_by_the_date() -> None:
    found = when([0, 1, 3], remaining=40)
    chances = dict(found.chances)
    for share, day in found.dates.items():
        assert day is not None
        assert chances[day] >= share / 100
        assert max((chance for other, chance in chances.items() if other < day), default=0) < share / 100


@pytest.mark.parametrize(
    ("trials", "ranks"),
    [(20, {50: 10, 70: 14, 85: 17, 95: 19}), (10, {50: 5, 70: 7, 85: 9, 95: 10})],
)
def test_a_confidence_is_the_trial_at_its_rank(trials: int, ranks: dict[int, int]) -> None:
    """Of 20 trials in order, 85 % is the 17th; of 10, the 9th: the first that at least 85 % do not exceed."""
    rare = [0] * 40 + [1]
    days = sorted(days_until_done(np.array(rare), 20, trials, seed=7).tolist())
    assert len(set(days)) == trials  # no neighbour may stand in for another
    found = when(rare, remaining=20, trials=trials, seed=7)
    assert found.dates == {share: TODAY + timedelta(days=days[rank - 1]) for share, rank in ranks.items()}


@pytest.mark.parametrize(
    ("trials", "ranks"),
    [(20, {50: 10, 70: 14, 85: 17, 95: 19}), (10, {50: 5, 70: 7, 85: 9, 95: 10})],
)
def test_how_many_is_the_trial_at_its_rank_counted_from_the_best(trials: int, ranks: dict[int, int]) -> None:
    wide = list(range(1, 2_000))
    counts = sorted(done_within(np.array(wide), 10, trials, seed=7).tolist(), reverse=True)
    assert len(set(counts)) == trials
    found = forecast_how_many(
        np.array(wide), window(wide), TODAY + timedelta(days=10), TODAY, trials=trials, seed=7
    )
    assert found.counts == {share: counts[rank - 1] for share, rank in ranks.items()}


def test_the_chances_are_the_shares_of_trials_finished_by_each_day() -> None:
    rare = [0] * 40 + [1]
    days = days_until_done(np.array(rare), 20, 20, seed=7)
    assert when(rare, remaining=20, trials=20, seed=7).chances == tuple(
        (TODAY + timedelta(days=int(day)), pytest.approx(float((days <= day).mean()))) for day in sorted(days)
    )


def test_a_forecast_for_today_is_of_nothing_more() -> None:
    assert set(how_many([3], TODAY).counts.values()) == {0}
    assert set(how_many([3], date(2026, 5, 9)).counts.values()) == {3}


def test_ten_years_is_the_last_day_that_is_named() -> None:
    last = TODAY + timedelta(days=LONGEST_DAYS)
    assert set(when([1], remaining=LONGEST_DAYS).dates.values()) == {last}
    assert set(when([1], remaining=LONGEST_DAYS + 1).dates.values()) == {None}


def test_the_same_seed_gives_the_same_forecast() -> None:
    assert when([0, 1, 3], 40, seed=7) == when([0, 1, 3], 40, seed=7)
    assert when([0, 1, 3], 40, seed=7).chances != when([0, 1, 3], 40, seed=8).chances


def test_dates_beyond_ten_years_are_not_given() -> None:
    found = when([0] * 1000 + [1], remaining=500)
    assert set(found.dates.values()) == {None}
    assert "ten years" in found.message


def test_how_many_is_exact_for_constant_throughput() -> None:
    assert how_many([3, 3], date(2026, 5, 18)).counts == dict.fromkeys((50, 70, 85, 95), 30)


def test_how_many_is_the_count_that_so_many_trials_reach_or_exceed() -> None:
    counts = how_many([0, 2], date(2026, 5, 9)).counts
    assert counts == {50: pytest.approx(1, abs=1), 70: 0, 85: 0, 95: 0}
    assert how_many([1, 2], date(2026, 5, 9)).counts[85] == 1


def test_how_many_without_throughput_says_so() -> None:
    found = how_many([0], date(2026, 6, 1))
    assert (found.message, found.counts) == (NO_PROGRESS, {})


def test_many_days_are_as_likely_as_few() -> None:
    history = np.array([0, 1, 5], dtype=np.int64)
    for days in (20, 2_000):  # drawn day by day, and by how often each value comes up
        done = done_within(history, days, 10_000, seed=1)
        assert done.mean() == pytest.approx(2 * days, rel=0.02)
        assert done.std() == pytest.approx((days * 14 / 3) ** 0.5, rel=0.05)
