"""Which of two deliveries of a row is the newer one, and what goes again."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from itertools import permutations

import pyarrow as pa
import pytest

from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.load import LoadCount
from orchflow.warehouse.removal import remove_absent, remove_named
from orchflow.warehouse.rollups import rebuild_all

from .conftest import Ask, Load, Row, usage

EVENING, MORNING = "2026-11-20T20:00:00Z", "2026-11-20T10:00:01Z"
SUM = "select sum(cost), sum(events) from usage_daily"


def said(at: str, **values: str) -> Row:
    return usage("a", delivered_at=at, delivery=f"{at}.csv", **values)


def test_what_was_said_before_never_replaces_what_is_stored(load: Load, ask: Ask) -> None:
    load("usage", [said(EVENING, cost="9")])
    assert load("usage", [said(MORNING, cost="2")]) == LoadCount(read=1, superseded=1)
    assert ask(SUM) == [(Decimal(9), 1)]


def test_an_older_delivery_still_adds_what_the_newer_one_did_not_say(load: Load, ask: Ask) -> None:
    load("usage", [said(EVENING, cost="9")])
    assert load("usage", [said(MORNING, cost="2", user_id="u1")]).changed == 1
    assert ask("select cost, user_id from usage_events") == [(Decimal(9), "u1")]


@pytest.mark.parametrize("order", list(permutations(("10:00", "12:00", "14:00"))))
def test_the_newest_wins_in_whatever_order_deliveries_come(
    load: Load, ask: Ask, order: tuple[str, ...]
) -> None:
    for at in order:
        load("usage", [said(f"2026-11-20T{at}:00Z", cost=at[:2])])
    assert ask(SUM) == [(Decimal(14), 1)]


def test_the_newest_of_one_batch_wins_and_the_older_ones_are_counted(load: Load, ask: Ask) -> None:
    count = load("usage", [said(EVENING, cost="9"), said(MORNING, cost="2"), said(MORNING, cost="3")])
    assert count == LoadCount(read=3, new=1, duplicate=1, superseded=1)
    assert ask(SUM) == [(Decimal(9), 1)]


def test_the_same_said_again_later_is_no_change(load: Load, warehouse: Warehouse) -> None:
    load("usage", [said(MORNING, cost="2")])
    version = warehouse.version("usage")
    assert load("usage", [said(EVENING, cost="2.00")]) == LoadCount(read=1)
    assert warehouse.version("usage") == version


@pytest.mark.parametrize(
    ("one", "other", "events"),
    [
        ("2026-11-01T10:00:00.123456Z", "2026-11-01T10:00:00.123Z", 1),
        ("2026-11-01T10:00:00.999999Z", "2026-11-01T10:00:01Z", 1),
        ("2026-11-01T10:00:43Z", "2026-11-01 10:00", 1),
        (1793527200123456789, "2026-11-01T10:00:00.123Z", 1),
        ("2026-11-01T10:00:00Z", "2026-11-01T10:01:30Z", 2),
        ("2026-11-01T10:00:10Z", "2026-11-01T10:00:20Z", 2),
    ],
)
def test_one_id_through_two_sources_counts_once_in_whatever_precision(
    load: Load, ask: Ask, one: str, other: str, events: int
) -> None:
    load("usage", [usage("r1", occurred_at=one, cost="1")], source="a")
    load("usage", [usage("r1", occurred_at=other, cost="1")], source="b")
    load("usage", [usage("r1", occurred_at=other, cost="1")], source="b")
    assert ask("select count(*) from usage_events") == [(events,)]


def test_what_is_taken_away_leaves_the_totals_and_the_callers(
    load: Load, ask: Ask, warehouse: Warehouse
) -> None:
    load("agents", [{"slug": "writer"}, {"slug": "editor"}], snapshot=False)
    load("usage", [usage("a", cost="1", caller="writer"), usage("b", cost="2", caller="editor")])
    with warehouse.write() as tx:
        assert remove_named(tx, "platform", pa.table({"event_id": ["a", "x"]})) == LoadCount(gone=1)
    assert ask(SUM) == [(Decimal(2), 1)]
    assert ask("select caller from callers") == ask("select slug from agents") == [("editor",)]
    rebuild_all(warehouse)
    assert ask(SUM) == [(Decimal(2), 1)]


def test_what_a_file_no_longer_has_goes_within_its_time_only(
    load: Load, ask: Ask, warehouse: Warehouse
) -> None:
    rows = [
        usage(day, occurred_at=f"2026-11-{day}T10:00:00Z", delivery="day.csv") for day in ("18", "19", "20")
    ]
    load("usage", [*rows, usage("other", occurred_at="2026-11-19T10:00:00Z", delivery="other.csv")])
    with warehouse.write() as tx:
        first, last = (datetime(2026, 11, day, tzinfo=UTC) for day in (19, 21))
        count = remove_absent(tx, "platform", "day.csv", pa.table({"event_id": ["20"]}), first, last)
    assert count == LoadCount(gone=1)
    assert ask("select event_id from usage_events order by 1") == [("18",), ("20",), ("other",)]


def test_a_bad_row_delivered_by_another_file_is_the_same_bad_row(load: Load, ask: Ask) -> None:
    for line, file in enumerate(("a.csv", "b.csv"), 2):
        load("usage", [usage("a", cost="much", line=line, delivery=file, delivered_at=MORNING)])
    assert ask("select attempts, raw ->> 'line' from rejects") == [(2, "2")]
    load("usage", [usage("b", fault="the quote in line 3 is not closed")])
    assert ask("select reason from rejects where attempts = 1") == [("the quote in line 3 is not closed",)]
