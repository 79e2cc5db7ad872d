"""The positive roots of a polynomial, all of them, to as many digits as the context keeps."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, getcontext
from itertools import pairwise

ZERO = Decimal(0)


def positive_roots(coefficients: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Every x > 0 at which the sum of coefficient × x to the power of its place is 0, each once, in order.

    Between two neighbouring roots of its derivative a polynomial crosses 0 at most once: so none is missed, however close.
    """
    terms = _trimmed([Decimal(each) for each in coefficients])
    if _changes_of_sign(terms) == 0:
        return ()
    bound = 1 + max(abs(each / terms[-1]) for each in terms[:-1])
    turns = positive_roots(_derivative(terms)) if _changes_of_sign(terms) > 1 else ()
    found: list[Decimal] = []
    for low, high in pairwise([ZERO, *(turn for turn in turns if turn < bound), bound]):
        at_low, at_high = _value(terms, low), _value(terms, high)
        if low and _nothing(terms, low, at_low):
            found.append(low)
        elif at_low * at_high < 0 and not _nothing(terms, high, at_high):
            found.append(_between(terms, low, high))
    return tuple(found)


def _trimmed(terms: list[Decimal]) -> list[Decimal]:
    """Without zeros at either end: neither changes a positive root."""
    while terms and terms[-1] == 0:
        terms.pop()
    while terms and terms[0] == 0:
        terms.pop(0)
    return terms


def _changes_of_sign(terms: Sequence[Decimal]) -> int:
    signs = [each > 0 for each in terms if each]
    return sum(one != other for one, other in pairwise(signs))


def _derivative(terms: Sequence[Decimal]) -> list[Decimal]:
    return [place * each for place, each in enumerate(terms)][1:]


def _value(terms: Sequence[Decimal], x: Decimal) -> Decimal:
    total = ZERO
    for each in reversed(terms):
        total = total * x + each
    return total


def _nothing(terms: Sequence[Decimal], x: Decimal, value: Decimal) -> bool:
    """Whether the value at a turn is 0 but for the last digits: there it only touches 0."""
    size = sum((abs(each) * x**place for place, each in enumerate(terms)), ZERO)
    return abs(value) <= size * Decimal(10) ** (4 - getcontext().prec // 2)


def _between(terms: Sequence[Decimal], low: Decimal, high: Decimal) -> Decimal:
    rises = _value(terms, low) < 0
    for _ in range(4 * getcontext().prec):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if (_value(terms, middle) < 0) is rises:
            low = middle
        else:
            high = middle
    return (low + high) / 2
