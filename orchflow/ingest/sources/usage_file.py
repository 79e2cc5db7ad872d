"""Files of usage: CSV, JSON lines and Parquet, with a mapping of their columns to ours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from orchflow.config.settings import WorkspaceSettings
from orchflow.config.sources import UsageFileSettings
from orchflow.errors import ConfigError, OrchflowError, SourceError
from orchflow.ingest.source import Batch, Check, Removal, Watermark
from orchflow.ingest.sources.file_checks import check_files, check_of
from orchflow.ingest.sources.file_delivery import NOTHING, Delivery
from orchflow.ingest.sources.file_formats import open_file
from orchflow.ingest.sources.file_reading import FileReading
from orchflow.ingest.sources.files_there import content_hash, files_of, modified_at, stamp
from orchflow.ingest.sources.finer_rows import FinerRows
from orchflow.ingest.sources.identity import (
    CutLine,
    Identity,
    KnownFile,
    KnownFiles,
    reading_of,
    settings_of,
)
from orchflow.ingest.sources.opened import OpenFile
from orchflow.ingest.sources.usage_columns import COLUMNS

LOOKED_THROUGH = 1 << 30
"""Bytes of other files that are looked through for a line that may have been cut off, of a hundred files at most."""


class UsageFile:
    """A file, or all files that a glob names, in the order in which they were written, `usage-9` before `usage-10`.

    A content loaded before is not read again, whatever its name is now, unless the settings that decide what it says have
    changed: then every file there is read anew, and what was loaded of it before goes. Agents named in a file become agents.
    """

    kind = "usage_file"

    def __init__(self, settings: UsageFileSettings, workspace: WorkspaceSettings | None = None) -> None:
        self.name = settings.name
        self._path = settings.path
        unknown = sorted(settings.mapping.keys() - set(COLUMNS))
        if unknown:
            raise ConfigError(
                f"sources.{self.name}.mapping.{unknown[0]} is not a column of usage",
                f"Known are {', '.join(COLUMNS)}.",
            )
        self._settings = settings
        self._workspace = workspace or WorkspaceSettings()
        self._reading = reading_of(settings, self._workspace)

    def jobs(self) -> Sequence[str]:
        """Only usage, whose agents come with it."""
        return ("usage",)

    def close(self) -> None:
        """Nothing stays open."""

    def check(self) -> list[Check]:
        """Try that files are found, that each has the columns and what its first rows are read as."""
        return check_files(self.name, self._path, self._check_file)

    def check_identity(self, watermark: Watermark | None) -> list[Check]:
        """Say what the next run does to rows that were loaded under other settings; nothing when there are none."""
        known = KnownFiles((watermark or {}).get("files", ()))
        before = known.read_otherwise(self._reading)
        if not before:
            return []
        try:
            there = {content_hash(file) for file in self._files()} | {str(file) for file in self._files()}
        except OrchflowError:
            there = set()
        again = [file for file in before if file.content in there or file.path in there]
        return [Check("identity", None, _changed(before, again), "orchflow ingest run does it.")]

    def _check_file(self, file: Path) -> Check:
        with self._reading_of(file) as reading:
            first = next(reading.rows(), None)
            what = f"{file.name} has {', '.join(reading.chosen)}"
            return check_of(
                file, first, [what, reading.identity.described(), reading.money(), *reading.notes()]
            )

    def read(self, job: str, watermark: Watermark | None, full: bool) -> Iterator[Batch]:
        """Yield the rows of every file whose content is not among the watermark's "files" (of all when `full`)."""
        known = KnownFiles((watermark or {}).get("files", ()))
        before = known.read_otherwise(self._reading)
        there = {str(file) for file in self._files()}
        if again := [file for file in before if file.path in there]:
            yield Batch("usage", NOTHING, note=_changed(before, again))
        broken: list[SourceError] = []
        sound: list[tuple[Path, str, datetime]] = []
        fresh: list[str] = []
        for file in self._files():
            try:
                content, modified = content_hash(file), modified_at(file)
                if full or not known.is_read(content, str(file), stamp(modified), self._reading):
                    yield from self._read_file(file, content, modified, known)
                    fresh.append(content)
                sound.append((file, content, modified))
            except SourceError as error:
                broken.append(error)
        for file, content, modified in sound:
            since = fresh[fresh.index(content) + 1 :] if content in fresh else fresh
            if known.tells_more(content, since):  # what these told in fewer columns goes
                yield from self._read_file(file, content, modified, known)
        if broken:
            # every sound file was read first: one bad file does not keep the others out
            more = f" (and {len(broken) - 1} more files)" if len(broken) > 1 else ""
            raise SourceError(f"{broken[0]}{more}", broken[0].hint)

    def _read_file(self, file: Path, content: str, modified: datetime, known: KnownFiles) -> Iterator[Batch]:
        with self._reading_of(file) as reading:
            own = KnownFile(content, str(file), reading.identity, stamp(modified))
            names, summed = self._finer(own, reading, known)
            delivery = Delivery(file, content, modified, reading, again=known.has(str(file)), names=names)
            batches = delivery.batches()
            first = next(batches, None)  # only when some row can be read does what was read before go
            yield from self._removals(file, own, known)
            if summed:
                yield Batch("usage", NOTHING, removal=Removal(summed))
            for before, text in reading.longer(known.cut):
                yield from map(_taken_away, known.cut[before][text])
            if first:
                yield first
            yield from batches
            first_at, last_at = map(stamp, delivery.times) if delivery.times else ("", "")
            own = replace(own, first_at=first_at, last_at=last_at, cut=delivery.cut)
            yield from self._whole_elsewhere(own, known)
            yield delivery.end()
        known.add(own)

    @contextmanager
    def _opened(self, file: Path) -> Iterator[OpenFile]:
        with open_file(file, _wanted(self._settings), self._settings.encoding) as opened:
            yield opened

    @contextmanager
    def _reading_of(self, file: Path, identity: Identity | None = None) -> Iterator[FileReading]:
        with (
            self._opened(file) as opened,
            closing(
                FileReading(file, opened, self._settings, self._workspace, told_apart_by=identity)
            ) as reading,
        ):
            yield reading

    def _finer(
        self, own: KnownFile, reading: FileReading, known: KnownFiles
    ) -> tuple[pa.Table, pa.Table] | tuple[None, None]:
        """Which rows of a file are rows that older files tell more of, and rows of these that go; see `FinerRows`."""
        older = known.finer(own)
        if not older:
            return None, None
        with closing(FinerRows(reading)) as finer:
            for other in filter(finer.may_share, older):
                path = Path(other.path)
                with suppress(SourceError):  # it is not there any more
                    for replaced in known.coarser(other):
                        with self._reading_of(path, replaced) as before:
                            finer.forget(before)
                    with self._reading_of(path) as fine, self._reading_of(path, reading.identity) as coarse:
                        finer.add(fine, coarse)
            return finer.names(), finer.summed()

    def _whole_elsewhere(self, own: KnownFile, known: KnownFiles) -> Iterator[Batch]:
        """That the file's last row goes where a file read before has its line whole; what others say of that row stands."""
        line = own.cut_line
        path = line and self._with_whole(line, own, known)
        if not line or not path:
            return
        with self._reading_of(path) as reading:
            copy = replace(own, path=str(path), identity=reading.identity)
            names, _ = self._finer(copy, reading, known)
            told = _row_of(line.row, path, reading, names)
        for finer in known.finer(copy) if names else ():
            with suppress(SourceError), self._reading_of(Path(finer.path)) as reading:
                told += _row_of(line.row, Path(finer.path), reading)
        yield _taken_away(line)
        yield from told

    def _with_whole(self, line: CutLine, own: KnownFile, known: KnownFiles) -> Path | None:
        """The file read before that has a line whole, the last loaded one of several."""
        left = LOOKED_THROUGH
        for path in map(Path, known.around(own)):
            with suppress(OSError, SourceError):  # it is not there any more
                left -= max(path.stat().st_size, LOOKED_THROUGH // 100)
                if left < 0:
                    return None
                with self._opened(path) as opened:
                    if opened.longer({line.before: [line.text]}):
                        return path
        return None

    def _removals(self, file: Path, own: KnownFile, known: KnownFiles) -> Iterator[Batch]:
        """What the file's rows were known by before, under other settings or before it had all its columns."""
        for earlier in known.identities(own):
            keep = known.paths(self._reading) if earlier.reading != self._reading else ()
            settings = settings_of(self.name, earlier.reading)
            if settings is None:
                continue
            try:
                with (
                    open_file(file, _wanted(settings[0]), settings[0].encoding) as opened,
                    closing(FileReading(file, opened, *settings, told_apart_by=earlier)) as reading,
                ):
                    for rows in reading.rows():
                        yield Batch("usage", NOTHING, removal=Removal(rows.sound.select(["event_id"]), keep))
            except SourceError:
                continue  # nothing can have been read of it then

    def _files(self) -> list[Path]:
        return files_of(self.name, self._path)


def _wanted(settings: UsageFileSettings) -> set[str]:
    return {*COLUMNS, *settings.mapping.values(), *settings.key}


def _taken_away(line: CutLine) -> Batch:
    """That the row of a line that was cut off goes."""
    return Batch("usage", NOTHING, removal=Removal(pa.table({"event_id": [line.row]}), of=line.path))


def _row_of(row: str, path: Path, reading: FileReading, names: pa.Table | None = None) -> list[Batch]:
    """What a file says of the row that is known by `row`."""
    delivery = Delivery(path, "", modified_at(path), reading, again=False, names=names, row=row)
    return [batch for batch in delivery.batches() if batch.rows.num_rows]


def _changed(before: Sequence[KnownFile], again: Sequence[KnownFile]) -> str:
    said = (
        f"the settings of this source have changed since {len(before)} of its files were loaded: "
        f"{len(again)} of them are read again, and what was loaded of them before goes"
    )
    gone = len(before) - len(again)
    return said + (f"; {gone} are no longer there, and their rows stay as they were loaded" if gone else "")
