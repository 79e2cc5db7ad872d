"""One reading of one file of usage: which of its columns is which, its rows, and what is delivered of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from orchflow.config.settings import WorkspaceSettings
from orchflow.config.sources import UsageFileSettings
from orchflow.errors import SourceError
from orchflow.ingest.source import Batch, LoadedFile
from orchflow.ingest.sources.agents_named import agents_of, with_callers
from orchflow.ingest.sources.identity import Identity, identity_of
from orchflow.ingest.sources.opened import FAULT, LINE, Begun, LastLine, OpenFile
from orchflow.ingest.sources.row_values import Rows, RowValues, only, renamed
from orchflow.ingest.sources.usage_values import completed
from orchflow.ingest.sources.values_query import KEY, trimmed

COLUMNS = (
    "event_id",
    "occurred_at",
    "recorded_at",
    "organization",
    "agent",
    "caller",
    "user_id",
    "conversation_id",
    "run_id",
    "provider",
    "model",
    "route",
    "status",
    "calls",
    "input_tokens",
    "cached_input_tokens",
    "cache_write_input_tokens",
    "cache_write_1h_input_tokens",
    "output_tokens",
    "reasoning_tokens",
    "images",
    "seconds",
    "service_tier",
    "cost",
    "currency",
    "duration_ms",
    "is_local",
)
NAMED_COLUMNS = 40


class FileReading:
    """The rows of a file as its source's settings read them, told apart by `told_apart_by` (None: as the settings say).

    SourceError when the file lacks a column that it must have; close it after the file.
    """

    def __init__(
        self, file: Path, opened: OpenFile, settings: UsageFileSettings, workspace: WorkspaceSettings, *, told_apart_by: Identity | None = None
    ) -> None:  # fmt: skip
        self.file = file
        self._opened = opened
        self._settings = settings
        self._workspace = workspace
        self.chosen = chosen_columns(file, opened.columns, settings)
        self.identity = told_apart_by or identity_of(settings, workspace, self.chosen)
        self._keys = self._key_columns()
        self._values = RowValues(settings, workspace, self.identity)
        self._values.find_marks(opened, self.chosen)
        self._values.find_orders(opened, self.chosen)

    def close(self) -> None:
        """Forget the rows."""
        self._values.close()

    def notes(self) -> list[str]:
        """How the file is read, where that is not as one would expect; units of time are known once rows were read."""
        return [*self._opened.notes, *self._values.reading.notes()]

    def money(self) -> str:
        """In words, in which currency its amounts are; empty where it has none."""
        own, general = self._settings.currency, self._workspace.currency
        if "cost" not in self.chosen:
            return ""
        if "currency" in self.chosen:
            return f"amounts are in the currency that {self.chosen['currency']!r} names, else in {own or general}"
        if own:
            return f"amounts are in {own}, as the source's currency says"
        return f"amounts are taken in as {general}, the workspace's currency, as nothing names another (set currency)"

    def last_line(self) -> LastLine | None:
        """See `OpenFile`."""
        return self._opened.last_line

    def longer(self, begun: Begun) -> set[tuple[str, str]]:
        """See `OpenFile`."""
        return self._opened.longer(begun)

    def rows(self) -> Iterator[Rows]:
        """Yield the rows in chunks, in order; may be called again."""
        self._values.begin()
        chosen = {
            ours: theirs
            for ours, theirs in self.chosen.items()
            if ours != "event_id" or self.identity.by == "event_id"
        }
        needed = dict.fromkeys([*chosen.values(), *self._keys])
        for table in self._opened.tables(list(needed)):
            table = trimmed(table)
            table = table.filter(pc.and_not(filled(table), headings(table)))
            columns: dict[str, Any] = {ours: table.column(theirs) for ours, theirs in chosen.items()}
            usage = completed(pa.table(columns), self._settings, own_ids="event_id" in self.chosen)
            for number, theirs in enumerate(self._keys):
                usage = usage.append_column(f"{KEY}{number}", table.column(theirs))
            for name in (LINE, FAULT):
                usage = usage.append_column(name, table.column(name))
            rows = self._values.read(usage)
            if rows.sound.num_rows or rows.faulty.num_rows:
                yield rows

    def _key_columns(self) -> list[str]:
        if self.identity.by != "key":
            missing = set(self.identity.columns) - self.chosen.keys()
            if missing:
                raise SourceError(f"{self.file} lacks {', '.join(sorted(missing))}", "")
            return []
        named = [
            self.chosen.get(name, name) if name not in self._opened.columns else name
            for name in self.identity.columns
        ]
        missing = {name for name in named if name not in self._opened.columns}
        if missing:
            raise SourceError(
                f"{self.file} lacks {', '.join(sorted(missing))}, which sources.{self._settings.name}.key names; "
                f"its columns are {listed(self._opened.columns)}",
                f"Correct sources.{self._settings.name}.key.",
            )
        return named


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


def chosen_columns(file: Path, columns: Sequence[str], settings: UsageFileSettings) -> Mapping[str, str]:
    """Which of the file's columns is which of ours; SourceError names the missing ones and those there are."""
    if not columns:
        raise SourceError(
            f"{file} is empty", "Write it again, or take it away; it is tried again with the next run."
        )
    mapping = {ours: " ".join(theirs.split()) for ours, theirs in settings.mapping.items()}
    named = {ours: ours for ours in COLUMNS if ours in columns} | mapping
    chosen = {ours: named[ours] for ours in COLUMNS if ours in named}
    missing = [f"{theirs!r} for {ours}" for ours, theirs in chosen.items() if theirs not in columns]
    if "occurred_at" not in chosen:
        missing.insert(0, "one for occurred_at")
    if not {"cost", "input_tokens", "output_tokens"} & chosen.keys():
        missing.append("one for cost, input_tokens or output_tokens")
    if missing:
        raise SourceError(
            f"{file} lacks a column: {', '.join(missing)}; its columns are {listed(columns)}",
            f"Say in sources.{settings.name}.mapping which column is which, for example occurred_at: timestamp.",
        )
    twice = [theirs for theirs in chosen.values() if list(columns).count(theirs) > 1]
    if twice:
        raise SourceError(f"{file} has more than one column {twice[0]!r}", "Give each column its own name.")
    return chosen


def filled(table: pa.Table) -> Any:
    """Which rows hold anything."""
    filled: Any = pa.repeat(False, table.num_rows)
    for name in table.column_names:
        if name != LINE:
            filled = pc.or_(filled, pc.is_valid(table.column(name)))
    return filled


def headings(table: pa.Table) -> Any:
    """Which rows are the heading again, as in files put together."""
    repeated: Any = pa.repeat(True, table.num_rows)
    for name in table.column_names:
        column: Any = table.column(name)
        if name in (LINE, FAULT):
            continue
        if not pa.types.is_string(column.type):
            return pa.repeat(False, table.num_rows)
        repeated = pc.and_(repeated, pc.fill_null(pc.equal(column, pa.scalar(name)), False))
        if not pc.any(repeated).as_py():
            break
    return repeated


def listed(columns: Sequence[str]) -> str:
    """The names of columns in a sentence, shortened where they are many."""
    names = [name[:NAMED_COLUMNS] for name in columns if name][:NAMED_COLUMNS]
    return ", ".join(names) or "none"
