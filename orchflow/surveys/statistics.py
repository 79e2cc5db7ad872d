"""Means and shares of counts, with their intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Final

_Z: Final = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Estimate:
    """A value and its interval of 95 %, as if those who answered had been drawn by chance."""

    value: float
    low: float
    high: float


def mean(histogram: Mapping[int, int], options: Sequence[int]) -> Estimate | None:
    """The mean of what was chosen among `options`; None of fewer than two."""
    count = sum(histogram.values())
    if count < 2:
        return None
    middle = sum(value * n for value, n in histogram.items()) / count
    variance = sum(n * (value - middle) ** 2 for value, n in histogram.items()) / (count - 1)
    reach = _student(count - 1) * sqrt(variance / count)
    return Estimate(middle, max(middle - reach, min(options)), min(middle + reach, max(options)))


def share(part: int, count: int) -> Estimate | None:
    """A share with Wilson's interval; None of nobody."""
    if not count:
        return None
    p, square = part / count, _Z * _Z / count
    centre = (p + square / 2) / (1 + square)
    reach = _Z * sqrt(p * (1 - p) / count + square / count / 4) / (1 + square)
    return Estimate(p, max(centre - reach, 0.0), min(centre + reach, 1.0))


def ratio(part: int, whole: int, squares: Mapping[str, int], count: int) -> Estimate | None:
    """The share of a sum (`part` of `whole`) over `count` people, by the sums of their squares and products; None of nothing."""
    if not whole or count < 2:
        return None
    value = min(max(part / whole, 1 / count), 1 - 1 / count)  # 0 % and 100 % would tell everybody's own
    left = squares["back_back"] - 2 * value * squares["saved_back"] + value * value * squares["saved_saved"]
    reach = _student(count - 1) * sqrt(max(left, 0) / (count - 1) / count) / (whole / count)
    return Estimate(value, max(value - reach, 0.0), min(value + reach, 1.0))


def _student(degrees: int) -> float:
    """The quantile of Student's distribution for 95 %, by its expansion about the normal one."""
    z, v = _Z, degrees
    first = (z**3 + z) / (4 * v)
    second = (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v**2)
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * v**3)
    return z + first + second + third
