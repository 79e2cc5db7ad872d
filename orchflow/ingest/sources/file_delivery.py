"""What a file of usage delivers, as batches."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from orchflow.errors import SourceError
from orchflow.ingest.source import Batch, LoadedFile
from orchflow.ingest.sources.agents_named import agents_of, with_callers
from orchflow.ingest.sources.file_reading import FileReading
from orchflow.ingest.sources.row_values import Rows, only, renamed

NOTHING = pa.table({})
"""Rows of a batch that only tells something."""


class Delivery:
    """What a file delivers, as batches: its rows (or only `row`) and agents, those that cannot be kept, and that it was read."""

    def __init__(
        self, file: Path, content: str, modified: datetime, reading: FileReading, *,
        again: bool, names: pa.Table | None = None, row: str | None = None,
    ) -> None:  # fmt: skip
        self._file = file
        self._content = content
        self._names = names
        self._row = row
        self._modified = modified
        self._reading = reading
        self._again = again
        self._agents: set[str] = set()
        self._rows = 0
        self._faulty: list[pa.Table] = []
        self._ids: list[pa.Table] = []
        self._times: list[datetime] = []
        self._last: tuple[int, str] = (0, "")

    def batches(self) -> Iterator[Batch]:
        """Yield the rows. SourceError when none of them can be kept."""
        some = False
        for rows in only(self._row, renamed(self._reading.rows(), self._names)):
            self._rows += rows.sound.num_rows + rows.faulty.num_rows
            self._remember(rows)
            if rows.faulty.num_rows:
                self._faulty.append(rows.faulty)
            if not rows.sound.num_rows:
                continue
            if self._again and not some:
                yield Batch("usage", NOTHING, again=str(self._file))
            some = True
            usage, named = with_callers(rows.sound)
            if named - self._agents:
                yield Batch("agents", agents_of(named - self._agents))
                self._agents |= named
            yield Batch("usage", self._stamped(usage))
        if self._faulty and not some:
            raise self._unreadable()
        for note in self._reading.notes():
            yield Batch("usage", NOTHING, note=f"{self._file.name}: {note}")
        for refused in self._faulty:
            yield Batch("usage", self._stamped(refused))

    def end(self) -> Batch:
        """What completes the file, after its rows."""
        return Batch("usage", NOTHING, file=self._loaded())

    @property
    def times(self) -> tuple[datetime, datetime] | None:
        """The first and the last instant of the rows delivered so far; None where there are none."""
        return (min(self._times), max(self._times)) if self._times else None

    @property
    def cut(self) -> str:
        """The row of the file's last line, with its text and the line before, as JSON, where it may have been cut off."""
        line = self._reading.last_line()
        if line is None or line.number != self._last[0]:
            return ""
        return json.dumps({"row": self._last[1], "text": f"{line.before}\n{line.text}"})

    def _remember(self, rows: Rows) -> None:
        if self._again:
            self._ids += [part.select(["event_id"]) for part in rows if part.num_rows]
        if rows.sound.num_rows:
            span: Any = pc.min_max(rows.sound.column("occurred_at")).as_py()
            self._times += [at for at in (span["min"], span["max"]) if at is not None]
            ids, lines = rows.sound.column("event_id"), rows.sound.column("line")
            self._last = max(self._last, (lines[-1].as_py(), ids[-1].as_py() or ""))

    def _loaded(self) -> LoadedFile:
        # of lines that could not be read at all nobody knows which rows they are: then nothing is taken for gone
        unknown = any(table.column("event_id").null_count for table in self._faulty)
        whole = None
        if self._again and self._times and not unknown:
            ids = pa.concat_tables(self._ids)
            whole = ids.filter(pc.is_valid(ids.column("event_id")))
        first_at, last_at = self.times or (None, None)
        return LoadedFile(
            self._content, str(self._file), self._rows, self._reading.identity.text(), self._modified,
            first_at, last_at, whole, self.cut,
        )  # fmt: skip

    def _stamped(self, usage: pa.Table) -> pa.Table:
        written: Any = pa.scalar(self._modified, pa.timestamp("us", "UTC"))
        said: Any = pa.repeat(written, usage.num_rows)
        if "recorded_at" in usage.column_names and pa.types.is_timestamp(usage.column("recorded_at").type):
            said = pc.coalesce(usage.column("recorded_at"), written)
        return usage.append_column("delivered_at", said).append_column(
            "delivery", pa.repeat(pa.scalar(str(self._file)), usage.num_rows)
        )

    def _unreadable(self) -> SourceError:
        first = min(self._faulty, key=lambda table: pc.min(table.column("line")).as_py())
        at = pc.index(first.column("line"), pc.min(first.column("line"))).as_py()
        return SourceError(
            f"{self._file}: none of its {self._rows:,} rows can be kept; "
            f"line {first.column('line')[at]}: {first.column('fault')[at]}",
            "Correct the file or the settings of the source; it is read again with the next run.",
        )
