from __future__ import annotations

import csv
import json
from contextlib import ExitStack, closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchflow.errors import Forbidden, OrchflowError, UsageError
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.people.users import add_user
from orchflow.planning.journey.content import load_flows
from orchflow.planning.work.efforts import create_effort, list_efforts
from orchflow.reports.dataset import Reading
from orchflow.reports.datasets import DATASETS, export, list_datasets
from orchflow.reports.plan_datasets import PLAN_DATASETS
from orchflow.store.connect import AT_ONCE
from orchflow.table_files import writers
from orchflow.warehouse.load import load_batch
from orchflow.workspace import Workspace

COLUMNS = [
    "event_id", "source", "occurred_at", "organization", "agent", "caller", "user_id", "provider", "model", "route",
    "status", "input_tokens", "output_tokens", "cost", "provenance", "duration_ms", "calls",
    "cached_input_tokens", "cache_write_input_tokens", "amount", "currency", "cost_currency", "unconverted",
    "cache_write_1h_input_tokens", "reasoning_tokens", "images", "seconds", "service_tier", "delivered_amount",
    "delivered_currency", "price_run",
]  # fmt: skip
FIRST = datetime(2026, 11, 5, 9, 30, 16, 329123, tzinfo=UTC)


def load(ws: Workspace, dataset: str, *rows: dict[str, Any]) -> None:
    columns = {column: None for row in rows for column in row}
    table = pa.table({column: [row.get(column) for row in rows] for column in columns})
    with ws.warehouse.write() as tx:
        assert load_batch(tx, dataset, "platform", table, now=datetime(2026, 12, 1, tzinfo=UTC)).rejected == 0


def two_calls(ws: Workspace) -> None:
    load(ws, "agents", {"slug": "claims", "name": "Claims", "status": "active"})
    load(
        ws, "usage",
        {"event_id": "1", "occurred_at": FIRST, "caller": "claims-rag", "organization": "acme", "user_id": "u1",
         "provider": "anthropic", "model": "claude", "status": "completed", "input_tokens": "10", "output_tokens": "5",
         "cost": "0.12951000", "duration_ms": "1200"},
        {"event_id": "2", "occurred_at": FIRST.replace(day=6), "caller": "=HYPERLINK(\"http://x\")", "model": "-gpt",
         "input_tokens": "1", "output_tokens": "0", "cost": "1234567890.12345678"},
    )  # fmt: skip


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet", ".json"])
def test_usage_events_have_the_agreed_columns_in_every_format(
    ws: Workspace, admin: Actor, tmp_path: Path, suffix: str
) -> None:
    two_calls(ws)
    done = export(ws, admin, "usage_events", tmp_path / f"out{suffix}")
    assert done.rows == 2
    assert [list(row) for row in read(done.path)] == [COLUMNS] * 2


def read(path: Path) -> list[dict[str, Any]]:
    match path.suffix:
        case ".csv":
            with path.open(newline="", encoding="utf-8-sig") as file:
                return list(csv.DictReader(file))
        case ".json":
            rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
            return rows
        case ".parquet":
            found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
            return found
        case _:
            heading, *lines = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
            names = [
                title.lower().replace(" ", "_").replace("organisation", "organization") for title in heading
            ]
            return [dict(zip(names, line, strict=True)) for line in lines]


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".json"])
def test_cost_keeps_every_digit(ws: Workspace, admin: Actor, tmp_path: Path, suffix: str) -> None:
    two_calls(ws)
    rows = read(export(ws, admin, "usage_events", tmp_path / f"out{suffix}").path)
    assert [Decimal(row["cost"]) for row in rows] == [Decimal("0.12951000"), Decimal("1234567890.12345678")]


def test_excel_holds_as_text_what_its_numbers_cannot(ws: Workspace, admin: Actor, tmp_path: Path) -> None:
    two_calls(ws)
    rows = read(export(ws, admin, "usage_events", tmp_path / "out.xlsx").path)
    assert [row["cost"] for row in rows] == [0.12951, "1234567890.12345678"]


def test_a_text_that_looks_like_a_formula_is_defused_in_csv(
    ws: Workspace, admin: Actor, tmp_path: Path
) -> None:
    two_calls(ws)
    row = read(export(ws, admin, "usage_events", tmp_path / "out.csv").path)[1]
    assert (row["caller"], row["model"]) == ('\'=HYPERLINK("http://x")', "'-gpt")


def test_excel_never_holds_a_formula(ws: Workspace, admin: Actor, tmp_path: Path) -> None:
    two_calls(ws)
    book = openpyxl.load_workbook(export(ws, admin, "usage_events", tmp_path / "out.xlsx").path)
    cells = [cell for line in book.active.iter_rows() for cell in line]
    assert "f" not in {cell.data_type for cell in cells}
    assert '=HYPERLINK("http://x")' in {cell.value for cell in cells}


def test_times_are_utc_in_every_format(ws: Workspace, admin: Actor, tmp_path: Path) -> None:
    two_calls(ws)
    times = {
        suffix: read(export(ws, admin, "usage_events", tmp_path / f"out{suffix}").path)[0]["occurred_at"]
        for suffix in (".csv", ".json", ".parquet", ".xlsx")
    }
    assert times == {
        ".csv": "2026-11-05 09:30:16.329123Z",
        ".json": "2026-11-05T09:30:16.329123Z",
        ".parquet": FIRST,
        ".xlsx": datetime(2026, 11, 5, 9, 30, 16, 329000),  # noqa: DTZ001 - Excel has no zones
    }


def test_both_days_of_the_period_are_included(ws: Workspace, admin: Actor, tmp_path: Path) -> None:
    two_calls(ws)
    out = tmp_path / "out.csv"
    assert export(ws, admin, "usage_events", out, date(2026, 11, 5), date(2026, 11, 5)).rows == 1
    assert export(ws, admin, "usage_events", out, date(2026, 11, 6), date(2026, 11, 30)).rows == 1
    assert export(ws, admin, "usage_events", out, date(2026, 11, 5), date(2026, 11, 6)).rows == 2


def test_the_rollup_names_the_agent_too(ws: Workspace, admin: Actor, tmp_path: Path) -> None:
    two_calls(ws)
    rows = read(export(ws, admin, "usage_daily", tmp_path / "out.parquet").path)
    assert [(row["day"], row["agent"], row["calls"], row["cost"]) for row in rows] == [
        (date(2026, 11, 5), "claims", 1, Decimal("0.12951000")),
        (date(2026, 11, 6), None, 1, Decimal("1234567890.12345678")),
    ]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet", ".json"])
@pytest.mark.parametrize("dataset", list(DATASETS))
def test_every_dataset_is_written_even_when_empty(
    kept_ws: Workspace, admin: Actor, tmp_path: Path, dataset: str, suffix: str
) -> None:
    done = export(kept_ws, admin, dataset, tmp_path / f"out{suffix}")
    if dataset == "metrics":  # what is known without a row: that nothing was set aside, and what ships
        assert done.rows == 1 + 3 * (1 + len(load_flows().flows))
    else:
        assert done.rows == 0
    assert suffix == ".xlsx" or len(read(done.path)) == done.rows


def test_an_empty_csv_still_has_its_heading(ws: Workspace, admin: Actor, tmp_path: Path) -> None:
    out = export(ws, admin, "usage_events", tmp_path / "out.csv").path
    assert out.read_text("utf-8-sig").strip().replace('"', "").split(",") == COLUMNS


def test_more_rows_than_excel_holds_are_refused_and_nothing_is_left(
    ws: Workspace, admin: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_calls(ws)
    monkeypatch.setattr(writers, "EXCEL_ROWS", 1)
    with pytest.raises(UsageError, match="holds at most 1 rows") as refused:
        export(ws, admin, "usage_events", tmp_path / "sub.xlsx")
    assert "fewer days" in refused.value.hint
    assert [path.name for path in tmp_path.iterdir() if path.suffix in (".xlsx", ".part")] == []


def test_a_file_that_was_there_stays_when_the_new_one_fails(
    ws: Workspace, admin: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_calls(ws)
    out = tmp_path / "out.xlsx"
    out.write_bytes(b"before")
    monkeypatch.setattr(writers, "EXCEL_ROWS", 1)
    with pytest.raises(UsageError):
        export(ws, admin, "usage_events", out)
    assert out.read_bytes() == b"before"


def test_a_folder_that_is_not_there_is_said_in_a_sentence(
    ws: Workspace, admin: Actor, tmp_path: Path
) -> None:
    with pytest.raises(OrchflowError, match="could not be written: No such file or directory"):
        export(ws, admin, "agents", tmp_path / "missing" / "out.csv")


@pytest.mark.parametrize(
    ("dataset", "name", "start", "message"),
    [
        ("usage_event", "out.csv", None, "There is no dataset 'usage_event'"),
        ("agents", "out.pdf", None, "The format .pdf is not known"),
        ("agents", "out", None, r"The format \(none\) is not known"),
        ("agents", "out.csv", date(2026, 1, 1), "agents has no days to choose from"),
    ],
)
def test_what_cannot_be_served_is_refused(
    ws: Workspace, admin: Actor, tmp_path: Path, dataset: str, name: str, start: date | None, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        export(ws, admin, dataset, tmp_path / name, start)


def test_nobody_exports_without_the_permission(ws: Workspace, viewer: Actor, tmp_path: Path) -> None:
    with pytest.raises(Forbidden):
        export(ws, viewer, "usage_events", tmp_path / "out.csv")
    assert list_datasets(viewer) == []


class Exporter(Actor):
    """Someone who may export but not see people's figures, which no role of today is."""

    def may(self, permission: Any) -> bool:
        return permission == "data.export"


@pytest.mark.parametrize("dataset", ["usage_events", "usage_daily", "agent_runs", "users"])
def test_rows_of_single_people_leave_only_with_the_permission_for_them(
    ws: Workspace, tmp_path: Path, dataset: str
) -> None:
    two_calls(ws)
    user, _ = add_user(ws.store, SYSTEM, username="exporter", display_name="Exporter")
    exporter = Exporter(user.id, user.username, user.display_name, user.role)
    with pytest.raises(Forbidden, match="single people"):
        export(ws, exporter, dataset, tmp_path / "out.csv")
    assert dataset not in [each.name for each in list_datasets(exporter)]
    assert "agents" in [each.name for each in list_datasets(exporter)]


def test_users_are_matched_to_the_people_here(ws: Workspace, admin: Actor, tmp_path: Path) -> None:
    load(ws, "users", {"user_id": "u1", "email": "A@acme.example", "display_name": "A", "status": "active"})
    load(ws, "roles", {"user_id": "u1", "organization": "acme", "role": "member"})
    [user] = read(export(ws, admin, "users", tmp_path / "out.json").path)
    assert (user["user_id"], user["roles"], user["username"]) == ("u1", "member", None)


def test_exports_that_take_long_keep_nobody_from_reading(ws: Workspace) -> None:
    for number in (1, 2):
        create_effort(ws.store, SYSTEM, number=number, name=f"Effort {number}")
    with ExitStack() as writing:
        for _ in range(AT_ONCE):
            batches = PLAN_DATASETS["efforts"].batches(Reading(ws, SYSTEM), 1)
            next(writing.enter_context(closing(batches)))
        assert len(list_efforts(ws.store, SYSTEM)) == 2
