"""Why a cost moved: volume, mix, tokens and rate, which add up to the difference to the last coin.

Two periods are laid side by side by a key, such as the model. With q the quantity (runs or calls), c the cost, p = c ÷ q and a
the old average over all keys:

- volume = (new quantity − old) × a;
- mix = Σ q_new × p_old − all of q_new × a: what use shifted to dearer or cheaper ones; a new key has no old price and counts with
  its own, one that is no longer used leaves;
- tokens = Σ q_new × (tokens a unit_new − old) × rate_old, rate = Σ q_new × tokens a unit_new × (rate_new − old): the price effect
  at new quantities, taken apart. Without tokens on either side all of it is rate;
- apart = amounts of keys on the side on which they have no quantity: credits and corrections.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, replace
from decimal import Decimal, localcontext

from orchflow.insights.cents import NOTHING, shared_out, to_coins

PRECISION = 60
"""Digits that are carried: sums of quotients differ from their whole behind the fiftieth."""


@dataclass(frozen=True)
class Use:
    """What one key had in a period: `quantity` in runs or calls, `tokens` read and written, `cost` in the workspace's currency."""

    quantity: Decimal = NOTHING
    tokens: Decimal = NOTHING
    cost: Decimal = NOTHING


@dataclass(frozen=True)
class Pair:
    """One key in both periods."""

    key: str
    before: Use
    now: Use


@dataclass(frozen=True)
class Effects:
    """What each cause made of a difference; `total` is their sum."""

    volume: Decimal = NOTHING
    mix: Decimal = NOTHING
    tokens: Decimal = NOTHING
    rate: Decimal = NOTHING
    apart: Decimal = NOTHING

    @property
    def price(self) -> Decimal:
        """Price at new quantities: tokens and rate, which can cancel out."""
        return self.tokens + self.rate

    @property
    def total(self) -> Decimal:
        """The whole difference."""
        with localcontext() as context:
            context.prec = PRECISION
            return self.volume + self.mix + self.tokens + self.rate + self.apart


@dataclass(frozen=True)
class KeyEffects:
    """What one key contributed. `state`: `new`, `retired`, or empty for one that is in both periods."""

    key: str
    effects: Effects
    state: str = ""


@dataclass(frozen=True)
class Explained:
    """A difference with its causes, in coins: `before` + `effects` = `now`, and the effects of `keys` are those of the whole."""

    before: Decimal
    now: Decimal
    effects: Effects
    keys: tuple[KeyEffects, ...]

    @property
    def delta(self) -> Decimal:
        """By how much it moved."""
        return self.now - self.before


def effects_of(pairs: Iterable[Pair]) -> tuple[KeyEffects, ...]:
    """What each key contributed to the difference of all, before anything is rounded."""
    pairs = tuple(pairs)
    with localcontext() as context:
        context.prec = PRECISION
        before = sum((pair.before.quantity for pair in pairs), NOTHING)
        now = sum((pair.now.quantity for pair in pairs), NOTHING)
        # Nothing to measure by: all that is there now is more use.
        growth = now / before - 1 if before else None
        return tuple(KeyEffects(pair.key, _of(pair, growth), _state(pair)) for pair in pairs)


def explain(pairs: Iterable[Pair], coin: Decimal, sides: tuple[Decimal, Decimal] | None = None) -> Explained:
    """The difference of all with its causes, in multiples of `coin`; keys by the size of what they contributed.

    `sides` are what all cost before and now where they are a part of something and were rounded with it.
    """
    pairs = tuple(pairs)
    keys = effects_of(pairs)
    with localcontext() as context:
        context.prec = PRECISION
        before, now = sides or (
            to_coins(sum((pair.before.cost for pair in pairs), NOTHING), coin),
            to_coins(sum((pair.now.cost for pair in pairs), NOTHING), coin),
        )
        columns = list(zip(*(astuple(key.effects) for key in keys), strict=True))
        sums = [sum(column, NOTHING) for column in columns] or [NOTHING] * 5
        effects = Effects(*shared_out(sums, coin, now - before))
        shown = [
            shared_out(column, coin, whole) for column, whole in zip(columns, astuple(effects), strict=False)
        ]
    rows = [replace(key, effects=Effects(*cells)) for key, cells in zip(keys, _turned(shown), strict=True)]
    return Explained(
        before, now, effects, tuple(sorted(rows, key=lambda row: (-abs(row.effects.total), row.key)))
    )


def _turned(columns: Sequence[Sequence[Decimal]]) -> list[tuple[Decimal, ...]]:
    return list(zip(*columns, strict=True)) if columns else []


def _of(pair: Pair, growth: Decimal | None) -> Effects:
    before, now = pair.before, pair.now
    apart = (NOTHING if now.quantity else now.cost) - (NOTHING if before.quantity else before.cost)
    if growth is None:
        return Effects(volume=now.cost if now.quantity else NOTHING, apart=apart)
    if not before.quantity:
        return Effects(mix=now.cost if now.quantity else NOTHING, apart=apart)
    volume = before.cost * growth
    if not now.quantity:
        return Effects(volume=volume, mix=-before.cost - volume, apart=apart)
    at_old_price = before.cost * now.quantity / before.quantity
    mix = at_old_price - before.cost - volume
    if not (before.tokens and now.tokens):
        return Effects(volume, mix, NOTHING, now.cost - at_old_price)
    at_old_rate = before.cost * now.tokens / before.tokens
    return Effects(volume, mix, at_old_rate - at_old_price, now.cost - at_old_rate)


def _state(pair: Pair) -> str:
    if pair.before == Use():
        return "new"
    return "retired" if pair.now == Use() else ""
