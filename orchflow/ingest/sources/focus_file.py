"""Bills in FOCUS, the open specification of cost and usage: CSV, JSON lines and Parquet, of any provider."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from orchflow.config.sources import FocusFileSettings
from orchflow.errors import SourceError
from orchflow.focus_columns import COLUMNS
from orchflow.ingest.source import BILLS, Batch, Check, LoadedFile, Removal, Watermark
from orchflow.ingest.sources.file_checks import check_files, check_of
from orchflow.ingest.sources.file_formats import open_file
from orchflow.ingest.sources.files_there import content_hash, files_of, modified_at, stamp
from orchflow.ingest.sources.focus_reading import FocusReading
from orchflow.ingest.sources.identity import NOT_READING, Identity, KnownFile, KnownFiles

LINES = "focus_lines"
NOTHING = pa.table({})
_READ_AS = "1"
"""How lines are read; another one has every file read again."""


class FocusFile:
    """A bill, or all that a pattern names, in the order in which they were written.

    A line is known by its place in its file. A content loaded before is not read again, whatever its name is now; a file
    written again replaces what it told before. What deliveries of one billing period replace is for the warehouse
    (`orchflow.warehouse.bills`).
    """

    kind = "focus_file"

    def __init__(self, settings: FocusFileSettings) -> None:
        self.name = settings.name
        self._settings = settings
        kept = settings.model_dump(mode="json", exclude=NOT_READING, exclude_defaults=True)
        self._identity = Identity(
            "key", ("delivery", "line"), json.dumps({"focus": _READ_AS, "settings": kept}, sort_keys=True)
        )

    def jobs(self) -> Sequence[str]:
        """Only the lines of bills."""
        return (BILLS,)

    def close(self) -> None:
        """Nothing stays open."""

    def check(self) -> list[Check]:
        """Try that files are found, which version each is, and what its first lines are read as."""
        return check_files(self.name, self._settings.path, self._check_file)

    def _check_file(self, file: Path) -> Check:
        with self._reading_of(file) as reading:
            first = next(reading.rows(), None)
            return check_of(file, first, [f"{file.name} is {reading.described()}", *reading.notes()])

    def read(self, job: str, watermark: Watermark | None, full: bool) -> Iterator[Batch]:
        """Yield the lines of every file whose content is not among the watermark's "files" (of all when `full`)."""
        known = KnownFiles((watermark or {}).get("files", ()))
        files = files_of(self.name, self._settings.path)
        there = {str(file) for file in files}
        broken: list[SourceError] = []
        for file in files:
            try:
                content = content_hash(file)
                home = known.standing(content)
                if home not in (None, str(file)) and home in there:
                    continue  # a copy of a file that is read
                if full or known.standing(content, self._identity.reading) is None:
                    yield from self._read_file(file, content, home, known)
            except SourceError as error:
                broken.append(error)
        if broken:
            # every sound file was read first: one bad file does not keep the others out
            more = f" (and {len(broken) - 1} more files)" if len(broken) > 1 else ""
            raise SourceError(f"{broken[0]}{more}", broken[0].hint)

    def _read_file(self, file: Path, content: str, home: str | None, known: KnownFiles) -> Iterator[Batch]:
        written = modified_at(file)
        with self._reading_of(file) as reading:
            delivery = _Delivery(reading, written, self._unit(file), again=known.has(str(file)))
            yield from delivery.batches(moved_from=None if home == str(file) else home)
        first_at, last_at = delivery.span
        loaded = LoadedFile(
            content,
            str(file),
            delivery.rows,
            self._identity.text(),
            written,
            first_at,
            last_at,
            delivery.whole(),
        )
        yield Batch(LINES, NOTHING, file=loaded)
        known.add(KnownFile(content, str(file), self._identity, stamp(written)))

    def _unit(self, file: Path) -> str | None:
        """What the file is delivered with: nothing of it is replaced by the rest. None: nothing replaces anything."""
        match self._settings.replaces:
            case "folder":
                return str(file.parent)
            case "file":
                return str(file)
        return None

    @contextmanager
    def _reading_of(self, file: Path) -> Iterator[FocusReading]:
        with (
            open_file(file, COLUMNS, self._settings.encoding) as opened,
            closing(FocusReading(file, opened, self._settings)) as reading,
        ):
            yield reading


@dataclass
class _Delivery:
    """What a file delivers, as batches."""

    reading: FocusReading
    written: datetime
    unit: str | None
    again: bool
    rows: int = 0
    _lines: list[pa.Table] = field(default_factory=list)
    _faulty: list[pa.Table] = field(default_factory=list)
    _span: list[datetime] = field(default_factory=list)

    def batches(self, moved_from: str | None) -> Iterator[Batch]:
        """Yield the lines; those of the place that the file was moved from go. SourceError when none can be kept."""
        file = str(self.reading.file)
        for rows in self.reading.rows():
            self.rows += rows.sound.num_rows + rows.faulty.num_rows
            if rows.faulty.num_rows:
                self._faulty.append(rows.faulty)
            if not rows.sound.num_rows:
                continue
            if not self._lines:
                if self.again:
                    yield Batch(LINES, NOTHING, again=file)
                if moved_from:
                    yield Batch(LINES, NOTHING, removal=Removal(NOTHING, of=moved_from))
            self._remember(rows.sound)
            yield Batch(LINES, self._stamped(rows.sound))
        if self._faulty and not self._lines:
            line, fault = (self._faulty[0].column(name)[0].as_py() for name in ("line", "fault"))
            raise SourceError(
                f"{file}: none of its {self.rows:,} rows can be kept; line {line}: {fault}",
                "Correct the file or the settings of the source; it is read again with the next run.",
            )
        for note in self.reading.notes():
            yield Batch(LINES, NOTHING, note=f"{self.reading.file.name}: {note}")
        for refused in self._faulty:
            yield Batch(LINES, self._stamped(refused))

    @property
    def span(self) -> tuple[datetime, datetime] | tuple[None, None]:
        """When the first of its charges begins and the last one does."""
        return (min(self._span), max(self._span)) if self._span else (None, None)

    def whole(self) -> pa.Table | None:
        """The lines that it has, where it had others before."""
        return pa.concat_tables(self._lines) if self.again and self._lines else None

    def _remember(self, sound: pa.Table) -> None:
        self._lines.append(sound.select(["line"]))
        starts = sound.column("charge_start").to_numpy()
        self._span += [
            sound.column("charge_start")[int(place)].as_py() for place in (starts.argmin(), starts.argmax())
        ]

    def _stamped(self, rows: pa.Table) -> pa.Table:
        written = pa.scalar(self.written, pa.timestamp("us", "UTC"))
        for name, value in (
            ("delivered_at", written),
            ("delivery", pa.scalar(str(self.reading.file))),
            ("unit", pa.scalar(self.unit, pa.string())),
        ):
            rows = rows.append_column(name, pa.repeat(value, rows.num_rows))
        return rows
