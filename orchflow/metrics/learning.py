"""Whether people get faster with agents: the curve of durations over a person's n-th run, fitted within people."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orchflow.metrics.queries import rows
from orchflow.metrics.spending.forecast import student
from orchflow.people.small_groups import SMALLEST_GROUP, WITHHELD

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

MOST = 50
"""So many first runs of a person are looked at."""
LEAST_RUNS = 30
CONFIDENCE = 95
OF_EVERYBODY = f"{WITHHELD}: this is told of everybody, so clear the filters"


@dataclass(frozen=True)
class Attempt:
    """Everybody's n-th completed run: how many people made it, the median of its milliseconds, and what the curve has there."""

    n: int
    people: int
    median_ms: float
    curve_ms: float


@dataclass(frozen=True)
class Learning:
    """T(n) = T1 · n^b within people: `exponent` b within `low` and `high` in 95 of 100 samples, `first_ms` T1.

    `rate` is what a doubling of experience leaves of the time: 0.8 where it takes a fifth less. `r2` is the share of what moves
    within people that the curve explains.
    """

    exponent: float
    low: float
    high: float
    r2: float
    first_ms: float
    runs: int
    people: int
    attempts: tuple[Attempt, ...]

    @property
    def rate(self) -> float:
        """What is left of the time after a doubling of runs."""
        return math.pow(2, self.exponent)

    @property
    def rates(self) -> tuple[float, float]:
        """The interval of `rate`."""
        return math.pow(2, self.low), math.pow(2, self.high)


class NoCurve(ValueError):
    """Why there is none."""


def read_learning(facts: Facts) -> Learning:
    """The curve of the runs up to the end of the period, of those that the filters choose. NoCurve with the reason where nothing can
    be said, or told to its reader.

    Who may not see single people's figures is told that of everybody, up to the end of a whole stretch of days: what is subtracted of
    two narrowed curves, or of those of two days, may be one person's.
    """
    period = facts.period
    if not facts.privacy.people:
        if facts.filters.narrowed:
            raise NoCurve(OF_EVERYBODY)
        if facts.told is None or not facts.tells("run_lines"):
            raise NoCurve(WITHHELD)
    asked = {
        name: list(getattr(period, name)) or None for name in ("agents", "organizations", "users", "sources")
    }
    told = rows(facts.warehouse, "learning", asked | {"end": period.end, "most": MOST})
    people = [row for row in told if row["n"] is None]
    if not facts.privacy.people and 0 < len(people) < SMALLEST_GROUP:
        raise NoCurve(WITHHELD)
    least = 1 if facts.privacy.people else SMALLEST_GROUP
    return learning(people, [row for row in told if row["n"] is not None and row["runs"] >= least])


def learning(people: Sequence[dict[str, Any]], attempts: Sequence[dict[str, Any]]) -> Learning:
    """The curve of sums by person (runs, x, y, xx, xy, yy), each with a level of their own. NoCurve under thirty runs."""
    runs = sum(row["runs"] for row in people)
    if runs < LEAST_RUNS:
        raise NoCurve(f"{runs} completed runs of people are known; a curve needs {LEAST_RUNS}")
    xx, xy, yy = (
        sum(row[both] - row[one] * row[other] / row["runs"] for row in people)
        for both, one, other in (("xx", "x", "x"), ("xy", "x", "y"), ("yy", "y", "y"))
    )
    free = runs - len(people) - 1
    if xx < 1e-9 or free < 4:
        raise NoCurve("Hardly anybody has made a second run: nothing follows from first ones")
    exponent = xy / xx
    left = max(yy - exponent * xy, 0.0)
    reach = student(CONFIDENCE, free) * math.sqrt(left / free / xx)
    level = (sum(row["y"] for row in people) - exponent * sum(row["x"] for row in people)) / runs
    made = tuple(
        Attempt(row["n"], row["runs"], row["median_ms"], math.exp(level + exponent * math.log(row["n"])))
        for row in attempts
    )
    return Learning(
        exponent, exponent - reach, exponent + reach, 1 - left / yy if yy > 1e-9 else 1.0, math.exp(level), runs, len(people), made,
    )  # fmt: skip
