"""What a file with fewer columns says of rows that older files tell apart by more of them: the newest delivery counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from orchflow.ingest.sources.file_reading import FileReading
from orchflow.ingest.sources.identity import KnownFile
from orchflow.warehouse.sql import load_query


class FinerRows:
    """The rows of older files by what the file `coarse` knows them by; close it after use.

    Where that file tells as many rows of a kind, each is one of the finer ones, with new values. Where it tells fewer,
    it tells sums: the finer ones go, and its own stand.
    """

    def __init__(self, coarse: FileReading) -> None:
        self._duckdb = duckdb.connect(config={"threads": 1, "autoinstall_known_extensions": False})
        self._times: list[datetime] = []
        self._ask("finer_create")
        for rows in coarse.rows():
            if rows.sound.num_rows:
                span: Any = pc.min_max(rows.sound.column("occurred_at")).as_py()
                self._times += [span["min"], span["max"]]
                self._ask("finer_told", rows.sound.select(["event_id"]))

    def close(self) -> None:
        """Forget the rows."""
        self._duckdb.close()

    def may_share(self, other: KnownFile) -> bool:
        """Whether a file may have some of the rows, going by the time that it covers."""
        if not self._times or not other.first_at:
            return bool(self._times)
        first, last = (datetime.fromisoformat(at) for at in (other.first_at, other.last_at))
        return first <= max(self._times) and last >= min(self._times)

    def add(self, fine: FileReading, coarse: FileReading) -> None:
        """Note the rows of an older file, read both ways."""
        for finer, coarser in zip(fine.rows(), coarse.rows(), strict=True):
            ids: list[Any] = [rows.sound.column("event_id") for rows in (coarser, finer)]
            self._ask("finer_held", pa.table(ids, names=["ours", "theirs"]))

    def forget(self, before: FileReading) -> None:
        """Leave out the rows so far that a newer file has replaced, which is read by the fewer columns of theirs."""
        for rows in before.rows():
            if rows.sound.num_rows:
                self._ask("finer_replaced", rows.sound.select(["event_id"]))

    def names(self) -> pa.Table:
        """Which rows of the file (`ours`) are which finer ones (`theirs`)."""
        return self._ask("finer_names").to_arrow_table()

    def summed(self) -> pa.Table:
        """The finer rows (`event_id`) that go."""
        return self._ask("finer_summed").to_arrow_table()

    def _ask(self, name: str, rows: pa.Table | None = None) -> duckdb.DuckDBPyConnection:
        if rows is not None:
            self._duckdb.register("incoming", rows)
        return self._duckdb.execute(load_query(__package__, name).text)
