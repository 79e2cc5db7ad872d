"""Amounts of several currencies: kept as delivered, converted by the rate of their day, never added up unconverted."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.load import load_batch
from orchflow.warehouse.migrate import migrations
from orchflow.warehouse.rollups import rebuild_all, refresh_costs
from orchflow.warehouse.sql import Query

from .conftest import NOW, Ask, Load, table, usage

D = Decimal
SUMS = "select currency, sum(amount), sum(cost), sum(unconverted), sum(unconverted_amount) from usage_daily group by 1 order by 1"


def rate(warehouse: Warehouse, currency: str, into: str, day: str, value: str) -> None:
    """A rate of exchange as the mirror writes it."""
    insert = Query.of("rate", "insert into exchange_rates values (1, $currency, $into, $day, $value)")
    with warehouse.write() as tx:
        tx.execute(insert, {"currency": currency, "into": into, "day": day, "value": D(value)})
        refresh_costs(tx)


def test_amounts_of_several_currencies_never_add_up(load: Load, ask: Ask) -> None:
    load(
        "usage",
        [
            usage("1", cost="10", currency="EUR"),
            usage("2", cost="1000", currency="jpy"),
            usage("3", cost="1"),
        ],
    )
    assert ask("select event_id, amount, currency, cost from usage_events order by 1") == [
        ("1", D(10), "EUR", None), ("2", D(1000), "JPY", None), ("3", D(1), "USD", D(1)),
    ]  # fmt: skip
    assert ask(SUMS) == [
        ("EUR", D(10), None, 1, D(10)),
        ("JPY", D(1000), None, 1, D(1000)),
        ("USD", D(1), D(1), 0, None),
    ]


def test_nothing_is_nothing_in_every_currency(load: Load, ask: Ask) -> None:
    load("usage", [usage("1", cost="0", currency="EUR")])
    assert ask("select sum(cost), sum(unconverted) from usage_daily") == [(D(0), 0)]


def test_a_rate_holds_from_its_day_until_the_next_one(warehouse: Warehouse, load: Load, ask: Ask) -> None:
    rate(warehouse, "EUR", "USD", "2026-11-10", "1.1")
    rate(warehouse, "EUR", "USD", "2026-11-20", "1.25")
    days = ("2026-11-09", "2026-11-10", "2026-11-19", "2026-11-20", "2026-11-21")
    load("usage", [usage(day, cost="10", currency="EUR", occurred_at=f"{day}T12:00:00Z") for day in days])
    assert [cost for (cost,) in ask("select cost from usage_events order by event_id")] == [
        None, D(11), D(11), D("12.5"), D("12.5"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("amount", "currency", "into", "value", "cost"),
    [
        ("1000", "JPY", "USD", "0.0066", "6.6"),
        ("0.000000000000000001", "EUR", "USD", "1.5", "0.000000000000000002"),
        ("-12345678901234.000000000000000001", "EUR", "USD", "1.5", "-18518518351851.000000000000000002"),
        ("-10", "EUR", "USD", "1.25", "-12.5"),
        ("3", "VND", "USD", "0.000038461538", "0.000115384614"),
    ],
)
def test_conversion_is_exact_to_the_eighteenth_decimal(
    warehouse: Warehouse, ask: Ask, amount: str, currency: str, into: str, value: str, cost: str
) -> None:
    rate(warehouse, currency, into, "2026-01-01", value)
    with warehouse.write() as tx:
        load_batch(tx, "usage", "s", table([usage("a", cost="1", currency=currency)]), now=NOW)
        tx.execute(Query.of("amount", "update usage_events set amount = $amount"), {"amount": D(amount)})
        refresh_costs(tx)
    assert ask("select cost from usage_events") == [(D(cost),)]


def test_a_rate_counts_the_other_way_round_as_well_and_the_newest_one_wins(
    warehouse: Warehouse, load: Load, ask: Ask
) -> None:
    rate(warehouse, "USD", "EUR", "2026-11-01", "0.8")
    load("usage", [usage("a", cost="10", currency="EUR")])
    assert ask("select cost from usage_events") == [(D("12.5"),)]
    rate(warehouse, "EUR", "USD", "2026-11-15", "1.3")
    assert ask("select cost from usage_events") == [(D(13),)]
    rate(warehouse, "USD", "EUR", "2026-11-15", "0.5")
    assert ask("select cost from usage_events") == [(D(13),)]


def test_a_rate_recounts_the_days_it_covers_and_raises_the_data_version(
    warehouse: Warehouse, load: Load, ask: Ask
) -> None:
    load("usage", [usage("a", cost="10", currency="EUR"), usage("b", cost="1")])
    before = warehouse.version("usage")
    rate(warehouse, "GBP", "USD", "2026-11-01", "1.3")
    assert warehouse.version("usage") == before
    rate(warehouse, "EUR", "USD", "2026-11-01", "1.1")
    assert warehouse.version("usage") > before
    assert ask("select sum(cost), sum(unconverted) from usage_daily") == [(D(12), 0)]
    counted = ask("select * from usage_daily order by all")
    rebuild_all(warehouse)
    assert ask("select * from usage_daily order by all") == counted


def test_a_corrected_row_keeps_its_currency_only_with_its_amount(load: Load, ask: Ask) -> None:
    load("usage", [usage("a", cost="10", currency="EUR"), usage("b", cost="10", currency="EUR")])
    load("usage", [usage("a", user_id="u"), usage("b", cost="7", currency="USD")])
    assert ask("select event_id, amount, currency from usage_events order by 1") == [
        ("a", D(10), "EUR"), ("b", D(7), "USD"),
    ]  # fmt: skip


@pytest.mark.parametrize("currency", ["EURO", "€", "BTC", "XTS", "Token", "US$"])
def test_an_unknown_currency_is_refused_by_name(load: Load, ask: Ask, currency: str) -> None:
    assert load("usage", [usage("a", cost="1", currency=currency), usage("b", cost="1")]).rejected == 1
    assert ask("select reason from rejects") == [(f"currency is not one of ISO 4217: {currency.upper()}",)]


def test_another_currency_of_the_workspace_converts_everything_anew(tmp_path: Path) -> None:
    def opened(currency: str) -> Warehouse:
        return Warehouse.open(tmp_path / "w.duckdb", currency=currency)

    def costs(warehouse: Warehouse) -> list[tuple[Any, ...]]:
        return warehouse.rows(
            Query.of("q", "select currency, sum(cost) from usage_daily group by 1 order by 1")
        )

    dollars = opened("USD")
    rate(dollars, "EUR", "USD", "2026-01-01", "1.25")
    with dollars.write() as tx:
        rows = [
            usage("a", cost="10", currency="EUR"),
            usage("b", cost="10"),
            usage("c", cost="5", currency="GBP"),
        ]
        load_batch(tx, "usage", "s", table(rows), now=NOW)
    assert costs(dollars) == [("EUR", D("12.5")), ("GBP", None), ("USD", D(10))]
    version = dollars.version("usage")
    dollars.close()
    euros = opened("EUR")
    assert costs(euros) == [("EUR", D(10)), ("GBP", None), ("USD", D(8))]
    assert euros.version("usage") > version
    euros.close()
    pounds = opened("GBP")
    assert costs(pounds) == [("EUR", None), ("GBP", D(5)), ("USD", None)]
    pounds.close()


def test_a_row_is_as_many_calls_as_it_says(load: Load, ask: Ask) -> None:
    load(
        "usage",
        [
            usage("a", calls="12", cost="1"),
            usage("b", calls="0"),
            usage("c", cost="1"),
            usage("d", calls="1.5"),
        ],
    )
    assert ask("select sum(events), sum(calls) from usage_daily") == [(3, 13)]
    load("usage", [usage("a", calls="15", cost="1")])
    assert ask("select sum(events), sum(calls) from usage_daily") == [(3, 16)]
    assert ask("select reason from rejects") == [("calls is not a whole number",)]


def test_cached_tokens_are_counted_within_the_input_or_beside_it(load: Load, ask: Ask) -> None:
    tokens = {
        "input_tokens": 100,
        "cached_input_tokens": 80,
        "cache_write_input_tokens": 15,
        "output_tokens": 7,
    }
    load("usage", [usage("within", **tokens), usage("beside", **tokens, cached_beside="true")])
    assert ask(
        "select event_id, input_tokens, cached_input_tokens, cache_write_input_tokens, output_tokens from usage_events order by 1"
    ) == [("beside", 195, 80, 15, 7), ("within", 100, 80, 15, 7)]
    assert ask(
        "select sum(input_tokens), sum(cached_input_tokens), sum(cache_write_input_tokens) from usage_daily"
    ) == [(295, 160, 30)]
    load("usage", [usage("neither", **tokens | {"input_tokens": 90})])
    assert ask("select reason from rejects") == [
        (
            "cached tokens are more than input_tokens: if they are counted beside them, set cached_tokens: beside",
        )
    ]


@pytest.mark.parametrize(
    ("odd", "kept"),
    [
        ({"cached_input_tokens": 200}, (100, None, None, 5, 40)),
        ({"cached_input_tokens": 90, "cache_write_input_tokens": 20}, (100, None, None, 5, 40)),
        ({"cached_input_tokens": -1}, (100, None, None, 5, 40)),
        ({"input_tokens": -100}, (None, None, None, 5, 40)),
        ({"output_tokens": "-5"}, (100, None, None, None, 40)),
        ({"duration_ms": -40}, (100, None, None, 5, None)),
    ],
)
def test_a_count_that_cannot_be_costs_no_amount(
    load: Load, ask: Ask, odd: dict[str, Any], kept: tuple[Any, ...]
) -> None:
    counts = {"input_tokens": 100, "output_tokens": 5, "duration_ms": 40}
    count = load("usage", [usage("a", cost="1.5", **counts | odd), usage("b", cost="1")])
    assert (count.new, count.rejected, count.doubtful) == (2, 0, 1)
    assert ask(
        "select input_tokens, cached_input_tokens, cache_write_input_tokens, output_tokens, duration_ms from usage_events"
        " where event_id = 'a'"
    ) == [kept]
    assert ask("select sum(cost) from usage_daily") == [(D("2.5"),)]


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A warehouse as it was before amounts had a currency, with two calls."""
    path = tmp_path / "old.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table meta (key varchar primary key, value varchar)")
        for number in (1, 2):
            connection.execute(migrations()[number])
        connection.execute("insert into meta values ('schema_version', '2'), ('timezone', 'UTC')")
        for name, cost in (("a", "0.5"), ("b", None)):
            connection.execute(
                "insert into usage_events by name select 1::uhugeint as event_key, 's' as source, $name as event_id,"
                " timestamptz '2026-11-20 10:00:00+00' as occurred_at, date '2026-11-20' as day, 'remote' as route,"
                " 'completed' as status, $cost::decimal(18, 8) as cost, 'reported' as provenance",
                {"name": name, "cost": cost},
            )
    return path


@pytest.mark.parametrize(("currency", "cost"), [("USD", D("0.5")), ("EUR", None)])
def test_what_was_loaded_before_is_in_dollars(old: Path, currency: str, cost: Decimal | None) -> None:
    opened = Warehouse.open(old, currency=currency)
    assert opened.rows(Query.of("q", "select amount, currency, cost, calls from usage_events order by event_id")) == [
        (D("0.5"), "USD", cost, 1), (None, None, None, 1),
    ]  # fmt: skip
    assert opened.rows(Query.of("q", "select sum(events), sum(calls), sum(cost) from usage_daily")) == [
        (2, 2, cost)
    ]
    opened.close()
