"""Why a cost moved: the known vector, and that the parts always add up to the coin."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchflow.insights.cents import shared_out, smallest_coin, to_coins
from orchflow.insights.effects import Effects, Explained, Pair, Use, effects_of, explain

CENT = Decimal("0.01")


def use(quantity: object, price: object, tokens: object = 0) -> Use:
    """So many at a price each, with so many tokens each."""
    count = Decimal(str(quantity))
    return Use(count, count * Decimal(str(tokens)), count * Decimal(str(price)))


def explained(**keys: tuple[Use, Use]) -> Explained:
    return explain([Pair(key, *sides) for key, sides in keys.items()], CENT)


def amounts(effects: Effects) -> list[str]:
    return [str(part) for part in (effects.volume, effects.mix, effects.tokens, effects.rate, effects.apart)]


def test_the_known_vector() -> None:
    found = explained(
        a=(use(1000, 10), use(1000, 11)), b=(use(800, 15), use(700, 15)), c=(use(500, 20), use(800, 23))
    )
    assert (found.before, found.now, found.delta) == (32_000, 39_900, 7_900)
    assert (found.effects.volume, found.effects.mix, found.effects.price) == (
        Decimal("2782.61"), Decimal("1717.39"), Decimal("3400.00"),
    )  # fmt: skip


def test_more_tokens_at_a_lower_rate_cancel_out() -> None:
    """100 runs, 1,000 → 1,500 tokens a run, a cent → two thirds of one a token: 500 more for the tokens, 500 less for the rate."""
    found = explained(a=(Use(*map(Decimal, (100, 100_000, 1000))), Use(*map(Decimal, (100, 150_000, 1000)))))
    assert amounts(found.effects) == ["0.00", "0.00", "500.00", "-500.00", "0.00"]
    assert found.effects.price == 0


def test_a_new_model_counts_in_mix_at_its_own_price_and_a_retired_one_leaves_by_it() -> None:
    """As many runs as before, all of them on a new model at twice the price."""
    found = explained(old=(use(100, 1), Use()), new=(Use(), use(100, 2)))
    assert amounts(found.effects) == ["0.00", "100.00", "0.00", "0.00", "0.00"]
    assert {key.key: (key.state, key.effects.mix) for key in found.keys} == {
        "new": ("new", 200), "old": ("retired", -100),
    }  # fmt: skip


def test_from_nothing_all_is_volume_and_to_nothing_too() -> None:
    assert amounts(explained(a=(Use(), use(5, 2))).effects)[0] == "10.00"
    assert amounts(explained(a=(use(5, 2), Use())).effects)[:2] == ["-10.00", "0.00"]
    assert explained().effects.total == 0


def test_a_credit_without_calls_stands_apart() -> None:
    found = explained(a=(use(10, 1), use(10, 1)), credit=(Use(), Use(cost=Decimal(-4))))
    assert amounts(found.effects) == ["0.00", "0.00", "0.00", "0.00", "-4.00"]


def test_without_tokens_on_a_side_the_price_is_all_rate() -> None:
    found = explained(a=(use(10, 1), use(10, 3, tokens=50)))
    assert amounts(found.effects) == ["0.00", "0.00", "0.00", "20.00", "0.00"]


def test_half_cents_are_not_lost() -> None:
    half = Decimal("0.005")
    found = explained(**{name: (Use(), Use(Decimal(1), Decimal(1), half)) for name in "abc"})
    assert (found.now, sum(key.effects.total for key in found.keys)) == (Decimal("0.02"), Decimal("0.02"))


money = st.decimals("-99999", "999999", places=12, allow_nan=False)
count = st.integers(0, 10**7).map(Decimal)
uses = st.builds(Use, count, count, money)
pairs = st.lists(st.builds(Pair, st.text(min_size=1), uses, uses), max_size=12)


@settings(max_examples=40, deadline=None)
@given(pairs, st.sampled_from(["0.01", "1", "0.001"]))
def test_what_is_shown_adds_up_whatever_moved(moved: list[Pair], coin: str) -> None:
    found = explain(moved, Decimal(coin))
    assert found.before + found.effects.total == found.now
    assert found.before == to_coins(sum((pair.before.cost for pair in moved), Decimal(0)), Decimal(coin))
    for part in ("volume", "mix", "tokens", "rate", "apart"):
        assert sum(getattr(key.effects, part) for key in found.keys) == getattr(found.effects, part)


@settings(max_examples=40, deadline=None)
@given(pairs)
def test_each_key_explains_its_own_difference(moved: list[Pair]) -> None:
    for pair, key in zip(moved, effects_of(moved), strict=True):
        assert abs(key.effects.total - (pair.now.cost - pair.before.cost)) < Decimal("1e-30")


@given(st.lists(money, min_size=1, max_size=20), st.integers(-3, 3))
def test_shares_neither_make_nor_lose_a_cent(parts: list[Decimal], more: int) -> None:
    whole = to_coins(sum(parts), CENT) + more * CENT
    shown = shared_out(parts, CENT, whole)
    assert sum(shown) == whole
    assert all(abs(part - told) <= CENT * (1 + abs(more)) for part, told in zip(parts, shown, strict=True))


def test_coins_are_those_of_the_currency() -> None:
    assert [smallest_coin(code) for code in ("EUR", "JPY", "KWD")] == [CENT, Decimal(1), Decimal("0.001")]
    with pytest.raises(ValueError, match="multiple"):
        shared_out([Decimal(1)], CENT, Decimal("0.005"))
