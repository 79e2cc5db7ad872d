"""Copy the plan store while it is in use, and put a copy back."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql

from orchflow import clock
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
                "made_at": clock.now().isoformat(),
            }
            if engines.file is not None:
                _copy_sqlite(engines.file, folder / SQLITE_COPY)
            else:
                manifest["tables"] = _copy_out(connection, folder / POSTGRESQL_COPY)
        draft = folder / f"{MANIFEST}.part"
        draft.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
        return draft.replace(folder / MANIFEST)
    except OSError as error:
        raise StoreError(
            f"The plan store cannot be copied to {folder}: {error.strerror or error}",
            "Choose a folder that can be written and has space.",
        ) from None


def restore(engines: Engines, folder: Path) -> None:
    """Replace the store by the copy in `folder`; StoreError, and nothing changed, when that cannot be done."""
    manifest = _read_manifest(folder)
    if manifest["kind"] != engines.kind:
        raise StoreError(
            f"The copy in {folder} was made of {manifest['kind']}, the plan store is {engines.kind}",
            "Restore it with the ORCHFLOW_DATABASE_URL it was made with.",
        )
    if manifest["revision"] is None:
        raise StoreError(f"The copy in {folder} is empty", "Choose another backup.")
    schema.refuse_newer(manifest["revision"], f"The copy in {folder}")
    if engines.file is not None:
        _restore_sqlite(folder / SQLITE_COPY, engines.file)
    else:
        with engines.migrator.begin() as connection:
            _copy_in(connection, folder / POSTGRESQL_COPY, manifest)


def _read_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return {
            "kind": manifest["kind"],
            "revision": manifest["revision"],
            "tables": manifest.get("tables", {}),
        }
    except (OSError, ValueError, KeyError):
        raise StoreError(
            f"{folder} holds no complete copy of a plan store",
            f"Choose a folder that a backup has written; it has a {MANIFEST}.",
        ) from None


def _copy_sqlite(source: Path, copy: Path) -> None:
    draft = copy.with_suffix(".part")
    draft.unlink(missing_ok=True)
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600))
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(draft)) as target:
        live.backup(target)
        target.execute("pragma journal_mode = delete").close()  # one file, nothing beside it
    draft.replace(copy)


def _restore_sqlite(copy: Path, target: Path) -> None:
    if not copy.is_file():
        raise StoreError(f"{copy} is missing", "Choose a complete backup.")
    with closing(sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro", uri=True)) as source:
        verdict = source.execute("pragma quick_check").fetchone()[0]
        if verdict != "ok":
            raise StoreError(f"{copy} is damaged: {verdict}", "Choose another backup.")
        with closing(sqlite3.connect(target)) as live:
            source.backup(live)


def _copy_out(connection: sa.Connection, folder: Path) -> dict[str, dict[str, Any]]:
    """Write each table to `folder`; returns, parents first, its columns and number of rows."""
    folder.mkdir(exist_ok=True)
    inspector = sa.inspect(connection)
    tables: dict[str, dict[str, Any]] = {}
    for table, _ in inspector.get_sorted_table_and_fkc_names():
        if table is None or table == schema.REVISION_TABLE:
            continue
        columns = [column["name"] for column in inspector.get_columns(table)]
        path = folder / f"{table}.copy"
        with (
            _driver(connection).cursor() as cursor,
            open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file,
            cursor.copy(_copy_statement(table, columns, "to stdout")) as out,
        ):
            for block in out:
                file.write(block)
        tables[table] = {"columns": columns, "rows": cursor.rowcount}
    return tables


def _copy_in(connection: sa.Connection, folder: Path, manifest: dict[str, Any]) -> None:
    """Make the tables anew in the form they were copied in, and fill them; all in the caller's transaction."""
    inspector = sa.inspect(connection)
    present = inspector.get_table_names()
    if present and schema.REVISION_TABLE not in present:
        raise StoreError(
            "The plan store's database holds tables of another program",
            "Give Orchestrator Flow a database of its own.",
        )
    driver = _driver(connection)
    with driver.cursor() as cursor:
        for table in present:
            cursor.execute(sql.SQL("drop table {} cascade").format(sql.Identifier(table)))
        schema.upgrade(connection, manifest["revision"])
        for table, content in manifest["tables"].items():
            path = folder / f"{table}.copy"
            if not path.is_file():
                raise StoreError(f"{path} is missing", "Choose a complete backup.")
            with (
                path.open("rb") as file,
                cursor.copy(_copy_statement(table, content["columns"], "from stdin")) as into,
            ):
                while block := file.read(1 << 16):
                    into.write(block)
            if cursor.rowcount != content["rows"]:
                raise StoreError(f"{path} is not complete", "Choose another backup.")
            if "id" in content["columns"]:
                _continue_numbers(cursor, table)


def _continue_numbers(cursor: psycopg.Cursor[Any], table: str) -> None:
    """Let new rows be numbered after every row there ever was, deleted ones included."""
    cursor.execute("select max(entity_id) from change where entity = %s", [table])
    highest_ever = (cursor.fetchone() or (None,))[0] or 0
    cursor.execute(
        sql.SQL(
            "select setval(pg_get_serial_sequence(%s, 'id'), greatest(max(id), %s, 1), greatest(max(id), %s) > 0)"
            " from {}"
        ).format(sql.Identifier(table)),
        [table, highest_ever, highest_ever],
    )


def _copy_statement(table: str, columns: list[str], direction: str) -> sql.Composed:
    names = sql.SQL(", ").join(sql.Identifier(column) for column in columns)
    return sql.SQL("copy {} ({}) {}").format(sql.Identifier(table), names, sql.SQL(direction))


def _driver(connection: sa.Connection) -> psycopg.Connection[Any]:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver
