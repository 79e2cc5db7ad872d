"""Copies of the warehouse: made while it is in use, and checked from end to end."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from contextlib import closing
from pathlib import Path

import duckdb
from pydantic import BaseModel, Field, ValidationError

from orchflow import clock
from orchflow.encoding import to_text
from orchflow.errors import NewerDatabase, WarehouseError, disk_error
from orchflow.warehouse.failures import explain_open
from orchflow.warehouse.migrate import migrations
from orchflow.warehouse.sql import Query, load_query

NAME = "warehouse.duckdb"
MANIFEST = "warehouse.json"
NEARBY = ".backup-"
"""How the folder is called in which a copy is made, beside the warehouse; one that a kill left may be removed."""
_ANOTHER = "Choose another backup."


class WarehouseCopy(BaseModel):
    """What a copy says about itself: its schema, its rows by table, its checksum. One of the first versions says nothing."""

    schema_version: int
    made_at: str
    rows: dict[str, int] | None = None
    sha256: str | None = Field(None, pattern=r"^[0-9a-f]{64}$")


def copy_live(cursor: duckdb.DuckDBPyConnection, path: Path, folder: Path) -> Path:
    """A copy of the open database at `path`, as of one instant, as `folder/warehouse.duckdb`.

    It is opened and every value in it read; the manifest beside it is written last.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MANIFEST).unlink(missing_ok=True)
        # statements may only write beside the warehouse, so the copy is made there and then moved
        with tempfile.TemporaryDirectory(prefix=NEARBY, dir=path.parent) as nearby:
            copy = Path(nearby) / NAME
            _copy(cursor, copy)
            version, rows = look(copy)
            shutil.move(copy, folder / NAME)
        manifest = WarehouseCopy(
            schema_version=version, made_at=clock.now().isoformat(), rows=rows, sha256=_sum(folder / NAME)
        )  # fmt: skip
        draft = folder / f"{MANIFEST}.part"
        draft.write_text(to_text(manifest.model_dump(), indent=2) + "\n", encoding="utf-8")
        draft.replace(folder / MANIFEST)
    except OSError as error:
        raise disk_error(
            error, f"The warehouse cannot be copied to {folder}", "Choose a folder that can be written."
        ) from None
    return folder / NAME


def copy_closed(path: Path, folder: Path) -> Path:
    """`copy_live` of a warehouse that nobody has open, whatever its schema; WarehouseError when it cannot be opened."""
    try:
        connection = duckdb.connect(str(path))
    except duckdb.Error as error:
        raise explain_open(error, path) from error
    with closing(connection):
        try:
            return copy_live(connection.cursor(), path, folder)
        except duckdb.Error as error:
            raise explain_open(error, path) from error


def check(folder: Path) -> WarehouseCopy:
    """Read the copy in `folder` from end to end: what it says about itself, which is then true.

    WarehouseError when there is none or it is damaged; NewerDatabase when this version does not know its form.
    """
    copy = folder / NAME
    if not copy.is_file():
        raise WarehouseError(f"{copy} is missing", "Choose a complete backup.")
    manifest = _read_manifest(folder)
    try:
        if manifest is not None and manifest.sha256 not in (None, _sum(copy)):
            raise WarehouseError(f"{copy} is damaged: it is not what was written", _ANOTHER)
    except OSError as error:
        raise WarehouseError(f"{copy} cannot be read: {error.strerror or error}", _ANOTHER) from None
    version, rows = look(copy)
    if version > max(migrations()):
        raise NewerDatabase(
            f"The copy in {folder} was written by a newer version of Orchestrator Flow (schema {version})",
            "Install that version or a later one. Nothing was changed.",
        )
    if manifest is None:
        return WarehouseCopy(schema_version=version, made_at="")
    if (manifest.schema_version, manifest.rows) != (version, rows):
        raise WarehouseError(f"{copy} is not what {MANIFEST} says about it", _ANOTHER)
    return manifest


def look(copy: Path) -> tuple[int, dict[str, int]]:
    """The schema of a copy and its rows by table; every value is read. WarehouseError when that cannot be."""
    try:
        with duckdb.connect(str(copy), read_only=True, config={"memory_limit": "350MB"}) as connection:
            names = sorted(str(name) for (name,) in connection.execute(_text("tables")).fetchall())
            if "meta" not in names:
                raise WarehouseError(f"{copy} is no warehouse of Orchestrator Flow", _ANOTHER)
            version = connection.execute(_text("schema_version")).fetchall()
            return int(version[0][0]) if version else 0, {name: _rows(connection, name) for name in names}
    except duckdb.Error as error:
        raise explain_open(error, copy) from error


def _copy(cursor: duckdb.DuckDBPyConnection, copy: Path) -> None:
    origin = str(cursor.execute(_text("database_name")).fetchall()[0][0])
    cursor.execute(_query("backup_attach").quoting(path=str(copy)).text)
    try:
        cursor.execute(_text("backup_copy").replace("{origin}", _identifier(origin)))
    finally:
        cursor.execute(_text("backup_detach"))


def _rows(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    rows, _ = connection.execute(_text("table_contents").replace("{table}", _identifier(table))).fetchall()[0]
    return int(rows)


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _read_manifest(folder: Path) -> WarehouseCopy | None:
    file = folder / MANIFEST
    if not file.exists():
        return None
    try:
        return WarehouseCopy.model_validate_json(file.read_bytes())
    except (OSError, ValidationError):
        raise WarehouseError(f"{file} is damaged", _ANOTHER) from None


def _sum(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _query(name: str) -> Query:
    return load_query("orchflow.warehouse", name)


def _text(name: str) -> str:
    return _query(name).text
