"""Amounts as they are shown, so that the parts that are shown add up to the whole that is shown."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

from orchflow.currencies import places

NOTHING = Decimal(0)


def smallest_coin(currency: str) -> Decimal:
    """The step in which amounts of a currency are shown: 0.01 for most, 1 for yen."""
    return Decimal(1).scaleb(-places(currency))


def to_coins(amount: Decimal, coin: Decimal) -> Decimal:
    """The amount to the next multiple of `coin`; halfway to the even one."""
    return (amount / coin).to_integral_value(ROUND_HALF_EVEN) * coin


def shared_out(parts: Sequence[Decimal], coin: Decimal, whole: Decimal | None = None) -> list[Decimal]:
    """The parts in multiples of `coin` that add up to `whole` (their own sum, rounded, without one).

    Each is cut down; the coins that are left go to the parts with the largest remainders, the first of equal ones first.
    ValueError where `whole` is no multiple of `coin`.
    """
    target = to_coins(sum(parts, NOTHING), coin) if whole is None else whole
    if target % coin:
        raise ValueError(f"{target} is no multiple of {coin}")
    floors = [(part / coin).to_integral_value(ROUND_FLOOR) * coin for part in parts]
    if not floors:
        return []
    left = int((target - sum(floors, NOTHING)) / coin)
    order = sorted(range(len(parts)), key=lambda place: (floors[place] - parts[place], place))
    each, more = divmod(left, len(parts))
    for rank, place in enumerate(order):
        floors[place] += coin * (each + (rank < more))
    return floors
