"""How cost, times and errors go with use, week by week; and how soon what is used reaches a limit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

import numpy as np

from orchflow.metrics.spending.forecast import student

WEEK = timedelta(days=7)
LOOKED_AT = 26
"""Weeks up to the end of the period; fewer where facts are younger."""
LEAST_WEEKS = 8
GROWING = 8
"""So many of the last weeks of which something is known tell how fast it grows."""
RECENT = 4
"""So many tell the level of today."""
FARTHEST = 5 * 52
"""Weeks: what lies farther ahead is not said."""
CONFIDENCE = 95


@dataclass(frozen=True)
class Week:
    """What was used from the Monday `start` to the Sunday after it, and what it cost; None where it is not known."""

    start: date
    runs: int | None
    users: int | None
    agents_used: int | None
    cost: Decimal | None
    total_cost: Decimal | None
    error_rate: float | None
    p95_latency_ms: float | None

    @property
    def cost_per_run(self) -> Decimal | None:
        """Cost of models for one run."""
        return None if self.cost is None or not self.runs else self.cost / self.runs


@dataclass(frozen=True)
class Line:
    """The straight line through points with the least squares: `slope`, within `low` and `high` in 95 of 100 samples, and the share
    `r2` of what moves that it explains, over `count` points."""

    slope: float
    intercept: float
    low: float
    high: float
    r2: float
    count: int


class CannotSay(ValueError):
    """Why nothing can be said."""


def fit(x: Sequence[float], y: Sequence[float], of: str = "runs") -> Line:
    """The line through so many points, of weeks with something in words; CannotSay of too few, or where `x` does not move."""
    if len(x) < LEAST_WEEKS:
        are = "week is" if len(x) == 1 else "weeks are"
        raise CannotSay(f"{len(x)} whole {are} known with {of}; {LEAST_WEEKS} are needed")
    across, up = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    spread = float(((across - across.mean()) ** 2).sum())
    if spread < 1e-9:
        raise CannotSay("Use was the same in every week: nothing follows from it")
    slope = float(((across - across.mean()) * (up - up.mean())).sum()) / spread
    intercept = float(up.mean()) - slope * float(across.mean())
    left = float(((up - intercept - slope * across) ** 2).sum())
    moved = float(((up - up.mean()) ** 2).sum())
    reach = student(CONFIDENCE, len(x) - 2) * math.sqrt(left / (len(x) - 2) / spread)
    return Line(
        slope, intercept, slope - reach, slope + reach, 1 - left / moved if moved > 1e-12 else 1.0, len(x)
    )


@dataclass(frozen=True)
class Growth:
    """By which factor use grows `a_week`, and its `level` in the last week as the curve has it."""

    a_week: float
    level: float


class Scaling:
    """The whole weeks up to the end of a period, the oldest first, and what follows from them."""

    def __init__(self, weeks: Sequence[Week]) -> None:
        self.weeks = tuple(weeks)

    @cached_property
    def elasticity(self) -> Line:
        """Of the logarithm of cost on that of runs: by how many percent cost goes up where runs go up by one. CannotSay."""
        known = [(math.log(week.runs), math.log(week.cost)) for week in self.weeks if week.runs and week.cost]
        return fit([runs for runs, _ in known], [cost for _, cost in known], "runs and their cost")

    @property
    def cost_of_more(self) -> Decimal:
        """What 1,000 more runs cost at today's level: the slope of the curve there. CannotSay."""
        return self.cost_of_a_thousand * Decimal(str(round(self.elasticity.slope, 12)))

    @property
    def cost_of_a_thousand(self) -> Decimal:
        """What 1,000 runs cost on average in the last weeks. CannotSay where there are none."""
        lately = [week for week in self.weeks[-RECENT:] if week.runs and week.cost is not None]
        if not lately:
            raise CannotSay("No runs with a cost in the last weeks")
        return (
            1000
            * sum((week.cost or Decimal(0) for week in lately), Decimal(0))
            / sum(week.runs or 0 for week in lately)
        )

    def growth(self, key: str) -> Growth:
        """How `runs` or `total_cost` grow over the last weeks that have any, as a curve of steady growth has it. CannotSay."""
        had = [
            (place, float(value)) for place, week in enumerate(self.weeks) if (value := getattr(week, key))
        ]
        known = had[-GROWING:]
        if any(value < 0 for _, value in known):
            raise CannotSay("A week has less than nothing: no growth follows from it")
        of = "runs" if key == "runs" else "a cost"
        line = fit([float(place) for place, _ in known], [math.log(value) for _, value in known], of)
        last = len(self.weeks) - 1
        return Growth(math.exp(line.slope) - 1, math.exp(line.intercept + line.slope * last))

    def weeks_until(self, key: str, limit: float) -> float:
        """Weeks until so much a week is reached at the present growth; 0 where it is. CannotSay where it is not in sight."""
        growth = self.growth(key)
        if growth.level >= limit:
            return 0.0
        if growth.a_week <= 0:
            raise CannotSay("It does not grow: at this pace the limit is not reached")
        weeks = math.log(limit / growth.level) / math.log(1 + growth.a_week)
        if weeks > FARTHEST:
            raise CannotSay(f"Not within {FARTHEST // 52} years at this pace")
        return weeks
