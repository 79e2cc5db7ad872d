"""Rows set aside: counted, kept, tried again."""

from __future__ import annotations

from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.load import LoadCount, retry_rejects
from orchflow.warehouse.sql import Query

from .conftest import NOW, Ask, Load, run_event, usage

STATE = "select source, attempts, resolved_at is not null from rejects order by source"


def retry(warehouse: Warehouse, source: str | None = None) -> LoadCount:
    with warehouse.write() as tx:
        return retry_rejects(tx, source, now=NOW)


def test_the_same_bad_row_is_kept_once_and_its_attempts_are_counted(load: Load, ask: Ask) -> None:
    for _ in range(3):
        load("usage", [usage("a", cost="much"), usage("a", cost="much")])
    assert ask(STATE) == [("platform", 3, False)]


def test_a_row_that_is_still_bad_stays_a_reject(load: Load, ask: Ask, warehouse: Warehouse) -> None:
    load("usage", [usage("a", cost="much")])
    assert retry(warehouse) == LoadCount(read=1, rejected=1)
    assert ask(STATE) == [("platform", 2, False)]


def test_a_row_that_can_be_kept_by_now_is_loaded_and_resolved(
    load: Load, ask: Ask, warehouse: Warehouse
) -> None:
    early = usage("a", occurred_at="2026-11-24T00:00:00Z", cost="0.1", input_tokens=5)
    load("usage", [early])
    load("run_events", [run_event("1", "paused", "10:00")])
    with warehouse.write() as tx:
        later = NOW.replace(day=25)
        assert retry_rejects(tx, now=later) == LoadCount(read=2, new=1, rejected=1)
    assert ask("select event_id, cost::varchar, input_tokens from usage_events") == [
        ("a", "0.100000000000000000", 5)
    ]
    assert ask("select dataset, resolved_at from rejects order by 1") == [
        ("run_events", None),
        ("usage", later),
    ]


def test_only_the_named_source_is_tried(load: Load, ask: Ask, warehouse: Warehouse) -> None:
    load("usage", [usage("a", cost="x")], source="one")
    load("usage", [usage("a", cost="x")], source="two")
    assert retry(warehouse, "two").read == 1
    assert ask(STATE) == [("one", 1, False), ("two", 2, False)]


def test_trying_agents_again_removes_no_others(load: Load, ask: Ask, warehouse: Warehouse) -> None:
    load("agents", [{"slug": "writer"}, {"slug": "editor", "created_at": "?", "organizations": ["a"]}])
    retry(warehouse)
    assert ask("select slug, present from agents") == [("writer", True)]


def test_a_reject_is_resolved_when_its_event_arrives_repaired(load: Load, ask: Ask) -> None:
    load("usage", [usage("a", cost="x"), usage("b", cost="x")])
    load("usage", [usage("a", cost="1")])
    assert ask("select raw ->> 'event_id', resolved_at from rejects order by 1") == [("a", NOW), ("b", None)]


def test_nothing_waiting_is_nothing_to_do(warehouse: Warehouse) -> None:
    assert retry(warehouse) == LoadCount()
    assert warehouse.version("ingest") == 0


def test_a_batch_of_nothing_but_bad_rows_loads_nothing(load: Load, warehouse: Warehouse) -> None:
    assert load("usage", [usage("a", cost="x")]) == LoadCount(read=1, rejected=1)
    assert warehouse.value(Query.of("q", "select count(*) from usage_daily")) == 0
    assert (warehouse.version("usage"), warehouse.version("ingest")) == (0, 1)
