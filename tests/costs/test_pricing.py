"""Usage is priced from the prices in force, exactly; a run is taken back as if it had never been."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchflow.costs import repricing
from orchflow.costs.price_engine import prices_in_force
from orchflow.costs.price_lists import days_without_price, unpriced_models, unused_calls
from orchflow.costs.price_runs import price_runs, run_lines
from orchflow.costs.prices import PRICES
from orchflow.costs.repricing import Repricing, price_usage, undo_pricing
from orchflow.costs.tables import Price
from orchflow.errors import Forbidden, NotFound, UsageError
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.store.edits import Edit
from orchflow.warehouse.load import LoadCount, load_batch
from orchflow.warehouse.sql import Query
from orchflow.workspace import Workspace
from tests.warehouse.conftest import NOW, table

D = Decimal
ACME: dict[str, Any] = {"provider": "acme", "model": "wise-1"}
EVENTS = """
    select event_id, amount, currency, priced_amount, priced_currency, price_run, provenance, cost from usage_events order by all
"""
ROLLED_UP = "select day, model, provenance, currency, sum(events), sum(amount), sum(cost) from usage_daily group by all order by all"
COUNTED = """
    select day, model, provenance, currency, count(*), sum(amount), sum(cost) from usage_events
    where price_run is null group by all order by all
"""
DAILY = "select * from usage_daily order by all"


def ask(ws: Workspace, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a question in plain SQL."""
    return ws.warehouse.rows(Query.of("question", sql))


def call(event_id: str, at: str = "2026-07-20T10:00:00Z", **values: Any) -> dict[str, Any]:
    """A call of one million tokens read, with what a test says otherwise."""
    return {
        "event_id": event_id,
        "occurred_at": at,
        **ACME,
        "input_tokens": 1_000_000,
        "output_tokens": 0,
    } | values


def load(ws: Workspace, *calls: dict[str, Any]) -> LoadCount:
    """Deliver calls."""
    with ws.warehouse.write() as tx:
        return load_batch(tx, "usage", "platform", table(calls), now=NOW)


def book(ws: Workspace, *prices: dict[str, Any]) -> None:
    """Put prices of `wise-1` into the book, in dollars for a million, from January on unless they say otherwise."""
    usual = ACME | {"kind": "input", "currency": "USD", "valid_from": "2026-01-01"}
    report = PRICES.save(ws.store, SYSTEM, [Edit(None, None, usual | price) for price in prices])
    assert not report.problems


def costs(ws: Workspace) -> dict[str, Decimal | None]:
    """Event → what it costs."""
    return dict(ask(ws, "select event_id, cost from usage_events order by 1"))


def test_the_price_of_the_day_of_use_counts_to_the_instant(ws: Workspace) -> None:
    # 10 M read and 2 M written: 3 and 15 to before 30 July, then 2.4 and 12 (55.00 turned 44.00... by a fifth)
    book(
        ws,
        {"price": "2.5", "valid_to": "2026-07-30"},
        {"price": "15", "kind": "output", "valid_to": "2026-07-30"},
        {"price": "2", "valid_from": "2026-07-30"},
        {"price": "12", "kind": "output", "valid_from": "2026-07-30"},
    )
    tokens = {"input_tokens": 10_000_000, "output_tokens": 2_000_000}
    load(
        ws,
        call("before", "2026-07-29T23:59:59.999999Z", **tokens),
        call("after", "2026-07-30T00:00:00Z", **tokens),
    )
    done = price_usage(ws, SYSTEM)
    assert costs(ws) == {"after": D(44), "before": D(55)}
    assert [(line.month, line.before, line.after) for line in done.lines] == [(date(2026, 7, 1), D(0), D(99))]


def test_nothing_is_paid_twice(ws: Workspace) -> None:
    """Cached tokens and those written to a cache are among the tokens read, reasoning is among those written."""
    prices = {
        "input": 10, "cached": 1, "cache_write": "12.5", "cache_write_1h": 20, "output": 50, "reasoning": 40, "image": "0.04",
        "second": "0.01", "request": "0.002",
    }  # fmt: skip
    book(ws, *({"kind": kind, "price": price} for kind, price in prices.items()))
    load(
        ws,
        call(
            "all", input_tokens=1000, cached_input_tokens=300, cache_write_input_tokens=200, cache_write_1h_input_tokens=50,
            output_tokens=100, reasoning_tokens=60, images=2, seconds="1.5",
        ),
    )  # fmt: skip
    price_usage(ws, SYSTEM)
    tokens = 500 * 10 + 300 * 1 + 150 * D("12.5") + 50 * 20 + 40 * 50 + 60 * 40
    assert costs(ws) == {"all": tokens / 1_000_000 + D("0.08") + D("0.015") + D("0.002")}


def test_a_kind_without_a_price_costs_what_it_is_a_part_of(ws: Workspace) -> None:
    book(ws, {"price": 10}, {"price": 50, "kind": "output"})
    load(ws, call("x", input_tokens=100, cached_input_tokens=40, output_tokens=10, reasoning_tokens=5))
    price_usage(ws, SYSTEM)
    assert costs(ws) == {"x": (100 * D(10) + 10 * D(50)) / 1_000_000}


@pytest.mark.parametrize(
    ("tokens", "calls", "price"),
    [(200_000, 1, 1), (200_001, 1, 2), (400_000, 2, 1), (400_001, 2, 2), (0, 1, 1), (1_000_000, 3, 3), (1_000_000, 4, 2)],
)  # fmt: skip
def test_a_longer_call_has_the_price_of_its_tier_for_all_its_tokens(
    ws: Workspace, tokens: int, calls: int, price: int
) -> None:
    book(ws, {"price": 1}, {"price": 2, "over_tokens": 200_000}, {"price": 3, "over_tokens": 300_000})
    load(ws, call("x", input_tokens=tokens, calls=calls))
    price_usage(ws, SYSTEM)
    assert costs(ws) == {"x": D(price) * tokens / 1_000_000}


@pytest.mark.parametrize(
    ("at", "price"), [("16:29:59", 2), ("16:30:00", 1), ("23:59:59", 1), ("00:29:59", 1), ("00:30:00", 2)]
)
def test_a_time_of_the_day_is_in_utc_and_may_pass_midnight(ws: Workspace, at: str, price: int) -> None:
    book(ws, {"price": 2}, {"price": 1, "time_from": "16:30", "time_to": "0:30"})
    load(ws, call("x", f"2026-07-20T{at}Z"))
    price_usage(ws, SYSTEM)
    assert costs(ws) == {"x": D(price)}


def test_a_service_tier_without_a_price_of_its_own_costs_the_usual(ws: Workspace) -> None:
    book(ws, {"price": 4}, {"price": 2, "service_tier": "Batch"})
    load(ws, call("a", service_tier="batch"), call("b", service_tier="flex"), call("c"))
    price_usage(ws, SYSTEM)
    assert costs(ws) == {"a": D(2), "b": D(4), "c": D(4)}


def test_own_prices_beat_shipped_ones_kind_by_kind(ws: Workspace) -> None:
    haiku = {"provider": "Anthropic", "model": "claude-haiku-4-5-20251001"}
    load(ws, call("x", provider="anthropic", model="claude-haiku-4-5-20251001", output_tokens=1_000_000))
    price_usage(ws, SYSTEM)
    assert costs(ws) == {"x": D(6)}  # 1 and 5, as the provider asks
    book(ws, haiku | {"price": "0.8"})
    price_usage(ws, SYSTEM, everything=True)
    assert costs(ws) == {"x": D("5.8")}


def test_prices_that_the_platform_alone_knows_are_shipped_too(ws: Workspace) -> None:
    load(
        ws,
        call("x", provider="ollama", model="llama3.1:8b"),
        call("y", provider="google", model="imagen-4.0-generate-001", images=3),
    )
    price_usage(ws, SYSTEM)
    assert costs(ws) == {"x": D("0.5"), "y": D("0.09")}


def test_what_has_no_price_is_named_with_its_reason(ws: Workspace) -> None:
    book(ws, {"price": 2, "valid_to": "2026-07-01"}, {"price": 1, "model": "draws", "kind": "image"})
    book(
        ws,
        {"price": 1, "model": "two", "currency": "USD"},
        {"price": 1, "model": "two", "kind": "output", "currency": "EUR"},
    )
    load(
        ws, call("hole"), call("unknown", model="nobody"), call("nameless", model=None), call("silent", "2026-06-01T00:00:00Z", input_tokens=None),
        call("images", model="draws", input_tokens=None, output_tokens=None), call("two", model="two", output_tokens=5),
        call("kind", "2026-06-01T00:00:00Z", output_tokens=5),
    )  # fmt: skip
    done = price_usage(ws, SYSTEM, dry_run=True)
    assert {(line.model, line.reason) for line in done.unpriced} == {
        ("wise-1", "hole"), ("nobody", "no_price"), (None, "no_model"), ("wise-1", "not_told"), ("draws", "not_told"),
        ("two", "currencies"), ("wise-1", "no_kind"),
    }  # fmt: skip
    assert not done.lines
    assert set(repricing.REASONS) == {line.reason for line in done.unpriced}


def test_a_call_that_failed_or_was_blocked_before_anything_was_used_needs_no_price(ws: Workspace) -> None:
    nothing: dict[str, Any] = {"status": "failed", "input_tokens": None, "output_tokens": None}
    load(
        ws,
        call("at once", **nothing),
        call("barred", **nothing | {"status": "blocked"}),
        call("halfway", status="failed"),
        call("drawn", **nothing, images=1),
        call("done"),
    )
    told = "select event_id, provenance from usage_events order by all"
    assert ask(ws, told) == [
        ("at once", "unused"), ("barred", "unused"), ("done", "unpriced"), ("drawn", "unpriced"), ("halfway", "unpriced"),
    ]  # fmt: skip
    assert [model.calls for model in unpriced_models(ws, SYSTEM)] == [3]
    assert unused_calls(ws) == 2
    book(ws, {"price": 2})
    assert price_usage(ws, SYSTEM, everything=True).calls == 2
    load(ws, call("at once", status="completed"))
    assert dict(ask(ws, told))["at once"] == "unpriced"


def test_a_foreign_price_costs_what_the_rate_of_the_day_makes_of_it(ws: Workspace) -> None:
    book(ws, {"price": 3, "currency": "EUR"})
    load(ws, call("x"))
    done = price_usage(ws, SYSTEM)
    assert (done.unconverted, done.after, costs(ws)) == (1, D(0), {"x": None})
    assert ask(ws, "select amount, currency, unconverted, unconverted_amount from usage_daily") == [
        (D(3), "EUR", 1, D(3))
    ]
    book(ws, {"price": 2, "valid_from": "2026-08-01", "model": "wise-2"})
    load(ws, call("told", "2026-08-02T00:00:00Z", model="wise-2", cost="9", currency="EUR"))
    tried = price_usage(ws, SYSTEM, first=date(2026, 8, 1), everything=True, dry_run=True)
    assert (tried.unconverted, tried.before, tried.after) == (
        1,
        D(0),
        D(2),
    )  # what it cost before is in no sum


def test_a_dry_run_says_what_a_run_would_do_and_changes_nothing(ws: Workspace) -> None:
    book(ws, {"price": 3})
    load(ws, call("a"), call("b", "2026-08-02T00:00:00Z", cost="1.00", currency="USD"))
    before = ask(ws, EVENTS), ask(ws, DAILY), ws.warehouse.version("usage")
    tried = price_usage(ws, SYSTEM, everything=True, dry_run=True)
    assert (ask(ws, EVENTS), ask(ws, DAILY), ws.warehouse.version("usage")) == before
    assert price_runs(ws, SYSTEM) == []
    done = price_usage(ws, SYSTEM, everything=True)
    assert done.lines == tried.lines
    assert [(line.month.month, line.before, line.after, line.change) for line in done.lines] == [
        (7, D(0), D(3), D(3)),
        (8, D(1), D(3), D(2)),
    ]
    assert tuple(run_lines(ws, SYSTEM, done.run or 0)) == done.lines


def test_a_run_tells_who_priced_what_by_which_prices(ws: Workspace) -> None:
    book(ws, {"price": 3})
    load(ws, call("a"))
    price_usage(ws, SYSTEM, first=date(2026, 7, 1), last=date(2026, 7, 31))
    (run,) = price_runs(ws, SYSTEM)
    assert (run.state, run.by_name, run.rows, run.after) == ("done", SYSTEM.display_name, 1, D(3))
    assert run.prices.startswith("genai-prices 0.")
    price = PRICES.list(ws.store, SYSTEM)[0]
    assert ask(ws, "select price_id, origin, origin_version, price from price_run_stretches") == [
        (price.id, "own", "1", D("0.000003"))
    ]
    assert ask(ws, "select price_run, provenance from usage_events") == [(1, "priced")]


def test_what_the_platform_reports_later_beats_a_price_unless_all_usage_was_priced(ws: Workspace) -> None:
    book(ws, {"price": 3})
    load(ws, call("a"))
    price_usage(ws, SYSTEM)
    load(ws, call("a", cost="2.50", currency="USD"))
    assert ask(ws, "select cost, provenance, price_run from usage_events") == [(D("2.5"), "reported", None)]
    price_usage(ws, SYSTEM, everything=True)
    load(ws, call("a", cost="2.75", currency="USD"))
    assert ask(ws, "select cost, provenance, amount from usage_events") == [(D(3), "priced", D("2.75"))]
    undo_pricing(ws, SYSTEM, 2)
    assert ask(ws, "select cost, provenance, price_run from usage_events") == [(D("2.75"), "reported", None)]


def test_a_call_that_turns_out_to_be_another_has_no_price_until_the_next_run(ws: Workspace) -> None:
    book(ws, {"price": 3})
    load(ws, call("a"))
    price_usage(ws, SYSTEM)
    load(ws, call("a", conversation_id="c"))
    assert ask(ws, "select cost, provenance from usage_events") == [(D(3), "priced")]
    load(ws, call("a", input_tokens=2_000_000))
    assert ask(ws, "select cost, provenance, price_run from usage_events") == [(None, "unpriced", None)]
    price_usage(ws, SYSTEM)
    assert costs(ws) == {"a": D(6)}


def test_runs_are_taken_back_in_the_order_in_which_they_lie_on_each_other(ws: Workspace) -> None:
    book(ws, {"price": 3})
    load(ws, call("a"))
    price_usage(ws, SYSTEM)
    price_usage(ws, SYSTEM, everything=True)
    with pytest.raises(UsageError, match="Run 2 priced 1 of the same calls again") as caught:
        undo_pricing(ws, SYSTEM, 1)
    assert caught.value.hint == "Take back run 2 first."
    assert (undo_pricing(ws, SYSTEM, 2), undo_pricing(ws, SYSTEM, 1)) == (1, 1)
    with pytest.raises(UsageError, match="already"):
        undo_pricing(ws, SYSTEM, 1)
    with pytest.raises(NotFound):
        undo_pricing(ws, SYSTEM, 7)
    assert [run.state for run in price_runs(ws, SYSTEM)] == ["undone", "undone"]


def test_a_run_that_breaks_off_says_so_and_can_be_taken_back(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repricing, "PORTION", 1)
    book(ws, {"price": 3})
    load(ws, call("a"), call("b", "2026-07-21T00:00:00Z"))
    before = ask(ws, EVENTS), ask(ws, DAILY)

    def interrupt(rows: int, of: int) -> None:
        if rows:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        price_usage(ws, SYSTEM, progress=interrupt)
    assert costs(ws) == {"a": D(3), "b": None}
    assert price_runs(ws, SYSTEM)[0].state == "broken off"
    undo_pricing(ws, SYSTEM, 1)
    assert (ask(ws, EVENTS), ask(ws, DAILY)) == before


def test_days_of_use_on_which_no_price_of_a_model_holds_are_named(ws: Workspace) -> None:
    book(
        ws,
        {"price": 3, "valid_to": "2026-07-10"},
        {"price": 4, "valid_from": "2026-07-12", "valid_to": "2026-07-20"},
        {"price": 1, "kind": "output", "valid_from": "2026-07-19", "valid_to": "2026-07-21"},
    )
    at = "2026-07-{}T12:00:00Z".format
    load(
        ws, *(call(f"d{day}", at(day)) for day in ("09", "10", 11, 12, 19, 20, 21)), call("again", at(21), calls=4),
        call("other", at(11), model="nobody"),
        call("nothing used", at(11), status="failed", input_tokens=None, output_tokens=None),
    )  # fmt: skip
    prices_in_force(ws)
    assert [
        (hole.model, hole.days, hole.calls, hole.first_day, hole.last_day) for hole in days_without_price(ws)
    ] == [("wise-1", 3, 7, date(2026, 7, 10), date(2026, 7, 21))]


def test_a_run_prices_with_the_prices_that_held_when_it_began(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repricing, "PORTION", 1)
    book(ws, {"price": 3})
    load(ws, call("a"), call("b", "2026-07-21T00:00:00Z"), call("c", "2026-07-21T00:00:00Z", provider=None))

    def raise_prices(rows: int, of: int) -> None:
        if rows == 1:
            (row,) = PRICES.list(ws.store, SYSTEM)
            PRICES.update(ws.store, SYSTEM, row.id, row.version, {"price": 9})
            prices_in_force(ws)

    price_usage(ws, SYSTEM, progress=raise_prices)
    assert costs(ws) == {"a": D(3), "b": D(3), "c": D(3)}
    assert {price for (price,) in ask(ws, "select price * unit_size from price_run_stretches")} == {D(3)}
    assert price_usage(ws, SYSTEM, everything=True, dry_run=True).after == D(27)


def test_an_amount_that_was_told_since_beats_the_price_below_a_run_that_is_taken_back(ws: Workspace) -> None:
    book(ws, {"price": 3})
    load(ws, call("a"), call("b"))
    price_usage(ws, SYSTEM)
    price_usage(ws, SYSTEM, everything=True)
    load(ws, call("a", cost="2.75", currency="USD"))
    undo_pricing(ws, SYSTEM, 2)
    assert ask(ws, "select event_id, cost, provenance, price_run from usage_events order by 1") == [
        ("a", D("2.75"), "reported", None), ("b", D(3), "priced", 1),
    ]  # fmt: skip
    assert ask(ws, "select provenance, sum(cost) from usage_daily group by all order by 1") == [
        ("priced", D(3)), ("reported", D("2.75")),
    ]  # fmt: skip


def test_counts_of_two_deliveries_that_do_not_fit_are_priced_at_nothing(ws: Workspace) -> None:
    book(ws, {"price": 3}, {"price": 1, "kind": "cached"})
    load(ws, call("a", input_tokens=1000, cached_input_tokens=900))
    load(ws, call("a", input_tokens=100))
    assert ask(ws, "select input_tokens, cached_input_tokens from usage_events") == [(100, 900)]
    done = price_usage(ws, SYSTEM)
    assert [line.reason for line in done.unpriced] == ["not_told"]
    assert costs(ws) == {"a": None}


def test_only_those_who_keep_costs_price_usage(ws: Workspace) -> None:
    analyst = Actor(1, "ana", "Ana", Role.ANALYST)
    for act in (
        lambda: price_usage(ws, analyst),
        lambda: undo_pricing(ws, analyst, 1),
        lambda: price_runs(ws, analyst),
    ):
        with pytest.raises(Forbidden):
            act()
    with pytest.raises(UsageError, match="before it begins"):
        price_usage(ws, SYSTEM, first=date(2026, 8, 1), last=date(2026, 7, 1))


MOMENTS = st.builds(
    lambda day, minute, second: datetime(2026, 7, 28, tzinfo=UTC) + timedelta(days=day, minutes=minute, seconds=second),
    st.integers(0, 3), st.sampled_from([0, 1, 599, 600, 601, 1079, 1080, 1439]), st.sampled_from([0, 59]),
)  # fmt: skip
CALLS = st.lists(
    st.fixed_dictionaries({
        "at": MOMENTS, "model": st.sampled_from(["wise-1", "WISE-1", "quick", "nobody"]),
        "read": st.sampled_from([0, 1, 999, 1000, 1001, 77_777]), "cached": st.integers(0, 3), "to_cache": st.integers(0, 3),
        "written": st.integers(0, 5000), "reasoned": st.sampled_from([0, 1]), "tier": st.sampled_from([None, "batch"]),
        "reported": st.sampled_from([None, None, "0.5", "-1.25"]),
    }), min_size=1, max_size=12,
)  # fmt: skip
BOOKS = st.lists(
    st.fixed_dictionaries({
        "model": st.sampled_from(["wise-1", "quick"]),
        "kind": st.sampled_from(["input", "cached", "cache_write", "output", "reasoning", "request"]),
        "price": st.decimals(0, 99, places=6), "per": st.sampled_from([1, 1000, 1_000_000]),
        "valid_from": st.sampled_from([date(2026, 7, 1), date(2026, 7, 29), date(2026, 7, 30)]),
        "over_tokens": st.sampled_from([None, 1000]), "service_tier": st.sampled_from([None, "batch"]),
        "time_from": st.sampled_from([None, "10:00"]),
    }), min_size=1, max_size=14,
)  # fmt: skip


def slow_price(book: Sequence[Any], each: dict[str, Any]) -> Decimal | None:
    """What a call costs by the price book, worked out one by one; None without a price."""

    def rate(kind: str) -> Decimal | None:
        minute = each["at"].hour * 60 + each["at"].minute
        holding = [
            row
            for row in book
            if row.model == each["model"].lower()
            and row.kind == kind
            and row.valid_from <= each["at"].date()
            and (row.valid_to is None or each["at"].date() < row.valid_to)
            and row.service_tier in (None, each["tier"])
            and (row.over_tokens is None or each["read"] > row.over_tokens)
            and (row.time_from is None or 600 <= minute < 1080)
        ]
        ranked = sorted(
            holding, key=lambda row: (row.service_tier or "", row.time_from or "", row.over_tokens or -1, row.valid_from)
        )  # fmt: skip
        return ranked[-1].price / row_size(ranked[-1]) if ranked else None

    def row_size(row: Any) -> Decimal:
        return D(row.per)

    read, written = rate("input"), rate("output")
    parts = [
        (each["read"] - each["cached"] - each["to_cache"], read),
        (each["cached"], first_of(rate("cached"), read)),
        (each["to_cache"], first_of(rate("cache_write"), read)),
        (each["written"] - each["reasoned"], written),
        (each["reasoned"], first_of(rate("reasoning"), written)),
        (1, first_of(rate("request"), D(0))),
    ]
    by_tokens = any(
        rate(kind) is not None for kind in ("input", "cached", "cache_write", "output", "reasoning")
    )
    if not by_tokens:
        return rate("request")
    if any(units and price is None for units, price in parts):
        return None
    return sum((units * (price or D(0)) for units, price in parts), D(0))


def first_of(*prices: Decimal | None) -> Decimal | None:
    """The first that is known."""
    return next((price for price in prices if price is not None), None)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=BOOKS, calls=CALLS, later=CALLS, everything=st.booleans())
def test_every_amount_is_that_of_a_slow_computation_and_taking_back_is_the_identity(
    ws: Workspace, rows: list[dict[str, Any]], calls: list[dict[str, Any]], later: list[dict[str, Any]], everything: bool
) -> None:  # fmt: skip
    with ws.warehouse.write() as tx:
        for name in (
            "usage_events",
            "usage_daily",
            "price_runs",
            "price_before",
            "price_run_stretches",
            "price_run_lines",
        ):
            tx.execute(Query.of("empty", f"delete from {name}"))
    PRICES.delete_many(ws.store, SYSTEM, [row.id for row in PRICES.list(ws.store, SYSTEM)])
    usual = {"provider": "acme", "currency": "USD"}
    PRICES.save(
        ws.store, SYSTEM,
        [Edit(None, None, usual | row | {"time_to": row["time_from"] and "18:00"}) for row in rows],
    )  # fmt: skip
    stored = PRICES.list(ws.store, SYSTEM)
    load(ws, *(as_usage(f"e{n}", each) for n, each in enumerate(calls)))
    before = ask(ws, EVENTS)

    done = price_usage(ws, SYSTEM, everything=everything)

    expected: dict[str, Decimal | None] = {}
    for n, each in enumerate(calls):
        reported = each["reported"] and D(each["reported"])
        price = slow_price(stored, each) if everything or reported is None else None
        expected[f"e{n}"] = reported if price is None else price
    assert costs(ws) == expected
    check_sums(ws, done)
    load(ws, *(as_usage(f"n{n}", each) for n, each in enumerate(later)))
    price_usage(ws, SYSTEM, everything=True)
    undo_pricing(ws, SYSTEM, 2)
    undo_pricing(ws, SYSTEM, 1)
    assert [row for row in ask(ws, EVENTS) if row[0].startswith("e")] == before
    assert ask(ws, ROLLED_UP) == ask(ws, COUNTED)


def as_usage(event_id: str, each: dict[str, Any]) -> dict[str, Any]:
    """A call as it is delivered."""
    cached, to_cache = min(each["cached"], each["read"]), min(each["to_cache"], each["read"])
    if cached + to_cache > each["read"]:
        to_cache = each["read"] - cached
    each |= {"cached": cached, "to_cache": to_cache, "reasoned": min(each["reasoned"], each["written"])}
    return {
        "event_id": event_id, "occurred_at": each["at"].isoformat(), "provider": "acme", "model": each["model"],
        "input_tokens": each["read"], "cached_input_tokens": each["cached"], "cache_write_input_tokens": each["to_cache"],
        "output_tokens": each["written"], "reasoning_tokens": each["reasoned"], "service_tier": each["tier"],
        "cost": each["reported"], "currency": "USD" if each["reported"] else None,
    }  # fmt: skip


def check_sums(ws: Workspace, done: Repricing) -> None:
    """The rollup adds up to the calls, and what a run tells by model to the whole."""
    by_model: dict[str, Decimal] = defaultdict(Decimal)
    for line in done.lines:
        by_model[line.model] += line.after
    assert sum(by_model.values()) == done.after
    ((priced,),) = ask(ws, "select coalesce(sum(cost), 0) from usage_events where provenance = 'priced'")
    assert priced == done.after
    assert ask(ws, "select coalesce(sum(cost), 0), sum(events) from usage_daily") == ask(
        ws, "select coalesce(sum(cost), 0), count(*) from usage_events"
    )


def test_prices_in_force_are_made_again_only_when_something_changed(ws: Workspace) -> None:
    book(ws, {"price": 3})
    prices_in_force(ws)
    version = ws.warehouse.version("prices")
    prices_in_force(ws)
    assert ws.warehouse.version("prices") == version
    load(ws, call("a", model="wise-2"))
    book(ws, {"price": 4, "model": "wise-2"})
    prices_in_force(ws)
    assert ask(ws, "select model, price * unit_size, currency, origin from price_stretches order by 1") == [
        ("wise-1", D(3), "USD", "own"),
        ("wise-2", D(4), "USD", "own"),
    ]


def test_prices_in_force_follow_a_price_book_that_came_back_from_a_copy(ws: Workspace) -> None:
    book(ws, {"price": 3})
    prices_in_force(ws)
    with ws.store.engines.writer.begin() as connection:  # the same ids and versions, other prices
        connection.execute(sa.update(Price.__table__).values(price=D(5)))  # type: ignore[arg-type]
    prices_in_force(ws)
    assert ask(ws, "select price * unit_size from price_stretches") == [(D(5),)]
