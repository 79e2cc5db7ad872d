"""Every dataset says what its columns hold, can be narrowed, measured and read page by page, on both plan stores."""

from __future__ import annotations

import base64
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from orchflow.errors import Invalid, NotFound, UsageError
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.planning.work.efforts import create_effort
from orchflow.reports.dataset import Reading, Selection
from orchflow.reports.datasets import DATASETS, export, read_page, stream
from orchflow.store.engine import Store
from orchflow.table_files import writers
from orchflow.warehouse.database import Warehouse
from orchflow.workspace import Workspace
from tests.metrics.facts import TODAY, SmallFacts

TWO_DAYS = (date(2026, 11, 19), TODAY)


@pytest.fixture
def calls(ws: Workspace) -> Workspace:
    """Seven calls of two providers on two days, at the same moment of each, one without an organisation."""
    facts = SmallFacts(ws.warehouse)
    made = [
        facts.call(TWO_DAYS[n % 2], provider=("openai", "xai")[n % 3 == 0], model=f"m{n}") for n in range(6)
    ]
    facts.calls(*made, facts.call(TODAY, organization=None, provider="openai"))
    return ws


def everything(ws: Workspace, name: str, limit: int, part: Selection | None = None) -> list[dict[str, Any]]:
    """The rows of all pages."""
    rows: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = read_page(ws, SYSTEM, name, part or Selection(), cursor, limit)
        rows += page.rows.to_pylist()
        cursor = page.next
        if cursor is None:
            return rows


@pytest.mark.parametrize("name", list(DATASETS))
def test_every_column_says_what_it_holds_and_the_key_is_among_them(kept_ws: Workspace, name: str) -> None:
    source = DATASETS[name]
    columns = {column.name: column for column in source.columns(kept_ws)}
    assert all(column.about for column in columns.values())
    assert {*source.key, *source.filters} <= columns.keys()
    assert all(columns[column].narrows for column in source.filters)


@pytest.mark.parametrize(
    ("name", "limit"), [("usage_events", 1), ("usage_events", 500), ("usage_daily", 2), ("metrics", 7)]
)
def test_the_pages_are_the_whole_whatever_their_size(calls: Workspace, name: str, limit: int) -> None:
    part = Selection(*TWO_DAYS, where={"metric": ("cost",)} if name == "metrics" else {})
    rows = everything(calls, name, limit, part)
    whole = [
        row for batch in DATASETS[name].batches(Reading(calls, SYSTEM, part), 3) for row in batch.to_pylist()
    ]
    assert len(rows) == len(whole) > 6
    assert sorted(map(str, rows)) == sorted(map(str, whole))


def test_rows_that_come_between_two_pages_are_neither_skipped_nor_repeated(calls: Workspace) -> None:
    first = read_page(calls, SYSTEM, "usage_events", Selection(), None, 4)
    facts = SmallFacts(calls.warehouse, source="another")
    facts.calls(facts.call(TWO_DAYS[0], event_id="0 before"), facts.call(TODAY, event_id="z after"))
    rest = read_page(calls, SYSTEM, "usage_events", Selection(), first.next, 100)
    names = [*first.rows["event_id"].to_pylist(), *rest.rows["event_id"].to_pylist()]
    assert len(names) == len(set(names)) == 8
    assert "z after" in names


def test_values_narrow_whatever_is_asked(calls: Workspace, tmp_path: Path) -> None:
    part = Selection(where={"provider": ("openai",), "organization": ("acme", "none")})
    source, reading = DATASETS["usage_events"], Reading(calls, SYSTEM, part)
    assert (
        source.count(reading)
        == source.measure(reading).rows
        == len(everything(calls, "usage_events", 2, part))
        == 5
    )
    assert source.measure(reading).newest == datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert source.newest(reading, 10)["organization"].to_pylist().count(None) == 1
    written = export(calls, SYSTEM, "usage_events", tmp_path / "out.parquet", where=part.where)
    assert (written.rows, {*pq.read_table(written.path)["provider"].to_pylist()}) == (5, {"openai"})
    values = source.values(reading)
    assert (values["provider"], values["organization"]) == (["openai", "xai"], ["acme"])
    only_none = Selection(where={"organization": ("none",)})
    assert source.count(Reading(calls, SYSTEM, only_none)) == 1


def test_the_plan_is_narrowed_and_paged_on_both_engines(
    ws: Workspace, store: Store, warehouse: Warehouse
) -> None:
    both = Workspace(ws.settings, store, warehouse)
    for number in (1, 2, 3):
        create_effort(
            store,
            SYSTEM,
            number=number,
            name=f"Effort {number}",
            status="completed" if number == 2 else "not_started",
        )
    assert [row["name"] for row in everything(both, "efforts", 1)] == ["Effort 1", "Effort 2", "Effort 3"]
    found = {
        column: len(everything(both, "efforts", 10, Selection(where={column: values})))
        for column, values in {
            "status": ("completed",),
            "number": ("1", "3"),
            "owner": ("none",),
            "flow": ("7",),
        }.items()
    }
    assert found == {"status": 1, "number": 2, "owner": 3, "flow": 0}
    assert len(everything(both, "efforts", 10, Selection(where={"number": (" 1.0 ", "none")}))) == 1
    measured = DATASETS["efforts"].measure(Reading(both, SYSTEM))
    assert measured.rows == 3
    assert isinstance(measured.newest, datetime)
    assert DATASETS["efforts"].values(Reading(both, SYSTEM))["status"] == ["completed", "not_started"]


@pytest.mark.parametrize(
    ("name", "part", "error", "said"),
    [
        ("nothing", Selection(), NotFound, "There is no dataset 'nothing'"),
        ("agents", Selection(start=TODAY), UsageError, "no days"),
        ("usage_events", Selection(TODAY, TWO_DAYS[0]), UsageError, "before it starts"),
        ("usage_events", Selection(where={"cost": ("1",)}), UsageError, "is not narrowed by 'cost'"),
        ("tasks", Selection(where={'x" or 1': ("1",)}), UsageError, "is not narrowed by"),
        ("tasks", Selection(where={"labels": ("a",)}), UsageError, "is not narrowed by 'labels'"),
        ("changes", Selection(where={"old": ("a",)}), UsageError, "is not narrowed by 'old'"),
        (
            "tasks",
            Selection(where={"milestone": ("maybe",)}),
            UsageError,
            "milestone is neither yes nor no: 'maybe'",
        ),
        ("tasks", Selection(where={"id": ("abc",)}), UsageError, "id is not a number: 'abc'"),
        ("tasks", Selection(where={"id": ("1.5",)}), UsageError, "id is not a whole number: '1.5'"),
        ("tasks", Selection(where={"id": (str(2**63),)}), UsageError, "id is not a whole number"),
        ("tasks", Selection(where={"due": ("someday",)}), UsageError, "due is not a date: 'someday'"),
        ("usage_daily", Selection(where={"day": ("01/02/2026",)}), UsageError, "day could be two days"),
    ],
)
def test_what_is_no_part_of_a_dataset_is_refused(
    ws: Workspace, name: str, part: Selection, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        read_page(ws, SYSTEM, name, part, None, 10)


def cursor_of(*parts: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("name", "cursor"),
    [
        *(("usage_events", text) for text in ("", "x", "W10", "é" * 9)),
        ("usage_events", cursor_of("tasks", 1)),
        ("usage_events", cursor_of("usage_events", 1, 2, 3)),
        ("usage_events", cursor_of("usage_events", "2026-11-20T12:00:00", "a", "b")),
        *(("tasks", cursor_of("tasks", number)) for number in (2**70, None, 1.5, "1", True)),
    ],
)
def test_a_cursor_that_was_not_given_out_is_refused(ws: Workspace, name: str, cursor: str) -> None:
    with pytest.raises(Invalid, match="given out"):
        read_page(ws, SYSTEM, name, Selection(), cursor, 10)


def test_whatever_narrows_can_be_asked_for_on_both_engines(
    ws: Workspace, store: Store, warehouse: Warehouse
) -> None:
    both = Workspace(ws.settings, store, warehouse)
    odd = {"string": "²=é", "bool": "x", "date": "31.12.2199"}
    for name, source in DATASETS.items():
        where = {
            column.name: (odd.get(str(column.kind).removesuffix("32[day]"), "999999"),)
            for column in source.columns(both)
            if column.narrows
        }
        assert read_page(both, SYSTEM, name, Selection(where=where), None, 3).rows.num_rows == 0


@pytest.mark.parametrize(
    ("name", "column", "ways"),
    [
        ("usage_daily", "day", ("2026-11-20", "20.11.2026", "20 Nov 2026")),
        ("agents", "present", ("true", "Yes", "1", "x")),
    ],
)
def test_a_value_may_be_written_as_in_any_other_place(
    calls: Workspace, name: str, column: str, ways: tuple[str, ...]
) -> None:
    counts = {way: len(everything(calls, name, 50, Selection(where={column: (way,)}))) for way in ways}
    assert len(set(counts.values())) == 1, counts


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_what_is_streamed_is_the_file_that_is_written(calls: Workspace, tmp_path: Path, suffix: str) -> None:
    written = export(calls, SYSTEM, "usage_daily", tmp_path / f"out{suffix}").path
    assert b"".join(stream(calls, SYSTEM, "usage_daily", suffix, Selection())) == written.read_bytes()


def test_a_sheet_that_would_not_hold_the_rows_is_refused_before_any_is_read(
    calls: Workspace, admin: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writers, "EXCEL_ROWS", 3)
    monkeypatch.setattr(calls.warehouse, "batches", None)
    with pytest.raises(UsageError, match="at most 3 rows and there are 7"):
        export(calls, admin, "usage_events", tmp_path / "out.xlsx")
    assert list(tmp_path.glob("*.xlsx")) == []
