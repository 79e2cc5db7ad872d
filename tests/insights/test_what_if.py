"""What use would have cost otherwise, worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchflow.costs.price_kinds import EARLIEST, LATEST, SHORTEST
from orchflow.costs.price_stretches import PriceStretch, as_table
from orchflow.errors import Invalid
from orchflow.insights.what_if import Changes, Key, Price, Shift, Tokens, what_if
from orchflow.insights.what_if_use import prices_now
from orchflow.metrics.filters import Filters
from orchflow.warehouse.sql import load_query
from orchflow.workspace import Workspace
from tests.metrics.facts import TODAY, asked

CENT = Decimal("0.01")
BIG, SMALL, NEW = ("anthropic", "opus"), ("openai", "mini"), ("openai", "next")
MILLION = Decimal(1_000_000)
USE = {
    BIG: Tokens(
        Decimal(100), input=6 * MILLION, cached=3 * MILLION, cache_write=1 * MILLION, output=2 * MILLION
    ),
    SMALL: Tokens(Decimal(900), input=10 * MILLION, output=5 * MILLION),
}


def price(read: str, cached: str | None, write: str | None, output: str) -> Price:
    """Per million tokens."""
    return Price(
        *(None if each is None else Decimal(each) / MILLION for each in (read, cached, write, output))
    )


PRICES = {
    BIG: price("10", "1", "12", "50"),
    SMALL: price("1", "0.5", None, "4"),
    NEW: price("2", None, None, "8"),
}
"""Of the big one 60 + 3 + 12 + 100 = 175, of the small one 10 + 20 = 30."""


def costs(changes: Changes) -> dict[str, Decimal]:
    outcome = what_if(USE, PRICES, changes, CENT)
    assert outcome.delta == sum(model.delta for model in outcome.models)
    return {model.model[1]: model.after for model in outcome.models}


def test_without_a_change_it_costs_what_its_prices_say() -> None:
    outcome = what_if(USE, PRICES, Changes(), CENT)
    assert (outcome.before, outcome.after, outcome.delta) == (205, 205, 0)


def test_twice_as_much_costs_twice_as_much() -> None:
    assert costs(Changes(volume={None: Decimal(2)})) == {"opus": 350, "mini": 60}
    assert costs(Changes(volume={BIG: Decimal("0.5")})) == {"opus": Decimal("87.50"), "mini": 30}


def test_half_of_a_model_goes_to_another_one_token_by_token() -> None:
    """3 read + 1.5 cached + 0.5 written to a cache + 1 output of the small one: 3 + 0.75 + 0.5 + 4 = 8.25."""
    assert costs(Changes(shifts=(Shift(BIG, SMALL, Decimal("0.5")),))) == {
        "opus": Decimal("87.50"), "mini": Decimal("38.25"),
    }  # fmt: skip


def test_a_model_that_is_not_used_yet_can_take_over() -> None:
    outcome = what_if(USE, PRICES, Changes(shifts=(Shift(BIG, NEW, Decimal(1)),)), CENT)
    assert {model.model: model.after for model in outcome.models} == {BIG: 0, SMALL: 30, NEW: 36}
    assert (
        "No price is known for cached and cache write tokens of next of openai: they cost what read ones cost"
        in outcome.assumptions
    )


def test_more_from_the_cache() -> None:
    """Of ten million read by the big one eight come from the cache, one is still written to it: 10 + 8 + 12 + 100 = 130."""
    assert costs(Changes(cached={BIG: Decimal("0.8")})) == {"opus": 130, "mini": 30}
    assert costs(Changes(cached={None: Decimal(1)})) == {"opus": 110, "mini": 25}


def test_another_price() -> None:
    assert costs(Changes(prices={SMALL: Decimal("1.1")})) == {"opus": 175, "mini": 33}


def test_changes_build_on_each_other() -> None:
    """Ten times as much, half of the big one to the small one, at half the price."""
    changes = Changes(
        {None: Decimal(10)}, (Shift(BIG, SMALL, Decimal("0.5")),), prices={None: Decimal("0.5")}
    )
    assert costs(changes) == {"opus": Decimal("437.50"), "mini": Decimal("191.25")}


def test_a_model_without_a_price_is_refused_by_name() -> None:
    with pytest.raises(Invalid, match="next of openai has no price for input and output tokens") as refused:
        what_if(
            USE,
            {BIG: PRICES[BIG], SMALL: PRICES[SMALL]},
            Changes(shifts=(Shift(BIG, NEW, Decimal(1)),)),
            CENT,
        )
    assert "price book" in (refused.value.hint or "")


def test_a_model_without_a_price_that_nothing_is_asked_of_is_left_out_by_name() -> None:
    local = {("ollama", "llama"): Tokens(Decimal(5), input=MILLION)}
    outcome = what_if(USE | local, PRICES, Changes(volume={None: Decimal(2)}), CENT)
    assert (outcome.before, outcome.after) == (205, 410)
    assert "Left out, since no price is known: llama of ollama" in outcome.assumptions
    with pytest.raises(Invalid, match="llama of ollama has no price for input tokens"):
        what_if(USE | local, PRICES, Changes(volume={("ollama", "llama"): Decimal(2)}), CENT)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (Changes(volume={None: Decimal(-1)}), "must not be below 0"),
        (Changes(cached={BIG: Decimal("1.01")}), "must be from 0 to 100 %"),
        (Changes(shifts=(Shift(BIG, BIG, Decimal(1)),)), "name another model"),
        (
            Changes(shifts=(Shift(BIG, SMALL, Decimal("0.6")), Shift(BIG, NEW, Decimal("0.5")))),
            "more than there is",
        ),
        (Changes(prices={("xai", "grok"): Decimal(2)}), "grok of xai is not used in the period"),
    ],
)
def test_what_makes_no_sense_is_refused(changes: Changes, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        what_if(USE, PRICES, changes, CENT)


def test_hours_without_a_price_are_not_taken_as_free(ws: Workspace) -> None:
    """8 from midnight to 6, 2 from 6 to 12, none known from 12 on: 5 on the average of those that are known."""
    made = [
        PriceStretch("openai", "m", "input", None, SHORTEST, None, begin, end, EARLIEST, LATEST, Decimal(price), 1, "USD", "own", "1", 1)
        for begin, end, price in ((0, 360, 8), (360, 720, 2))
    ]  # fmt: skip
    with ws.warehouse.write() as tx:
        tx.register("made", as_table(made))
        tx.execute(load_query("orchflow.costs", "stretches_fill"))
        tx.unregister("made")
    assert prices_now(asked(ws, Filters(TODAY, TODAY)))["openai", "m"].input == 5


keys: st.SearchStrategy[Key] = st.sampled_from(list(USE))
factors = st.decimals("0", "100", places=3)
shares = st.decimals("0", "1", places=3)


@given(factors, shares, shares)
def test_what_is_shifted_is_neither_lost_nor_made(factor: Decimal, shifted: Decimal, cached: Decimal) -> None:
    changes = Changes({None: factor}, (Shift(BIG, SMALL, shifted),), {None: cached})
    outcome = what_if(USE, PRICES, changes, CENT)
    assert sum(model.after for model in outcome.models) == outcome.after
    tokens = sum(model.tokens_after for model in outcome.models)
    assert tokens == factor * sum(model.tokens_before for model in outcome.models)
