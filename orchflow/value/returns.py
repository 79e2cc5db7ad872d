"""The arithmetic of returns: present values, rates of return, payback. Money in and out as decimals; nothing here reads anything.

Flows are those of year 0, which is not discounted, of year 1, and so on. A rate is a share: 0.1 is ten percent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from itertools import accumulate, pairwise, zip_longest
from typing import Final

from orchflow.errors import Invalid, Problem
from orchflow.value.polynomials import positive_roots

DIGITS: Final = 40
TINY: Final = Decimal("0.05")
"""Where less than this part of all costs falls in year 0, a rate of return says nothing."""
MONTHS: Final = 12
ZERO: Final = Decimal(0)


def npv(rate: Decimal, flows: Sequence[Decimal]) -> Decimal:
    """What the flows are worth at the beginning; Invalid for a rate of -100 % or less, and without flows."""
    if rate <= -1:
        said = f"is {rate * 100:f} %: later years would be divided by nothing, so it must be above -100 %"
        raise Invalid([Problem(None, "discount_rate", said)])
    if not flows:
        raise Invalid([Problem(None, "horizon", "is of no year: a return needs at least one")])
    with localcontext(prec=DIGITS):
        return sum((flow / (1 + rate) ** year for year, flow in enumerate(flows)), ZERO)


def net_flows(benefits: Sequence[Decimal], costs: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Benefits less costs of each year; years that one of them lacks have nothing."""
    return tuple(gain - cost for gain, cost in zip_longest(benefits, costs, fillvalue=ZERO))


def roi(benefits: Decimal, costs: Decimal) -> Decimal | None:
    """What is gained beyond the costs as a part of them; None without costs, of which nothing can be a part."""
    return (benefits - costs) / costs if costs else None


@dataclass(frozen=True)
class RateOfReturn:
    """Every rate at which the flows are worth nothing, in order; `rate` is it where there is exactly one and it means something.

    `said` tells why there is none.
    """

    solutions: tuple[Decimal, ...]
    rate: Decimal | None
    said: str = ""


def irr(flows: Sequence[Decimal], costs: Sequence[Decimal] = ()) -> RateOfReturn:
    """The internal rate of return; with the `costs` of each year it is hidden where hardly any of them fall in year 0."""
    with localcontext(prec=DIGITS):
        roots = positive_roots(flows)
        rates = tuple(sorted(1 / root - 1 for root in roots))
    if not rates:
        return RateOfReturn((), None, "No rate of return: at no rate are these flows worth nothing")
    if len(rates) > 1:
        listed = " and ".join(f"{rate:.1%}" for rate in rates)
        return RateOfReturn(rates, None, f"{len(rates)} rates of return: {listed}, so none of them is it")
    whole = sum(costs, ZERO)
    if whole and costs[0] < TINY * whole:
        said = f"Not shown: only {costs[0] / whole:.1%} of the costs fall at the beginning, which makes any rate large"
        return RateOfReturn(rates, None, said)
    return RateOfReturn(rates, rates[0])


@dataclass(frozen=True)
class Payback:
    """After how many months the sum of the flows is never below 0 again; None where that is not reached, with why."""

    months: Decimal | None
    said: str = ""


def payback(flows: Sequence[Decimal], costs: Sequence[Decimal] = (), *, months: int = MONTHS) -> Payback:
    """The point from which the sum stays at or above 0, counted after the first cost.

    The first flow falls at the beginning, every later one evenly over its period of so many `months`. `costs` are those of
    each period; without them the first negative flow is the first cost.
    """
    spent = [cost > 0 for cost in costs] if costs else [flow < 0 for flow in flows]
    if True not in spent:
        return Payback(None, "Nothing was spent, so nothing has to be paid back")
    sums = list(accumulate(flows))
    below = [place for place in range(spent.index(True), len(sums)) if sums[place] < 0]
    if not below:
        return Payback(ZERO)
    last = below[-1]
    if last == len(sums) - 1:
        return Payback(None, f"Not reached: {-sums[last]:,.0f} are still to be earned at the end")
    with localcontext(prec=DIGITS):
        return Payback((last + -sums[last] / flows[last + 1]) * months)


def relapses(sums: Sequence[Decimal]) -> int:
    """How many times a cumulative line that was at or above 0 falls below it again."""
    return sum(before >= 0 > after for before, after in pairwise(sums))


def by_year(months: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Flows of months as flows of years: nothing in year 0, the first twelve months in year 1, and so on."""
    years = [sum(months[start : start + MONTHS], ZERO) for start in range(0, len(months), MONTHS)]
    return (ZERO, *years)


def capacity_lost(people: Decimal, a_year: Decimal, part: Decimal, months: Decimal) -> Decimal:
    """What the dip at the beginning costs: people who get `part` less done for so many months."""
    return people * a_year * part * months / MONTHS
