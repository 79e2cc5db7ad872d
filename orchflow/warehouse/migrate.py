"""Schema of the warehouse: numbered migrations, each applied once, in order."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from importlib import resources
from pathlib import Path

import duckdb

from orchflow.errors import NewerDatabase, WarehouseError
from orchflow.warehouse.sql import load_query


def migrations() -> dict[int, str]:
    """SQL text by version number, from `migrations/NNN_name.sql`."""
    files = resources.files("orchflow.warehouse").joinpath("migrations").iterdir()
    return {int(f.name[:3]): f.read_text(encoding="utf-8") for f in files if f.name.endswith(".sql")}


def migrate(
    cursor: duckdb.DuckDBPyConnection, path: Path, set_aside: Callable[[int], object] = lambda version: None
) -> bool:
    """Bring the database at `path` to the newest schema; True when anything was applied.

    An older one is handed to `set_aside` first, with its schema.
    A database that some other program filled is refused, and so is one with a newer schema; neither is touched.
    """
    known = migrations()
    tables = {name for (name,) in cursor.execute(load_query("orchflow.warehouse", "tables").text).fetchall()}
    if tables and "meta" not in tables:
        raise WarehouseError(
            f"{path} is a DuckDB database, but not a warehouse of Orchestrator Flow",
            "Choose another ORCHFLOW_HOME, or move that file away.",
        )
    current = 0
    if tables:
        row = cursor.execute(load_query("orchflow.warehouse", "schema_version").text).fetchone()
        current = int(row[0]) if row else 0
    newest = max(known)
    if current > newest:
        raise NewerDatabase(
            f"The warehouse {path} has schema {current}, but this version of Orchestrator Flow knows only {newest}",
            "Install the newer version again, or restore an older backup.",
        )
    if current == newest:
        return False
    if current:
        set_aside(current)
    cursor.begin()
    try:
        if not tables:
            cursor.execute(load_query("orchflow.warehouse", "meta_create").text)
        for number in range(current + 1, newest + 1):
            cursor.execute(known[number])
        cursor.execute(
            load_query("orchflow.warehouse", "meta_put").text, {"key": "schema_version", "value": str(newest)}
        )
        cursor.commit()
    except BaseException:
        with suppress(duckdb.TransactionException):  # a commit that failed has rolled back by itself
            cursor.rollback()
        raise
    return True
