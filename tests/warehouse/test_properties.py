"""Whatever the order, the chunks and the repetitions of a delivery, the figures are the same."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.load import load_batch
from orchflow.warehouse.rollups import rebuild_all
from orchflow.warehouse.sql import Query

from .conftest import NOW, Row, table

START = datetime(2026, 11, 18, tzinfo=UTC)
LINKS = ("organization", "user_id", "conversation_id", "caller")
FIGURES = {
    "usage_daily": "select * from usage_daily order by all",
    "callers_daily": "select * from callers_daily order by all",
    "runs_daily": "select * from runs_daily order by all",
    "runners_daily": "select * from runners_daily order by all",
    "agent_runs": "select * from agent_runs order by all",
    "callers": "select * from callers order by all",
}
ROLLUP_IS_RAW = """
    select * from usage_daily
    except all
    select
        day, source, organization, caller, user_id, provider, model, route, status, provenance, currency, count(*), sum(calls),
        coalesce(sum(input_tokens), 0), coalesce(sum(cached_input_tokens), 0), coalesce(sum(cache_write_input_tokens), 0),
        coalesce(sum(output_tokens), 0), sum(amount), sum(cost), count(*) filter (where amount is not null and cost is null),
        sum(amount) filter (where cost is null), coalesce(sum(duration_ms), 0)
    from usage_events group by all
"""
CALLERS_ARE_EVERYBODY = """
    (select
        day, source, organization, caller, provider, model, status, provenance, currency, sum(calls), sum(input_tokens),
        sum(cached_input_tokens), sum(cache_write_input_tokens), sum(output_tokens), sum(cost), sum(unconverted),
        sum(unconverted_amount)
    from usage_daily group by all)
    except all
    select * from callers_daily
"""
AMOUNT = 17
"""The place of the delivered amount in a row of `usage_daily`."""
EURO = Query.of("rate", "insert into exchange_rates values (1, 'EUR', 'USD', date '2026-11-19', 1.1)")
RUNS_ARE_RAW = """
    select * from runs_daily
    except all
    select
        day, source, agent, organization, user_id, count(*), count(*) filter (where status = 'completed'),
        count(*) filter (where status = 'failed'), coalesce(sum(duration_ms) filter (where status = 'completed'), 0),
        count(*) filter (where rejected)
    from agent_runs group by all
"""
RUNNERS_ARE_ALL_AGENTS = """
    (select day, source, organization, user_id, sum(runs), sum(completed), sum(failed), sum(rejected) from runs_daily group by all)
    except all
    select * from runners_daily
"""

minutes = st.integers(0, 3 * 24 * 60).map(lambda n: START + timedelta(minutes=n))
maybe = st.none() | st.integers(0, 5000)


@st.composite
def usage_rows(draw: st.DrawFn) -> list[Row]:
    count = draw(st.integers(1, 12))
    return [
        {
            "event_id": f"e{n}",
            "occurred_at": draw(minutes),
            "organization": draw(st.sampled_from([None, "hr", "legal"])),
            "user_id": draw(st.sampled_from([None, "u1", "u2"])),
            "conversation_id": draw(st.sampled_from([None, "c1", "c2"])),
            "caller": draw(st.sampled_from([None, "writer", "writer-rag", "direct_call"])),
            "provider": draw(st.sampled_from(["openai", "ollama"])),
            "model": draw(st.sampled_from(["small", "large"])),
            "status": draw(st.sampled_from(["completed", "error", "blocked"])),
            "calls": draw(st.none() | st.integers(0, 9)),
            "input_tokens": draw(maybe),
            "output_tokens": draw(maybe),
            "cost": draw(st.none() | st.decimals(0, 10, places=8)),
            "currency": draw(st.sampled_from([None, "USD", "eur", "JPY"])),
            "duration_ms": draw(maybe),
        }
        for n in range(count)
    ]


@st.composite
def run_rows(draw: st.DrawFn) -> list[Row]:
    count = draw(st.integers(1, 14))
    return [
        {
            "event_id": f"r{n}",
            "occurred_at": START + timedelta(minutes=draw(st.integers(0, 40))),
            "type": draw(st.sampled_from(["started", "progress", "completed", "failed"])),
            "agent": draw(st.sampled_from(["writer", "editor"])),
            "conversation_id": draw(st.sampled_from([None, "c1", "c2"])),
            "user_id": draw(st.sampled_from([None, "u1"])),
            "duration_ms": draw(maybe),
        }
        for n in range(count)
    ]


PLACES: list[tuple[str, list[Row]]] = [
    ("conversations", [{"conversation_id": "c1", "organization": "marketing", "user_id": "u1"}]),
    ("agents", [{"slug": "writer"}, {"slug": "editor"}]),
]


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[tuple[str, list[Row]]], list[tuple[str, list[Row]]]]:
    """One plain delivery of everything, and another of the same: shuffled, in chunks, partly twice, some links lost."""
    usage, runs = draw(usage_rows()), draw(run_rows())
    plain = [*PLACES, ("usage", usage), ("run_events", runs)]
    disorder: list[tuple[str, list[Row]]] = list(PLACES)
    for dataset, rows in (("usage", usage), ("run_events", runs)):
        forgetful = [
            {k: v for k, v in row.items() if k not in LINKS} for row in draw(st.lists(st.sampled_from(rows)))
        ]
        again = draw(st.lists(st.sampled_from(rows)))
        shuffled = draw(st.permutations([*rows, *forgetful, *again]))
        while shuffled:
            size = draw(st.integers(1, len(shuffled)))
            disorder.append((dataset, shuffled[:size]))
            shuffled = shuffled[size:]
    return plain, draw(st.permutations(disorder))


def figures(empty: Path, batches: list[tuple[str, list[Row]]], per_transaction: int) -> dict[str, list[Any]]:
    path = Path(shutil.copyfile(empty, empty.with_name("copy.duckdb")))
    warehouse = Warehouse.open(path, timezone="Europe/Berlin", threads=1)
    try:
        with warehouse.write() as tx:
            tx.execute(EURO)
        waiting = list(batches)
        while waiting:
            with warehouse.write() as tx:
                for dataset, rows in waiting[:per_transaction]:
                    load_batch(tx, dataset, "s", table(rows), now=NOW)
            waiting = waiting[per_transaction:]
        assert warehouse.rows(Query.of("raw", ROLLUP_IS_RAW)) == []
        assert warehouse.rows(Query.of("raw", RUNS_ARE_RAW)) == []
        assert warehouse.rows(Query.of("raw", CALLERS_ARE_EVERYBODY)) == []
        assert warehouse.rows(Query.of("raw", RUNNERS_ARE_ALL_AGENTS)) == []
        found = {name: warehouse.rows(Query.of(name, sql)) for name, sql in FIGURES.items()}
        rebuild_all(warehouse)
        assert {name: warehouse.rows(Query.of(name, sql)) for name, sql in FIGURES.items()} == found
        return found
    finally:
        warehouse.close()
        path.unlink()


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a warehouse without rows."""
    file = tmp_path_factory.mktemp("empty") / "warehouse.duckdb"
    Warehouse.open(file, timezone="Europe/Berlin").close()
    return file


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(deliveries(), st.integers(1, 4))
def test_order_chunks_and_repetitions_do_not_change_any_figure(
    empty: Path,
    delivered: tuple[list[tuple[str, list[Row]]], list[tuple[str, list[Row]]]],
    per_transaction: int,
) -> None:
    plain, disorder = delivered
    expected = figures(empty, plain, len(plain))
    assert figures(empty, disorder, per_transaction) == expected
    total = sum((row["cost"] or Decimal(0) for row in plain[2][1]), Decimal(0))
    assert sum((row[AMOUNT] or Decimal(0) for row in expected["usage_daily"]), Decimal(0)) == total
