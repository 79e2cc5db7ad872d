"""A database that is filled from the warehouse to be given away: tables with what they and their columns mean."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from orchflow.warehouse.sql import Query, load_query
from orchflow.warehouse.transaction import run

_one_at_a_time = threading.Lock()


class Extract:
    """The database while it is filled; a table is named once."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor

    def add_query(self, table: str, query: Query, params: Mapping[str, Any]) -> int:
        """A table with the rows of a query on the warehouse; returns how many."""
        made = _query("extract_table").on(table=table).text.replace("select * from extracted", query.text)
        return _touched(run(self._cursor, Query.of(f"{query.name} extracted", made), params))

    def add_rows(self, table: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> int:
        """A table with the rows of `batches`; returns how many."""
        self._put("extract_table", table, schema.empty_table())
        return sum(
            self._put("extract_more", table, pa.Table.from_batches([batch], schema)) for batch in batches
        )

    def describe(self, table: str, about: str, columns: Mapping[str, str]) -> None:
        """Say what one row of a table is, and what its columns hold."""
        self._cursor.execute(_query("extract_about").on(table=table).quoting(about=about).text)
        for column, words in columns.items():
            named = _query("extract_column").on(table=table, column=column)
            self._cursor.execute(named.quoting(about=words).text)

    def _put(self, query: str, table: str, rows: pa.Table) -> int:
        self._cursor.register("extracted", rows)
        try:
            return _touched(run(self._cursor, _query(query).on(table=table), None))
        finally:
            self._cursor.unregister("extracted")


@contextmanager
def extracting(cursor: duckdb.DuckDBPyConnection, path: Path) -> Iterator[Extract]:
    """The database at `path`, which is new; all that is read of the warehouse in the block is as of one instant."""
    with _one_at_a_time:
        cursor.execute(_query("extract_attach").quoting(path=str(path)).text)
        try:
            cursor.begin()
            yield Extract(cursor)
            cursor.commit()
        except BaseException:
            with suppress(duckdb.Error):
                cursor.rollback()
            cursor.execute(_query("extract_detach").text)
            path.unlink(missing_ok=True)
            path.with_name(f"{path.name}.wal").unlink(missing_ok=True)
            raise
        cursor.execute(_query("extract_detach").text)


def _touched(cursor: duckdb.DuckDBPyConnection) -> int:
    rows = cursor.fetchall()
    return int(rows[0][0]) if rows else 0


def _query(name: str) -> Query:
    return load_query("orchflow.warehouse", name)
