"""Every query of the warehouse runs against its schema and says what one row of it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import orchflow.costs.tables
import orchflow.planning.tables  # noqa: F401 - the tables that are mirrored
from orchflow.warehouse.backup import check
from orchflow.warehouse.bills import remove_lines
from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.datasets import DATASETS, Dataset
from orchflow.warehouse.hours import HAD_ROLES, WORKED, price_hours, write_hours
from orchflow.warehouse.load import load_batch, retry_rejects
from orchflow.warehouse.migrate import migrations
from orchflow.warehouse.mirror import forget_mirror, mirror
from orchflow.warehouse.removal import remove_absent, remove_missing, remove_named
from orchflow.warehouse.rollups import rebuild, rebuild_all
from orchflow.warehouse.sql import Query, load_query, queries
from orchflow.warehouse.staging import conform, stage_query
from orchflow.warehouse.transaction import Transaction
from orchflow.workspace import Workspace

from .conftest import NOW, run_event, table, usage

ROOT = Path(__file__).parents[2]
NAMES = sorted(queries("orchflow.warehouse"))
LINE = {
    "delivery": "bill.csv", "line": "2", "version": "1.0", "billed": "1", "effective": "1", "billing_currency": "USD",
    "charge_category": "Usage", "charge_start": NOW, "charge_end": NOW, "billing_start": NOW, "billing_end": NOW,
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_query_says_what_one_row_is(name: str) -> None:
    description = load_query("orchflow.warehouse", name).description
    assert description.startswith(("one row", "no row"))


def test_every_query_is_executed(ws: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    used: set[str] = set()

    def remember(package: str, name: str) -> Any:
        if package == "orchflow.warehouse":
            used.add(name)
        return load_query(package, name)

    for module in (
        "backup",
        "bills",
        "database",
        "datasets",
        "extract",
        "instance",
        "load",
        "migrate",
        "mirror",
        "rollups",
        "transaction",
    ):
        monkeypatch.setattr(f"orchflow.warehouse.{module}.load_query", remember)
    opened = Warehouse.open(tmp_path / "w.duckdb", timezone="UTC")
    opened.checkpoint()
    for dataset in DATASETS.values():
        deliver(opened, dataset)
    load(
        opened,
        "usage",
        [usage("lost", conversation_id="c9"), usage("kept", cost="1"), usage("gone"), usage("told twice")],
    )
    load(opened, "conversations", [{"conversation_id": "c9", "organization": "hr"}])
    load(opened, "run_events", [run_event("1", "started", "10:00"), run_event("1", "started", "10:00")])
    load(opened, "run_events", [run_event("1", "completed", "10:01")])
    load(opened, "usage", [usage("told twice")], source="another")
    with opened.write() as tx:
        retry_rejects(tx, now=NOW)
        remove_named(tx, "s", pa.table({"event_id": ["lost"]}))
        remove_lines(tx, "s", "bill.csv", pa.table({"line": [2]}))
        for dataset in ("usage", "run_events", "tasks", "conversations", "focus_lines"):
            remove_missing(tx, dataset, "s", pa.table({"event_id": ["a", "0", "kept"]}), None, NOW)
        remove_absent(tx, "s", "f.csv", pa.table({"event_id": ["lost"]}), NOW, NOW)
        rebuild(tx)
    load(opened, "focus_lines", [LINE])
    opened.backup(tmp_path / "copy")
    with opened.extract(tmp_path / "extract.duckdb") as extract:
        extract.add_query("days", Query.of("days", "select day from usage_daily"), {})
        extract.add_rows("rows", *(lambda rows: (rows.schema, rows.to_batches()))(pa.table({"n": [1]})))
        extract.describe("rows", "One row", {"n": "it's a number"})
    opened.close()
    check(tmp_path / "copy")
    Warehouse.open(tmp_path / "w.duckdb", timezone="UTC", currency="EUR").close()
    mirror(ws.store, ws.warehouse, 1)
    mirror(ws.store, ws.warehouse, 2, {"task": [1]})
    worked = [{"day": NOW.date(), "task_id": 1, "hours": 2}]
    had_roles = [{"person_id": 1, "job_role": "developer", "from_day": NOW.date(), "until_day": NOW.date()}]
    with ws.warehouse.write() as tx:
        tables = pa.Table.from_pylist(worked, WORKED), pa.Table.from_pylist(had_roles, HAD_ROLES)
        write_hours(tx, 1, *tables, None)
        tx.execute(
            Query.of(
                "rate", "insert into hourly_rates values (1, null, null, 5, 'USD', date '2000-01-01', null)"
            )
        )
        price_hours(tx)
    forget_mirror(ws.warehouse)
    rebuild_all(ws.warehouse)
    assert sorted(set(NAMES) - used) == []


def load(warehouse: Warehouse, dataset: str, rows: list[dict[str, Any]], source: str = "s") -> None:
    with warehouse.write() as tx:
        load_batch(tx, dataset, source, table(rows), now=NOW)


def deliver(warehouse: Warehouse, dataset: Dataset) -> None:
    good: dict[str, Any] = {name: f"{name} value" for name in dataset.keys}
    if dataset.name == "usage":
        good = usage("a", caller="writer")
    if dataset.name == "run_events":
        good = run_event("0", "started", "09:00")
    if dataset.name == "focus_lines":
        good = LINE
    load(warehouse, dataset.name, [{**good, dataset.keys[0]: None}, good, good])
    load(
        warehouse, dataset.name, [{**good, "status": "other", "error": "x", "name": "n", "agent": "a"}, good]
    )
    if dataset.name in ("usage", "run_events", "focus_lines"):
        load(warehouse, dataset.name, [{**good, "user_id": "u7", "agent": "b"}])


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=DATASETS)
def test_a_dataset_is_staged_into_the_columns_of_its_table(warehouse: Warehouse, dataset: Dataset) -> None:
    with warehouse.write() as tx:
        staged = columns_of(tx, dataset)
        stored = set(warehouse.query(Query.of("stored", f"from {dataset.table} limit 0")).column_names)
    assert stored - staged <= {"provenance", "cost", "present"}
    assert staged - stored <= {"ordinal", "reason", "home", "delivered_at", "doubtful"}


def columns_of(tx: Transaction, dataset: Dataset) -> set[str]:
    tx.prepare("macros")
    tx.register("staged", conform(table([{dataset.keys[0]: "x"}]), dataset))
    asked = {"source": "s", "now": NOW, "zone": "UTC", "currency": "USD", "currencies": ["USD"]}
    tx.execute(stage_query(dataset), asked)
    tx.cursor.execute("describe parsed")
    return {row[0] for row in tx.cursor.fetchall()}


def test_migrations_are_numbered_without_gaps() -> None:
    numbers = [file.name[:3] for file in (ROOT / "orchflow/warehouse/migrations").glob("*.sql")]
    assert sorted(map(int, numbers)) == list(range(1, len(numbers) + 1)) == sorted(migrations())
