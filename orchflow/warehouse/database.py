"""The warehouse: one DuckDB file, opened with every setting that keeps it safe."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pandas as pd
import pyarrow as pa

from orchflow import clock
from orchflow.disk.unfinished import set_aside
from orchflow.errors import WarehouseError
from orchflow.warehouse import backup as _backup
from orchflow.warehouse.extract import Extract, extracting
from orchflow.warehouse.failures import explain, explain_open
from orchflow.warehouse.instance import Instance
from orchflow.warehouse.migrate import migrate
from orchflow.warehouse.rollups import rebuild, refresh_costs
from orchflow.warehouse.sql import Query, load_query
from orchflow.warehouse.transaction import Transaction, run


class _Delivery(threading.local):
    """Whether this thread is within a delivery, and whether it has committed anything there."""

    open = False
    committed = False


@dataclass
class _Owned:
    """What every opener of one file in this process shares: DuckDB keeps one instance per file."""

    instance: Instance
    versions: dict[str, int] = field(default_factory=dict)
    listeners: list[Callable[[], None]] = field(default_factory=list)
    delivery: _Delivery = field(default_factory=_Delivery)
    writing: threading.RLock = field(default_factory=threading.RLock)
    transaction: Transaction | None = None
    openers: int = 1

    def read_versions(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Take over the data versions that are stored."""
        self.versions.update(connection.execute(_named("versions").text).fetchall())


_owned: dict[Path, _Owned] = {}
_opening = threading.Lock()


class Warehouse:
    """Reads run on their own cursor and are always drained; writes are one at a time in the process."""

    def __init__(self, path: Path, owned: _Owned, timezone: str, currency: str) -> None:
        self.path = path
        self.timezone = timezone
        self.currency = currency
        self.zone = ZoneInfo(timezone)
        self._owned = owned
        self._closed = False

    @classmethod
    def open(
        cls, path: Path, *, timezone: str = "UTC", currency: str = "USD", memory_limit: str = "700MB", threads: int = 2,
        backups: Path | None = None,
    ) -> Warehouse:  # fmt: skip
        """Open (or create) the warehouse at `path`, migrated, with days in `timezone` and costs in `currency`.

        An older one is copied into `backups` before it is migrated, where they are named.
        Raises WarehouseError when another process holds it or it is no DuckDB file, NewerDatabase for a newer schema.
        """
        path = path.resolve()
        with _opening:
            owned = _owned.get(path)
            if owned is None:
                owned = _Owned(Instance(path, memory_limit, threads))
                connection = owned.instance.connection
                try:
                    migrate(connection, path, partial(_set_aside, connection, path, backups))
                    owned.read_versions(connection)
                except duckdb.Error as error:
                    connection.close()
                    raise explain_open(error, path) from error
                except BaseException:
                    connection.close()
                    raise
                owned.instance.reopened = owned.read_versions
                _owned[path] = owned
            else:
                owned.openers += 1
        warehouse = cls(path, owned, timezone, currency)
        try:
            warehouse._keep_in_step()
        except BaseException:
            warehouse.close()
            raise
        return warehouse

    def _keep_in_step(self) -> None:
        """Count days and costs anew where they were counted in another zone or currency."""
        kept = {"timezone": self.timezone, "currency": self.currency}
        known = {key: self.value("meta_get", {"key": key}) for key in kept}
        if known == kept:
            return
        with self.write() as tx:
            if known["timezone"] not in (None, self.timezone):
                rebuild(tx)
            elif known["currency"] != self.currency:
                refresh_costs(tx)
            for key, value in kept.items():
                tx.execute("meta_put", {"key": key, "value": value})

    # reading

    def query(self, sql: Query | str, params: Mapping[str, Any] | None = None) -> pa.Table:
        """Every row of a query as Arrow (a str names a file of `warehouse/sql`)."""
        with self._cursor() as cursor:
            return run(cursor, sql, params).to_arrow_table()

    def frame(self, sql: Query | str, params: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Every row of a query as a data frame; decimals stay Decimal."""
        return self.query(sql, params).to_pandas()

    def rows(self, sql: Query | str, params: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Every row of a query as tuples."""
        with self._cursor() as cursor:
            return run(cursor, sql, params).fetchall()

    def value(self, sql: Query | str, params: Mapping[str, Any] | None = None) -> Any:
        """The first value of the first row, or None."""
        rows = self.rows(sql, params)
        return rows[0][0] if rows else None

    def batches(
        self, sql: Query | str, params: Mapping[str, Any] | None = None, *, rows: int = 100_000
    ) -> Generator[pa.RecordBatch, None, None]:
        """The rows of a query in record batches, for what is too large to hold; close the iterator if not read to its end."""
        with self._cursor() as cursor:
            yield from run(cursor, sql, params).to_arrow_reader(rows)

    def version(self, *topics: str) -> int:
        """A number that rises whenever one of `topics` was committed; costs no query, so caches are keyed by it."""
        versions = self._owned.versions
        return sum(versions.get(topic, 0) for topic in topics)

    def versions(self) -> dict[str, int]:
        """The data version of every topic of which anything was committed."""
        return dict(self._owned.versions)

    @property
    def listeners(self) -> list[Callable[[], None]]:
        """Called after each commit that raised a data version, or once after a `delivery` of many, in the thread that
        committed: a call must not take long."""
        return self._owned.listeners

    # writing

    @contextlib.contextmanager
    def write(self) -> Iterator[Transaction]:
        """One transaction: committed at the end of the block, rolled back on any error, one at a time.

        The data versions of the topics whose tables it has written rise with it. Within it, `write` of the same
        thread joins the open transaction.
        """
        owned = self._owned
        with owned.writing:
            if owned.transaction is not None:
                yield owned.transaction
                return
            with self._cursor() as cursor:
                tx = Transaction(cursor, self.zone, self.currency)
                cursor.begin()
                owned.transaction = tx
                try:
                    yield tx
                    tx.finish()
                    if tx.topics:
                        tx.execute("versions_raise", {"topics": sorted(tx.topics)})
                    cursor.commit()
                except BaseException:
                    with contextlib.suppress(duckdb.Error):
                        cursor.rollback()
                    raise
                finally:
                    owned.transaction = None
                for topic in tx.topics:
                    owned.versions[topic] = owned.versions.get(topic, 0) + 1
        if tx.topics:
            self._tell()

    @contextlib.contextmanager
    def delivery(self) -> Iterator[None]:
        """What this thread commits in the block is told to the listeners once, when it ends or breaks off."""
        own = self._owned.delivery
        own.open, own.committed = True, False
        try:
            yield
        finally:
            own.open = False
            if own.committed:
                self._tell()

    def _tell(self) -> None:
        if self._owned.delivery.open:
            self._owned.delivery.committed = True
            return
        for listener in tuple(self._owned.listeners):
            listener()

    def checkpoint(self) -> None:
        """Move the write-ahead log into the file."""
        with self._owned.writing, self._cursor() as cursor:
            cursor.execute(_named("checkpoint").text).fetchall()

    # keeping

    def backup(self, folder: Path) -> Path:
        """Copy the live warehouse, as of one instant, to `folder/warehouse.duckdb`; reading and writing go on."""
        with self._cursor() as cursor:
            return _backup.copy_live(cursor, self.path, folder)

    @contextlib.contextmanager
    def extract(self, path: Path) -> Iterator[Extract]:
        """A new database at `path`, beside the warehouse, to be filled in the block from what is committed as of one instant.

        Nothing is left of it when the block fails.
        """
        with self._cursor() as cursor, extracting(cursor, path) as extract:
            yield extract

    @staticmethod
    def is_open(path: Path) -> bool:
        """Whether this process has the warehouse at `path` open."""
        return path.resolve() in _owned

    def close(self) -> None:
        """Release the file when this was the last opener in the process; closing twice does nothing."""
        with _opening:
            if self._closed:
                return
            self._closed = True
            self._owned.openers -= 1
            if self._owned.openers == 0:
                _owned.pop(self.path, None)
                self._owned.instance.connection.close()

    @contextlib.contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        if self._closed:
            raise WarehouseError(f"The warehouse {self.path} is closed", "Open the workspace again.")
        try:
            with self._owned.instance.cursor() as cursor:
                yield cursor
        except duckdb.Error as error:
            known = explain(error, self.path)
            if known is None:
                raise
            raise known from error


def _set_aside(connection: duckdb.DuckDBPyConnection, path: Path, backups: Path | None, version: int) -> None:
    if backups is not None:
        copy = backups / f"warehouse-{version:03}-{clock.now():%Y%m%dT%H%M%S%f}Z"
        set_aside(copy, "The warehouse", partial(_backup.copy_live, connection.cursor(), path))


def _named(name: str) -> Query:
    return load_query("orchflow.warehouse", name)
