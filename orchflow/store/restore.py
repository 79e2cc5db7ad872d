"""Put a copy of the plan store back."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql

from orchflow.errors import StoreError
from orchflow.store import schema
from orchflow.store.backup import MANIFEST, POSTGRESQL_COPY, SQLITE_COPY, backup, copy_statement, driver
from orchflow.store.connect import Engines


def restore(engines: Engines, folder: Path, kept: Path | None) -> None:
    """Replace the store by the copy in `folder`, after copying what it holds into `kept`/plan.

    StoreError, and nothing changed, when that cannot be done.
    """
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
        _restore_sqlite(engines, engines.file, folder / SQLITE_COPY, kept)
        return
    if kept is not None:
        _keep(engines, kept)
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


def _keep(engines: Engines, kept: Path) -> None:
    with engines.reader.connect() as connection:
        empty = schema.revision(connection) is None
    if not empty:
        backup(engines, kept / "plan")


def _restore_sqlite(engines: Engines, file: Path, copy: Path, kept: Path | None) -> None:
    if not copy.is_file():
        raise StoreError(f"{copy} is missing", "Choose a complete backup.")
    with closing(sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro", uri=True)) as source:
        try:
            verdict = source.execute("pragma quick_check").fetchone()[0]
        except sqlite3.DatabaseError as error:
            verdict = str(error)
        if verdict != "ok":
            raise StoreError(f"{copy} is damaged: {verdict}", "Choose another backup.")
        if kept is not None:
            try:
                _keep(engines, kept)
            except (sa.exc.DatabaseError, sqlite3.DatabaseError):  # damaged, so it is kept as it is
                engines.dispose()
                _move_aside(file, kept / "plan")
        with closing(sqlite3.connect(file)) as live:
            source.backup(live)


def _move_aside(file: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for part in (file, Path(f"{file}-wal"), Path(f"{file}-shm")):
        if part.exists():
            shutil.move(part, folder / part.name)


def _copy_in(connection: sa.Connection, folder: Path, manifest: dict[str, Any]) -> None:
    """Make the tables anew in the form they were copied in, and fill them; all in the caller's transaction."""
    inspector = sa.inspect(connection)
    present = inspector.get_table_names()
    if present and schema.REVISION_TABLE not in present:
        raise StoreError(
            "The plan store's database holds tables of another program",
            "Give Orchestrator Flow a database of its own.",
        )

    with driver(connection).cursor() as cursor:
        for table in present:
            cursor.execute(sql.SQL("drop table {} cascade").format(sql.Identifier(table)))
        schema.upgrade(connection, manifest["revision"])
        if manifest["tables"]:  # migrations put rows of their own into some
            cursor.execute(
                sql.SQL("truncate {} cascade").format(
                    sql.SQL(", ").join(sql.Identifier(table) for table in manifest["tables"])
                )
            )
        for table, content in manifest["tables"].items():
            _fill(cursor, table, content, folder / f"{table}.copy")
            if "id" in content["columns"]:
                _continue_numbers(cursor, table)


def _fill(cursor: psycopg.Cursor[Any], table: str, content: dict[str, Any], path: Path) -> None:
    incomplete = StoreError(f"{path} is not complete", "Choose another backup.")
    try:
        with (
            path.open("rb") as file,
            cursor.copy(copy_statement(table, content["columns"], "from stdin")) as into,
        ):
            while block := file.read(1 << 16):
                into.write(block)
    except (OSError, psycopg.DataError):
        raise incomplete from None
    if cursor.rowcount != content["rows"]:
        raise incomplete


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
