"""From everything that is said to be gained down to what was verified, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from orchflow.value.tables import Grade

ZERO = Decimal(0)


@dataclass(frozen=True)
class Step:
    """A bar: what it is called, how it changes what was left (`change`), and what is left after it."""

    name: str
    change: Decimal
    left: Decimal


def waterfall(gross: Decimal, by_grade: Mapping[Grade, Decimal]) -> tuple[Step, ...]:
    """The steps from `gross` to what is verified; the changes add up to it. `by_grade` is the value after recapture."""
    left = gross
    steps = [Step("Gross", gross, gross)]
    recaptured = sum(by_grade.values(), ZERO)
    losses = [
        ("Not recaptured", gross - recaptured),
        *((f"Only {grade}", by_grade.get(grade, ZERO)) for grade in Grade if grade is not Grade.VERIFIED),
    ]
    for name, loss in losses:
        left -= loss
        steps.append(Step(name, -loss, left))
    return (*steps, Step("Verified", ZERO, left))
