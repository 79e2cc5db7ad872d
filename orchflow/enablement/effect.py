"""What an intervention, as a training, changed: those who had it against those who had not, before and after.

It is *observational*: nobody drew lots who had it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist, fmean, variance
from typing import Final

from orchflow.errors import Invalid, Problem

LEAST_PEOPLE: Final = 20
CONFIDENCE: Final = 0.95


@dataclass(frozen=True)
class Measured:
    """How a group stood at a time: mean, variance of it (its standard error squared) and how many it is of."""

    mean: float
    squared_error: float
    people: int


@dataclass(frozen=True)
class Effect:
    """The difference of the differences with its interval, and the difference of the trends before; or why there is none (`refused`)."""

    value: float | None
    low: float | None = None
    high: float | None = None
    trend_apart: float | None = None
    refused: str = ""

    @property
    def significant(self) -> bool:
        """Whether the interval leaves 0 out."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


def measured(values: Sequence[float]) -> Measured:
    """A group from the values of its members; Invalid where they are fewer than two, for one alone does not vary."""
    if len(values) < 2:
        raise Invalid(
            [Problem(None, "values", "are of fewer than two people: nothing is known of their variance")]
        )
    return Measured(fmean(values), variance(values) / len(values), len(values))


def difference_in_differences(
    treated: tuple[Measured, Measured], control: tuple[Measured, Measured], *, least: int = LEAST_PEOPLE
) -> Effect:
    """The effect on `treated` (before, after) beside `control`, each of the four groups measured for itself."""
    few = min(group.people for group in (*treated, *control))
    if few < least:
        return Effect(
            None, refused=f"A side is of {few} people: under {least} nothing can be told apart from chance"
        )
    value = (treated[1].mean - treated[0].mean) - (control[1].mean - control[0].mean)
    error = sqrt(sum(group.squared_error for group in (*treated, *control)))
    return _within(value, error)


def effect_on_members(
    treated: Sequence[Sequence[float]], control: Sequence[Sequence[float]], *, least: int = LEAST_PEOPLE
) -> Effect:
    """The same of frozen cohorts: each member by (a time further back, before, after), compared with themselves.

    Refused under `least` members, and where the two sides moved apart before already: an interval of the difference of
    their trends that leaves 0 out.
    """
    few = min(len(treated), len(control))
    if few < max(least, 2):
        return Effect(
            None, refused=f"A side is of {few} people: under {least} nothing can be told apart from chance"
        )
    trend = _of_changes(treated, control, 0, 1)
    if trend.significant:
        return Effect(
            None, trend_apart=trend.value,
            refused="Those who had it and those who had not went apart before it already, so that nothing after it is its own",
        )  # fmt: skip
    effect = _of_changes(treated, control, 1, 2)
    return Effect(effect.value, effect.low, effect.high, trend.value)


def _of_changes(
    treated: Sequence[Sequence[float]], control: Sequence[Sequence[float]], one: int, other: int
) -> Effect:
    sides = [measured([member[other] - member[one] for member in side]) for side in (treated, control)]
    return _within(sides[0].mean - sides[1].mean, sqrt(sum(side.squared_error for side in sides)))


def _within(value: float, error: float) -> Effect:
    reach = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2) * error
    return Effect(value, value - reach, value + reach)
