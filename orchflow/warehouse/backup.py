"""Copies of the warehouse: made while it is in use, put back while it is not."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import duckdb

from orchflow.errors import NotFound, WarehouseError
from orchflow.warehouse.failures import explain_open
from orchflow.warehouse.sql import Query, load_query

NAME = "warehouse.duckdb"


def copy_live(cursor: duckdb.DuckDBPyConnection, path: Path, folder: Path) -> Path:
    """A consistent copy of the open database at `path` as `folder/warehouse.duckdb`, replacing an older one when complete."""
    folder.mkdir(parents=True, exist_ok=True)
    # statements may only write beside the warehouse, so the copy is made there and then moved
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=path.parent) as nearby:
        copy = Path(nearby) / NAME
        origin = str(cursor.execute(_text("database_name")).fetchall()[0][0])
        cursor.execute(_query("backup_attach").quoting(path=str(copy)).text)
        try:
            # an identifier, so quoted as one: it is the stem of the file's name
            cursor.execute(_text("backup_copy").replace("{origin}", '"' + origin.replace('"', '""') + '"'))
        finally:
            cursor.execute(_text("backup_detach"))
        target = folder / NAME
        partial = folder / (NAME + ".partial")
        shutil.move(copy, partial)
        os.replace(partial, target)
    return target


def put_back(path: Path, folder: Path) -> None:
    """Replace the closed warehouse at `path` by the copy in `folder`, which is opened first to see that it is whole."""
    copy = folder / NAME
    if not copy.is_file():
        raise NotFound(f"There is no {NAME} in {folder}", "Name a folder written by `orchflow backup DIR`.")
    _probe(copy)
    if path.exists():
        _probe(path, may_be_broken=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    shutil.copyfile(copy, partial)
    # the old log belongs to the old file; left behind it would be replayed into the restored one
    path.with_name(path.name + ".wal").unlink(missing_ok=True)
    os.replace(partial, path)


def _probe(path: Path, *, may_be_broken: bool = False) -> None:
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            connection.execute(_text("probe")).fetchall()
    except duckdb.Error as error:
        problem = explain_open(error, path)
        if may_be_broken and "in use" not in str(problem):
            return
        raise problem from error
    except OSError as error:
        raise WarehouseError(
            f"{path} could not be read: {error.strerror}", "Check its permissions."
        ) from error


def _query(name: str) -> Query:
    return load_query("orchflow.warehouse", name)


def _text(name: str) -> str:
    return _query(name).text
