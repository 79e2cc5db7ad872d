"""The price book: what is wrong with a price is said, and a file of prices is read row by row."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from orchflow.costs.price_file import import_prices
from orchflow.costs.price_kinds import PriceKind, PriceRule
from orchflow.costs.price_lists import ShippedPrice, shipped_prices
from orchflow.costs.prices import PRICES
from orchflow.costs.shipped_prices import of_one, shipped_rules
from orchflow.errors import Forbidden, Invalid, UsageError
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.planning.undo.undo import undo
from orchflow.store.edits import Edit
from orchflow.store.engine import Store

D = Decimal
INPUT: dict[str, Any] = {
    "provider": "acme", "model": "wise-1", "kind": "input", "price": "3", "currency": "USD", "valid_from": "2026-07-01",
}  # fmt: skip
BOOK = b"""Provider;Model;Kind of use;Price;Per;Currency;Valid from;Valid to
acme;wise-1;input;3,00;1M tokens;USD;01.07.2026;30.07.2026
acme;wise-1;input;2,40;1M tokens;USD;30.07.2026;
acme;wise-1;output;0,012;1k;USD;01.07.2026;
acme;wise-1;smell;1;;USD;01.07.2026;
acme;wise-1;image;-1;;USD;01.07.2026;
acme;wise-1;request;1;12;USD;01.07.2026;
acme;;input;1;;USD;01.07.2026;
acme;wise-1;Input;1;;USD;15.07.2026;
"""


def refused(store: Store, **values: Any) -> dict[str, str]:
    """Field → what is wrong with it."""
    with pytest.raises(Invalid) as caught:
        PRICES.create(store, SYSTEM, **INPUT | values)
    return {problem.field: problem.message for problem in caught.value.problems}


def test_a_price_is_told_for_the_usual_units_unless_it_says_others(store: Store) -> None:
    assert PRICES.create(store, SYSTEM, **INPUT).per == 1_000_000
    assert PRICES.create(store, SYSTEM, **INPUT | {"kind": "image"}).per == 1
    assert PRICES.create(store, SYSTEM, **INPUT | {"kind": "output", "per": "1k tokens"}).per == 1000


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"price": "-1"}, "price", "0"),
        ({"price": "cheap"}, "price", "not a number"),
        ({"per": "dozen"}, "per", "must be 1, 1,000 or 1,000,000 units"),
        ({"currency": "XYZ1"}, "currency", ""),
        ({"kind": "smell"}, "kind", ""),
        ({"time_from": "08:00"}, "time_to", "both ends"),
        ({"time_from": "8:00", "time_to": "08:00"}, "time_to", "leave both empty"),
        ({"time_from": "25:00", "time_to": "08:00"}, "time_from", "like 08:30"),
        ({"valid_to": "2026-07-01"}, "valid_to", "hold on no day"),
        ({"valid_to": "2026-06-01"}, "valid_to", "before the start"),
    ],
)
def test_what_is_wrong_with_a_price_is_said_at_its_cell(
    store: Store, values: dict[str, Any], field: str, said: str
) -> None:
    problems = refused(store, **values)
    assert said in problems[field]


def test_prices_that_overlap_are_refused_with_the_other_and_what_to_do(store: Store) -> None:
    first = PRICES.create(store, SYSTEM, **INPUT)
    said = refused(store, provider="ACME", model="Wise-1", valid_from="2026-07-30")["valid_from"]
    assert f"price {first.id} of the same kind of use of the model holds from 2026-07-01 already" in said
    assert "let it end on 2026-07-30" in said
    window = {"time_from": "22:00", "time_to": "06:00"}
    PRICES.create(store, SYSTEM, **INPUT | window)  # beside the whole day
    assert "already" in refused(store, time_from="05:59", time_to="07:00")["valid_from"]
    PRICES.create(store, SYSTEM, **INPUT | {"time_from": "06:00", "time_to": "22:00"})
    for other in (
        {"over_tokens": 200_000},
        {"service_tier": "batch"},
        {"kind": "output"},
        {"model": "wise-2"},
    ):
        PRICES.create(store, SYSTEM, **INPUT | other)


def test_the_old_price_ends_and_the_new_one_begins_in_one_save(store: Store) -> None:
    first = PRICES.create(store, SYSTEM, **INPUT)
    report = PRICES.save(
        store, SYSTEM,
        [
            Edit(None, None, INPUT | {"price": "2.4", "valid_from": "2026-07-30"}, "new"),
            Edit(first.id, first.version, {"valid_to": "2026-07-30"}, "old"),
        ],
    )  # fmt: skip
    assert not report.problems


def test_a_file_of_prices_is_read_and_bad_rows_are_named(store: Store) -> None:
    tried = import_prices(store, SYSTEM, BOOK, "book.csv", currency="EUR", dry_run=True)
    assert PRICES.list(store, SYSTEM) == []
    done = import_prices(store, SYSTEM, BOOK, "book.csv", currency="EUR")
    assert (done.created, done.updated, done.unread) == (3, 0, ())
    assert {(problem.row, problem.field) for problem in done.problems} == {
        (5, "kind"), (6, "price"), (7, "per"), (8, "model"), (9, "valid_from"),
    }  # fmt: skip
    assert tried.created == done.created
    assert [(each.row, each.field) for each in tried.problems] == [
        (each.row, each.field) for each in done.problems
    ]
    stored = {
        (row.kind, row.valid_from): (row.price, row.per, row.valid_to) for row in PRICES.list(store, SYSTEM)
    }
    assert stored == {
        ("input", date(2026, 7, 1)): (D(3), 1_000_000, date(2026, 7, 30)),
        ("input", date(2026, 7, 30)): (D("2.4"), 1_000_000, None),
        ("output", date(2026, 7, 1)): (D("0.012"), 1000, None),
    }
    again = import_prices(store, SYSTEM, BOOK, "book.csv", currency="EUR")
    assert (again.created, again.updated, again.unchanged) == (0, 0, 3)


def test_a_file_may_have_a_column_for_each_kind_of_use(store: Store) -> None:
    wide = b"provider,model,since,input,cached input,output\nacme,wise-1,2026-07-01,3,0.3,15\nacme,quick,2026-07-01,1,-,5\n"
    report = import_prices(store, SYSTEM, wide, "wide.csv", currency="EUR")
    assert (report.created, report.problems) == (5, ())
    assert {(row.model, row.kind, row.price, row.currency) for row in PRICES.list(store, SYSTEM)} == {
        ("wise-1", "input", D(3), "EUR"), ("wise-1", "cached", D("0.3"), "EUR"), ("wise-1", "output", D(15), "EUR"),
        ("quick", "input", D(1), "EUR"), ("quick", "output", D(5), "EUR"),
    }  # fmt: skip


def test_a_file_corrects_the_prices_that_it_names_whatever_their_capitals(store: Store) -> None:
    first = b"provider,model,kind,price,from,to,note\nacme,wise-1,input,3,2026-07-01,2026-08-01,'-list\n"
    assert import_prices(store, SYSTEM, first, "first.csv", currency="USD").created == 1
    again = b"Provider,Model,Kind,Price,Per,Currency,From,To\nACME,Wise-1,Input,4,,,2026-07-01,\n"
    report = import_prices(store, SYSTEM, again, "again.csv", currency="EUR")
    assert (report.created, report.updated, report.problems) == (0, 1, ())
    (row,) = PRICES.list(store, SYSTEM)
    assert (row.provider, row.price, row.per, row.valid_to, row.note) == (
        "ACME",
        D(4),
        1_000_000,
        None,
        "-list",
    )
    assert row.currency == "USD"  # what a file does not tell of a stored price stays as it is
    assert report.request is not None
    undo(store, SYSTEM, report.request)
    assert [(row.provider, row.price) for row in PRICES.list(store, SYSTEM)] == [("acme", D(3))]


def test_a_file_without_prices_says_what_columns_it_needs(store: Store) -> None:
    with pytest.raises(UsageError, match="tells no prices"):
        import_prices(store, SYSTEM, b"a,b\n1,2\n", "x.csv", currency="EUR")
    with pytest.raises(Forbidden):
        import_prices(store, Actor(1, "ana", "Ana", Role.ANALYST), BOOK, "book.csv", currency="EUR")


def test_a_shipped_price_of_an_hour_can_be_taken_over(store: Store) -> None:
    hour = PriceRule(PriceKind.SECOND, of_one(D("0.111"), 3600), 3600, "USD", "genai-prices", "1")
    shipped = ShippedPrice.of("acme", "hears", hour)
    assert (shipped.price, shipped.per) == (D("0.030833333333"), 1000)
    taken = PRICES.create(
        store, SYSTEM, provider=shipped.provider, model=shipped.model, kind=shipped.kind, price=shipped.price,
        per=shipped.per, currency=shipped.currency, valid_from="2026-07-01",
    )  # fmt: skip
    assert (taken.price, taken.per) == (shipped.price, shipped.per)


def test_shipped_prices_are_found_by_words() -> None:
    found = shipped_prices(SYSTEM, "openai gpt-5-mini")
    assert {(row.kind, row.price, row.per) for row in found if row.model == "gpt-5-mini" and not row.service_tier} >= {
        ("input", D("0.25"), 1_000_000), ("output", D(2), 1_000_000),
    }  # fmt: skip
    assert [row.origin for row in shipped_prices(SYSTEM, "veo-3-fast")] == ["platform"]


@pytest.mark.parametrize(
    ("provider", "model", "context"),
    [
        ("openai", "gpt-5", {}), ("openai", "gpt-5", {"service_tier": "flex"}), ("google", "gemini-2.5-pro", {}),
        ("anthropic", "claude-haiku-4-5-20251001", {"processing": "batch"}), ("deepseek", "deepseek-chat", {}), ("xai", "grok-4-fast", {}),
        (None, "gpt-4o", {}),
    ],
)  # fmt: skip
def test_shipped_prices_are_those_that_the_library_finds(
    provider: str | None, model: str, context: dict[str, str]
) -> None:
    """At random days, hours and lengths, for each kind of use that a call may have."""
    from genai_prices import Usage, calc_price

    rules = sorted(shipped_rules(provider, model), key=lambda rule: rule.rank, reverse=True)
    tier = next(iter(context.values()), None)
    for month in range(1, 13):
        for hour, minute in ((0, 0), (0, 29), (0, 30), (16, 29), (16, 30), (23, 59)):
            for tokens in (1000, 128_000, 200_000, 200_001, 272_001):
                at = datetime(2026, month, 3, hour, minute, tzinfo=UTC)
                usage = Usage(input_tokens=tokens, cache_read_tokens=300, output_tokens=50)
                theirs = calc_price(
                    usage,
                    model,
                    provider_id=provider,
                    genai_request_timestamp=at,
                    price_context=context or None,
                )

                rates = {
                    rule.kind: rule.price
                    for rule in reversed(rules)
                    if rule.holds(tier, tokens - 1, hour * 60 + minute, at)
                }
                ours = (
                    (tokens - 300) * rates[PriceKind.INPUT]
                    + 300 * rates[PriceKind.CACHED]
                    + 50 * rates[PriceKind.OUTPUT]
                )
                assert ours == theirs.total_price
