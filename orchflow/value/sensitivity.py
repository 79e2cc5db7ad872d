"""How far a result depends on each assumption, and at which value of it nothing would be left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeAlias

Values: TypeAlias = Mapping[str, Decimal]
Result: TypeAlias = Callable[[Values], Decimal]
HALVINGS: Final = 60
STEPS: Final = 100
FAR: Final = 10
"""Of an assumption nothing is looked for beyond so many times what is expected."""


@dataclass(frozen=True)
class Range:
    """What may be assumed; `least` and `most` are what can be at all."""

    low: Decimal
    likely: Decimal
    high: Decimal
    least: Decimal = Decimal(0)
    most: Decimal | None = None


@dataclass(frozen=True)
class Swing:
    """The result with one assumption at its low and at its high value, all others as expected.

    `break_even` is the value of it at which the result is 0, None where there is none within what can be.
    """

    name: str
    at_low: Decimal
    at_high: Decimal
    break_even: Decimal | None

    @property
    def width(self) -> Decimal:
        """How far apart the two are."""
        return abs(self.at_high - self.at_low)


def tornado(result: Result, ranges: Mapping[str, Range]) -> list[Swing]:
    """The swing of each assumption, the widest first."""
    expected = {name: each.likely for name, each in ranges.items()}

    def of(name: str) -> Callable[[Decimal], Decimal]:
        return lambda value: result({**expected, name: value})

    swings = [
        Swing(name, of(name)(each.low), of(name)(each.high), break_even(of(name), each))
        for name, each in ranges.items()
    ]
    return sorted(swings, key=lambda swing: (-swing.width, swing.name))


def break_even(result: Callable[[Decimal], Decimal], within: Range) -> Decimal | None:
    """The value nearest to the expected one at which the result is 0 or changes its sign; None where it does not.

    The result need not rise or fall all the way: it is looked at in so many `STEPS` to either side. Only what turns back between two of
    them is not seen.
    """
    at_likely = result(within.likely)
    if at_likely == 0:
        return within.likely
    far = abs(within.likely) * FAR or Decimal(FAR)
    top = within.likely + far if within.most is None else within.most
    below = at_likely < 0

    def other(value: Decimal) -> bool:
        there = result(value)
        return there == 0 or (there < 0) is not below

    found = []
    for end in (within.least, top):
        stops = [within.likely + (end - within.likely) * step / STEPS for step in range(STEPS + 1)]
        crossed = next((place for place, stop in enumerate(stops) if other(stop)), None)
        if crossed is not None:
            found.append(_crossing(result, stops[crossed - 1], stops[crossed]))
    return min(found, key=lambda value: abs(value - within.likely), default=None)


def weakest(swings: list[Swing], ranges: Mapping[str, Range]) -> Swing | None:
    """The assumption that has to move least, against what is expected of it, until nothing is left."""
    known = [swing for swing in swings if swing.break_even is not None and ranges[swing.name].likely]
    return min(known, key=lambda swing: _moves(swing, ranges[swing.name]), default=None)


def _moves(swing: Swing, within: Range) -> Decimal:
    assert swing.break_even is not None
    return abs(swing.break_even - within.likely) / abs(within.likely)


def _crossing(result: Callable[[Decimal], Decimal], near: Decimal, far: Decimal) -> Decimal:
    below = result(near) < 0
    for _ in range(HALVINGS):
        middle = (near + far) / 2
        if (result(middle) < 0) is below and result(middle) != 0:
            near = middle
        else:
            far = middle
    return far
