"""Usage events: what becomes of a delivered row."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from orchflow.errors import UsageError
from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.load import LoadCount, load_batch
from orchflow.warehouse.sql import Query

from .conftest import NOW, Ask, Load, usage


def test_an_event_keeps_its_amount_to_the_last_digit(load: Load, ask: Ask) -> None:
    load("usage", [usage("a", cost="0.12951001", input_tokens="100", provider="openai", model="gpt-5")])
    assert ask("select cost, input_tokens, provenance from usage_events") == [
        (Decimal("0.12951001"), 100, "reported")
    ]


def test_the_same_delivery_again_changes_nothing(load: Load, warehouse: Warehouse) -> None:
    rows = [usage("a", cost="1"), usage("b", cost="2")]
    assert load("usage", rows) == LoadCount(read=2, new=2)
    version = warehouse.version("usage")
    assert load("usage", rows) == LoadCount(read=2)
    assert warehouse.version("usage") == version


def test_a_corrected_amount_replaces_the_old_one_everywhere(load: Load, ask: Ask) -> None:
    load("usage", [usage("a", cost="1"), usage("b", cost="5")])
    assert load("usage", [usage("a", cost="3")]) == LoadCount(read=1, changed=1)
    assert ask("select sum(cost), count(*) from usage_events") == [(Decimal(8), 2)]
    assert ask("select sum(cost), sum(events) from usage_daily") == [(Decimal(8), 2)]


def test_a_corrected_time_moves_the_event_to_another_day(load: Load, ask: Ask) -> None:
    load("usage", [usage("a", cost="1")])
    load("usage", [usage("a", cost="1", occurred_at="2026-11-18T10:00:00Z")])
    assert ask("select day, events from usage_daily") == [(date(2026, 11, 18), 1)]


def test_a_null_never_replaces_a_known_value(load: Load, ask: Ask) -> None:
    known = {
        "user_id": "u1",
        "conversation_id": "c1",
        "organization": "legal",
        "caller": "writer",
        "cost": "1",
    }
    load("usage", [usage("a", **known)])
    assert load("usage", [usage("a")]).changed == 0
    assert ask("select user_id, conversation_id, organization, caller, cost from usage_events") == [
        ("u1", "c1", "legal", "writer", Decimal(1))
    ]


def test_of_two_rows_in_one_batch_the_later_wins_without_losing_known_values(load: Load, ask: Ask) -> None:
    count = load("usage", [usage("a", cost="1", user_id="u1"), usage("a", cost="2", user_id=None)])
    assert count == LoadCount(read=2, new=1, duplicate=1)
    assert ask("select cost, user_id from usage_events") == [(Decimal(2), "u1")]


def test_an_event_known_from_another_source_is_not_counted_twice(load: Load, ask: Ask) -> None:
    load("usage", [usage("a", cost="1")], source="api")
    assert load("usage", [usage("a", cost="1")], source="database") == LoadCount(read=1, duplicate=1)
    assert load("usage", [usage("a", cost="1")], source="api") == LoadCount(read=1)
    assert ask("select source, sum(cost) from usage_events group by all") == [("api", Decimal(1))]


def test_an_own_row_that_is_corrected_to_what_another_source_has_is_no_duplicate(
    load: Load, ask: Ask
) -> None:
    load("usage", [usage("1", cost="1")], source="api")
    elsewhere = [usage("1", cost="1", occurred_at="2026-11-21T10:00:00Z")]
    load("usage", elsewhere, source="file")
    assert load("usage", elsewhere, source="api") == LoadCount(read=1, changed=1)
    assert load("usage", elsewhere, source="api") == LoadCount(read=1)
    assert ask("select source, day::varchar from usage_events order by all") == [
        ("api", "2026-11-21"), ("file", "2026-11-21"),
    ]  # fmt: skip


def test_the_same_id_at_another_time_in_another_source_is_another_event(load: Load, ask: Ask) -> None:
    load("usage", [usage("1", cost="1")], source="api")
    other = [usage("1", cost="1", occurred_at="2026-11-21T10:00:00Z")]
    assert load("usage", other, source="file").new == 1
    assert load("usage", other, source="file") == LoadCount(read=1)
    assert ask("select count(*) from usage_events") == [(2,)]


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20T10:00:00.5Z",
        "2026-11-20 10:00:00.5+00",
        "2026-11-20T10:00:00.500000+00:00",
        "2026-11-20T11:00:00.5+01:00",
        "2026-11-20T10:00:00.5",
        "1795168800500",
        1795168800500,
        "1795168800500000",
        1795168800500000000,
        datetime(2026, 11, 20, 10, 0, 0, 500000, tzinfo=UTC),
        datetime(2026, 11, 20, 10, 0, 0, 500000),  # noqa: DTZ001 - what a source without zones delivers
    ],
)
def test_every_form_of_time_is_the_same_instant(load: Load, ask: Ask, text: Any) -> None:
    load("usage", [usage("a", occurred_at=text)])
    assert ask("select occurred_at from usage_events") == [
        (datetime(2026, 11, 20, 10, 0, 0, 500000, tzinfo=UTC),)
    ]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (usage(None), "event_id is missing"),
        (usage("  "), "event_id is missing"),
        (usage("a", occurred_at=None), "occurred_at is missing"),
        (usage("a", occurred_at="yesterday"), "occurred_at is not a time"),
        (usage("a", occurred_at="99999999999999999999"), "occurred_at is not a time"),
        (usage("a", occurred_at="2019-12-31T23:59:59Z"), "occurred_at is before 2020"),
        (usage("a", occurred_at="2026-11-23T12:00:01Z"), "occurred_at is more than a day in the future"),
        (usage("a", recorded_at="soon"), "recorded_at is not a time"),
        (usage("a", input_tokens="many"), "input_tokens is not a whole number"),
        (usage("a", output_tokens="12.5"), "output_tokens is not a whole number"),
        (usage("a", input_tokens=-1), "input_tokens is negative"),
        (usage("a", cost="1,50"), "cost is not an amount"),
        (usage("a", cost="999999999999999"), "cost is not an amount"),
        (usage("a", cost=float("inf")), "cost is not an amount"),
        (usage("a", duration_ms="-5"), "duration_ms is negative"),
    ],
)
def test_a_bad_row_is_set_aside_with_its_reason(
    load: Load, ask: Ask, row: dict[str, Any], reason: str
) -> None:
    count = load("usage", [row, usage("good")])
    assert count == LoadCount(read=2, new=1, rejected=1)
    assert ask("select job, dataset, reason, attempts, resolved_at from rejects") == [
        ("usage", "usage", reason, 1, None)
    ]


def test_a_row_at_the_edges_of_what_is_possible_is_kept(load: Load) -> None:
    edges = [
        usage("a", occurred_at="2020-01-01T00:00:00Z"),
        usage("b", occurred_at="2026-11-23T12:00:00Z", cost=0),
    ]
    assert load("usage", edges).new == 2


def test_a_refund_counts(load: Load, ask: Ask) -> None:
    load("usage", [usage("a", cost="12.50"), usage("b", cost="-2.50")])
    assert ask("select sum(cost), sum(events) from usage_daily") == [(Decimal(10), 2)]


def test_unknown_columns_are_ignored_and_never_stored(load: Load, ask: Ask) -> None:
    load("usage", [usage("a", cost="bad", prompt="a secret", thinking_content="another")])
    (raw,) = ask("select raw::varchar from rejects")[0]
    assert "secret" not in raw
    assert "another" not in raw


def test_empty_text_is_no_value(load: Load, ask: Ask) -> None:
    load("usage", [usage("a", cost="", user_id=" ", input_tokens="", provider=" openai ")])
    assert ask("select cost, user_id, input_tokens, provider, provenance from usage_events") == [
        (None, None, None, "openai", "unpriced")
    ]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"cost": "1"}, ("remote", "reported")),
        ({"cost": "0", "is_local": "t"}, ("local", "estimated")),
        ({"cost": "1", "provider": "ollama"}, ("local", "estimated")),
        ({"cost": "1", "provider": "ollama", "route": "remote"}, ("remote", "reported")),
        ({"cost": None, "provider": "ollama"}, ("local", "unpriced")),
        ({"cost": "1", "provider": "ollama-cloud", "is_local": False}, ("remote", "reported")),
    ],
)
def test_route_and_provenance_follow_from_the_row(
    load: Load, ask: Ask, values: dict[str, Any], expected: tuple[str, str]
) -> None:
    load("usage", [usage("a", **values)])
    assert ask("select route, provenance from usage_events") == [expected]


def test_an_error_is_a_failed_call_and_no_status_a_completed_one(load: Load, ask: Ask) -> None:
    load("usage", [usage("a", status="error"), usage("b"), usage("c", status="blocked")])
    load("usage", [usage("a")])
    assert ask("select event_id, status from usage_events order by 1") == [
        ("a", "failed"), ("b", "completed"), ("c", "blocked"),
    ]  # fmt: skip


def test_the_organisation_comes_from_the_row_else_the_conversation_else_the_user(
    load: Load, ask: Ask
) -> None:
    load("users", [{"user_id": "u1", "organization": "finance"}, {"user_id": "u2"}, {"user_id": "u3"}])
    load("roles", [
        {"user_id": "u2", "organization": "legal", "role": "member"},
        {"user_id": "u2", "organization": "*", "role": "admin"},
        {"user_id": "u3", "organization": "legal", "role": "member"},
        {"user_id": "u3", "organization": "finance", "role": "member"},
    ])  # fmt: skip
    load("conversations", [{"conversation_id": "c1", "organization": "marketing"}])
    load("usage", [
        usage("row", organization="hr", conversation_id="c1", user_id="u1"),
        usage("conversation", conversation_id="c1", user_id="u1"),
        usage("user", conversation_id="unknown", user_id="u1"),
        usage("only role", user_id="u2"),
        usage("several roles", user_id="u3"),
    ])  # fmt: skip
    assert dict(ask("select event_id, organization from usage_events")) == {
        "row": "hr", "conversation": "marketing", "user": "finance", "only role": "legal", "several roles": None,
    }  # fmt: skip


def test_a_conversation_that_comes_later_gives_its_organisation_to_the_usage(load: Load, ask: Ask) -> None:
    load(
        "usage",
        [usage("a", conversation_id="c1", cost="1"), usage("b", organization="hr", conversation_id="c1")],
    )
    load("conversations", [{"conversation_id": "c1", "organization": "legal"}])
    assert ask("select organization, sum(events) from usage_daily group by all order by 1") == [
        ("hr", 1), ("legal", 1),
    ]  # fmt: skip


def test_days_are_those_of_the_workspace(tmp_path: Path) -> None:
    opened = Warehouse.open(tmp_path / "w.duckdb", timezone="Europe/Berlin")
    with opened.write() as tx:
        rows = pa.table(
            {"event_id": ["a", "b"], "occurred_at": ["2026-11-20T22:59:59Z", "2026-11-20T23:00:00Z"]}
        )
        load_batch(tx, "usage", "s", rows, now=NOW)
    days = opened.rows(Query.of("days", "select day from usage_daily order by 1"))
    opened.close()
    assert days == [(date(2026, 11, 20),), (date(2026, 11, 21),)]


def test_arrow_types_of_every_kind_are_understood(warehouse: Warehouse, ask: Ask) -> None:
    rows = pa.table({
        "event_id": pa.array(["a", "b"]).dictionary_encode(),
        "occurred_at": pa.array([NOW, NOW], pa.timestamp("ns", "Europe/Berlin")),
        "user_id": pa.array([7, None], pa.int64()),
        "caller": pa.array([b"writer", None], pa.binary()),
        "input_tokens": pa.array([12.0, float("nan")]),
        "cost": pa.array([0.123457, None]),
        "is_local": pa.array([True, False]),
        "model": pa.nulls(2),
        "provider": pa.array(["x", "y"], pa.large_string()),
    })  # fmt: skip
    with warehouse.write() as tx:
        assert load_batch(tx, "usage", "s", rows, now=NOW).new == 2
    assert ask("select occurred_at, user_id, caller, input_tokens, cost, route from usage_events order by event_id") == [
        (NOW, "7", "writer", 12, Decimal("0.123457"), "local"), (NOW, None, None, None, None, "remote"),
    ]  # fmt: skip


def test_an_unknown_dataset_is_named_with_those_there_are(warehouse: Warehouse) -> None:
    with pytest.raises(UsageError, match="invoices") as refused, warehouse.write() as tx:
        load_batch(tx, "invoices", "s", pa.table({"a": [1]}), now=NOW)
    assert "usage" in refused.value.hint
