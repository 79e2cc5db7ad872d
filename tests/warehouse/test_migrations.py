"""Warehouses of earlier versions, whose process is killed as soon as they are migrated."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.migrate import migrations
from orchflow.warehouse.sql import Query, load_query

EVENTS = "select count(*), count(delivery), min(typeof(delivery)) from usage_events"


def older(path: Path, version: int) -> None:
    """A warehouse as that version left it, with two events of a file."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(load_query("orchflow.warehouse", "meta_create").text)
        for number in range(1, version + 1):
            connection.execute(migrations()[number])
        connection.execute("insert into meta values ('schema_version', ?)", [str(version)])
        connection.execute(
            "insert into usage_events by name select range as event_key, 's' as source, range as event_id,"
            " now() as occurred_at, current_date as day, 'local' as route, 'done' as status, 'estimated' as provenance"
            + (", '/a.csv' as delivery" if version >= 3 else "")
            + (", 1 as calls" if version >= 4 else "")
            + " from range(2)"
        )


@pytest.mark.parametrize("version", [0, 1, 3, 4, 9])
def test_what_was_migrated_is_read_again_after_a_kill(tmp_path: Path, version: int) -> None:
    path, left = tmp_path / "w.duckdb", tmp_path / "left.duckdb"
    if version:
        older(path, version)
    opened = Warehouse.open(path, timezone="UTC")
    shutil.copy(path, left)  # a kill leaves the file and its log as they are
    shutil.copy(f"{path}.wal", f"{left}.wal")
    opened.close()
    again = Warehouse.open(left, timezone="UTC")
    assert again.rows(Query.of("events", EVENTS)) == [
        (2, 2 if version >= 3 else 0, "UBIGINT") if version else (0, 0, None)
    ]
    again.close()
