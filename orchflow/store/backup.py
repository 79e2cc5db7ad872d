"""Copy the plan store while it is in use."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql

from orchflow import clock
from orchflow.encoding import to_text
from orchflow.errors import StoreError
from orchflow.store import schema
from orchflow.store.connect import Engines

MANIFEST = "plan-store.json"
SQLITE_COPY = "plan.sqlite"
POSTGRESQL_COPY = "plan-store"


def backup(engines: Engines, folder: Path) -> Path:
    """Copy the store into `folder` as of one instant; returns the manifest.

    SQLite becomes one file, PostgreSQL one file per table in COPY's text form. The manifest is written last: a
    folder that has one is complete. StoreError when the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MANIFEST).unlink(missing_ok=True)
        with engines.reader.connect() as connection:
            manifest: dict[str, Any] = {
                "kind": engines.kind,
                "revision": schema.revision(connection),
                "made_at": clock.now(),
            }
            if engines.file is not None:
                _copy_sqlite(engines.file, folder / SQLITE_COPY)
            else:
                manifest["tables"] = _copy_out(connection, folder / POSTGRESQL_COPY)
        draft = folder / f"{MANIFEST}.part"
        draft.write_text(to_text(manifest, indent=2) + "\n", encoding="utf-8")
        return draft.replace(folder / MANIFEST)
    except OSError as error:
        raise StoreError(
            f"The plan store cannot be copied to {folder}: {error.strerror or error}",
            "Choose a folder that can be written and has space.",
        ) from None


def _copy_sqlite(source: Path, copy: Path) -> None:
    draft = copy.with_suffix(".part")
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600))
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(draft)) as target:
        live.backup(target)
        target.execute("pragma journal_mode = delete").close()  # one file, nothing beside it
    draft.replace(copy)


def _copy_out(connection: sa.Connection, folder: Path) -> dict[str, dict[str, Any]]:
    """Write each table to `folder`; returns, parents first, its columns and number of rows."""
    folder.mkdir(exist_ok=True)
    inspector = sa.inspect(connection)
    tables: dict[str, dict[str, Any]] = {}
    for table, _ in inspector.get_sorted_table_and_fkc_names():
        if table is None or table == schema.REVISION_TABLE:
            continue
        columns = [column["name"] for column in inspector.get_columns(table)]
        path, rows = folder / f"{table}.copy", 0
        with (
            driver(connection).cursor() as cursor,
            open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file,
            cursor.copy(copy_statement(table, columns, "to stdout")) as out,
        ):
            for block in out:
                file.write(block)
                rows += bytes(block).count(b"\n")  # line breaks inside values are written as \\n
        tables[table] = {"columns": columns, "rows": rows}
    return tables


def copy_statement(table: str, columns: list[str], direction: str) -> sql.Composed:
    """PostgreSQL's COPY of `columns` of `table`, `to stdout` or `from stdin`."""
    names = sql.SQL(", ").join(sql.Identifier(column) for column in columns)
    return sql.SQL("copy {} ({}) {}").format(sql.Identifier(table), names, sql.SQL(direction))


def driver(connection: sa.Connection) -> psycopg.Connection[Any]:
    """The driver's own connection, in the same transaction."""
    own = connection.connection.driver_connection
    assert isinstance(own, psycopg.Connection)
    return own
