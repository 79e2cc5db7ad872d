"""One write to the warehouse: everything in it is committed together or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from orchflow.warehouse.sql import Query, load_query
from orchflow.warehouse.topics import written_topic

Finish = Callable[["Transaction"], None]


def query_of(sql: Query | str) -> Query:
    """The query itself, or the one that a str names among those of `warehouse/sql`."""
    return sql if isinstance(sql, Query) else load_query("orchflow.warehouse", sql)


def run(
    cursor: duckdb.DuckDBPyConnection, sql: Query | str, params: Mapping[str, Any] | None
) -> duckdb.DuckDBPyConnection:
    """Run a query; the cursor with its rows, still to be read."""
    query = query_of(sql)
    bound = query.bind(params)
    # executemany-style overloads of DuckDB choke on an empty mapping
    return cursor.execute(query.text, bound) if bound else cursor.execute(query.text)


class Transaction:
    """An open write. `topics` are those of the tables in which it has changed a row: their data version rises at commit."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, zone: ZoneInfo, currency: str) -> None:
        self.cursor = cursor
        self.zone = zone
        self.currency = currency
        self.topics: set[str] = set()
        self._finishers: dict[str, Finish] = {}
        self._prepared: set[str] = set()

    def execute(self, sql: Query | str, params: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Run a query (a str names a file of `warehouse/sql`) and return every row, so that no result stays open."""
        query = query_of(sql)
        rows = run(self.cursor, query, params).fetchall()
        topic = written_topic(query.text)
        if topic is not None and rows and rows[0][0]:  # what a write answers with is how many rows it touched
            self.topics.add(topic)
        return rows

    def count(self, sql: Query | str, params: Mapping[str, Any] | None = None) -> int:
        """The first value of the first row as a number; 0 where there is none."""
        rows = self.execute(sql, params)
        return int(rows[0][0] or 0) if rows else 0

    def register(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table readable as the view `name` within this transaction."""
        self.cursor.register(name, table)

    def unregister(self, name: str) -> None:
        """Forget a registered table, so that its memory is free before the transaction ends."""
        self.cursor.unregister(name)

    def prepare(self, sql: str, params: Mapping[str, Any] | None = None) -> None:
        """Run a file of `warehouse/sql` once per transaction (its temporary tables last as long as that)."""
        if sql not in self._prepared:
            self._prepared.add(sql)
            self.execute(sql, params)

    def before_commit(self, name: str, finish: Finish) -> None:
        """Have `finish` run once before the commit, however many batches asked for it."""
        self._finishers.setdefault(name, finish)

    def finish(self) -> None:
        """Bring rollups, runs and attribution up to date with what was loaded; the commit calls it by itself."""
        while self._finishers:
            name = next(iter(self._finishers))
            self._finishers.pop(name)(self)
