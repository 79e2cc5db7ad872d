"""Monte Carlo forecasts from past throughput: when so many tasks will be done, and how many by a day."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

Throughput = npt.NDArray[np.int64]
"""Tasks done per day, days without any included."""

TRIALS = 10_000
SEED = 20_260_501
CONFIDENCES = (50, 70, 85, 95)
LONGEST_DAYS = 3_653
"""Ten years: a forecast beyond it says so instead of giving a date."""

NO_PROGRESS = "no progress in the window"
_DRAWN_AT_ONCE = 2_000_000
_DAYS_A_VALUE = 10


@dataclass(frozen=True)
class Window:
    """The days whose throughput is sampled; `done` is how many tasks reached done in them."""

    start: date
    end: date
    days: int
    done: int


@dataclass(frozen=True)
class WhenForecast:
    """The day until which `remaining` tasks are done with each confidence; None: later than ten years from now.

    `message` says why there are no dates: no progress in the window, or nothing left to do. `chances` are days with
    the share of trials that were finished by them, for the chart.
    """

    made_on: date
    remaining: int
    dates: dict[int, date | None]
    chances: tuple[tuple[date, float], ...]
    window: Window
    trials: int
    seed: int
    message: str = ""


@dataclass(frozen=True)
class HowManyForecast:
    """How many tasks are done by the end of `by` with each confidence: reached or exceeded in that share of trials."""

    made_on: date
    by: date
    counts: dict[int, int]
    window: Window
    trials: int
    seed: int
    message: str = ""


def forecast_when(
    history: Throughput,
    window: Window,
    remaining: int,
    today: date,
    *,
    trials: int = TRIALS,
    seed: int = SEED,
) -> WhenForecast:
    """When `remaining` tasks will be done. Tomorrow is the first day on which work is done."""
    made = (today, remaining)
    if remaining <= 0:
        dates: dict[int, date | None] = dict.fromkeys(CONFIDENCES, today)
        return WhenForecast(*made, dates, ((today, 1.0),), window, trials, seed, "nothing is left to do")
    if not history.sum():
        return WhenForecast(*made, {}, (), window, trials, seed, NO_PROGRESS)
    days = np.sort(days_until_done(history, remaining, trials, seed))
    dates = {share: _day(today, int(days[_rank(share, trials)])) for share in CONFIDENCES}
    reached, counts = np.unique(days[days <= LONGEST_DAYS], return_counts=True)
    shares = np.cumsum(counts) / trials
    chances = tuple(
        (today + timedelta(days=int(day)), float(share)) for day, share in zip(reached, shares, strict=True)
    )
    message = "" if all(dates.values()) else "some dates lie more than ten years ahead"
    return WhenForecast(*made, dates, chances, window, trials, seed, message)


def forecast_how_many(
    history: Throughput, window: Window, by: date, today: date, *, trials: int = TRIALS, seed: int = SEED
) -> HowManyForecast:
    """How many tasks will be done from tomorrow to the end of `by`."""
    if not history.sum():
        return HowManyForecast(today, by, {}, window, trials, seed, NO_PROGRESS)
    counts = np.sort(done_within(history, max(0, (by - today).days), trials, seed))[::-1]
    reached = {share: int(counts[_rank(share, trials)]) for share in CONFIDENCES}
    return HowManyForecast(today, by, reached, window, trials, seed)


def days_until_done(history: Throughput, remaining: int, trials: int, seed: int) -> npt.NDArray[np.int64]:
    """For each trial the number of days, drawn from `history`, after which `remaining` tasks are done.

    Trials that take longer than `LONGEST_DAYS` have that number and one more.
    """
    draw = np.random.default_rng(seed)
    days = np.full(trials, LONGEST_DAYS + 1, dtype=np.int64)
    running, done, passed = np.arange(trials), np.zeros(trials, dtype=np.int64), 0
    while len(running) and passed < LONGEST_DAYS:
        likely = math.ceil((remaining - int(done.min())) / float(history.mean()) * 1.2) + 3
        length = max(1, min(likely, _DRAWN_AT_ONCE // len(running), LONGEST_DAYS - passed))
        drawn = history[draw.integers(0, len(history), (length, len(running)), dtype=np.uint16)]
        total = np.cumsum(drawn, axis=0) + done
        finished = total[-1] >= remaining
        # The totals never fall: the days on which a trial was short of the goal are the days before it.
        days[running[finished]] = passed + 1 + (total[:, finished] < remaining).sum(axis=0)
        running, done = running[~finished], total[-1][~finished]
        passed += length
    return days


def done_within(history: Throughput, days: int, trials: int, seed: int) -> npt.NDArray[np.int64]:
    """For each trial how many tasks are done in `days` days drawn from `history`."""
    draw = np.random.default_rng(seed)
    values, occurrences = np.unique(history, return_counts=True)
    if days <= _DAYS_A_VALUE * len(values):
        drawn = history[draw.integers(0, len(history), (days, trials), dtype=np.uint16)]
        summed: npt.NDArray[np.int64] = drawn.sum(axis=0, dtype=np.int64)
        return summed
    # Over many days it is quicker, and the same, to draw how often each value comes up.
    often = draw.multinomial(days, occurrences / len(history), size=trials)
    done: npt.NDArray[np.int64] = often @ values
    return done


def _rank(share: int, trials: int) -> int:
    """The position, in order, of the trial that the given share of trials does not come after."""
    return -(-share * trials // 100) - 1


def _day(today: date, days: int) -> date | None:
    return today + timedelta(days=days) if days <= LONGEST_DAYS else None
