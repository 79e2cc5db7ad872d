"""Writing a table in the format that a suffix names: into a file that appears when it is whole, or into memory."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, NamedTuple

import pyarrow as pa

from orchflow.errors import UsageError, disk_error
from orchflow.progress import Progress, untold
from orchflow.table_files.writers import CsvWriter, ExcelWriter, JsonWriter, ParquetWriter, Writer

FORMATS: Mapping[str, type[Writer]] = MappingProxyType(
    {".csv": CsvWriter, ".xlsx": ExcelWriter, ".parquet": ParquetWriter, ".json": JsonWriter}
)


class Written(NamedTuple):
    """How many rows a file has, and how many texts of them it could not hold whole."""

    rows: int
    cut: int = 0


TOLD_ROWS = 1_000
"""After how many rows it is told how far a file is."""
NO_TITLES: Mapping[str, str] = MappingProxyType({})


def format_of(suffix: str) -> type[Writer]:
    """The format of files that end in `suffix` (with its dot); UsageError when there is none."""
    writer = FORMATS.get(suffix.lower())
    if writer is None:
        raise UsageError(f"The format {suffix or '(none)'} is not known", f"Use {', '.join(FORMATS)}.")
    return writer


def write_file(
    out: Path,
    name: str,
    schema: pa.Schema,
    batches: Iterable[pa.RecordBatch],
    titles: Mapping[str, str] = NO_TITLES,
) -> Written:
    """Write `batches` to `out` in the format of its suffix.

    `name` is the table's and `titles` its headings for people. Nothing is left behind when writing fails.
    """
    writer = format_of(out.suffix)
    with whole_file(out) as file:
        return write_batches(file, writer, name, schema, batches, titles)


def table_bytes(
    suffix: str,
    name: str,
    table: pa.Table,
    titles: Mapping[str, str] = NO_TITLES,
    progress: Progress = untold,
) -> bytes:
    """`table` as the bytes of a file that ends in `suffix`; `progress` hears how many rows are written.

    UsageError before anything is written where such a file cannot hold so many rows.
    """
    writer, file = format_of(suffix), io.BytesIO()
    writer.check_room(table.num_rows)
    write_batches(file, writer, name, table.schema, told_batches(table, progress), titles)
    return file.getvalue()


def told_batches(table: pa.Table, progress: Progress) -> Iterator[pa.RecordBatch]:
    """The rows of `table` in pieces; `progress` hears of each that was taken."""
    rows = 0
    for batch in table.to_batches(max_chunksize=TOLD_ROWS):
        yield batch
        rows += batch.num_rows
        progress(rows, table.num_rows)


@contextmanager
def whole_file(out: Path) -> Iterator[BinaryIO]:
    """A file to write into that takes the place of `out` at the end, or leaves no trace when the block fails.

    OrchflowError says why a file cannot be written.
    """
    with beside(out, "part") as unfinished:
        with unfinished.open("wb") as file:
            yield file
        unfinished.replace(out)


@contextmanager
def beside(out: Path, kind: str) -> Iterator[Path]:
    """The path of a file of this process beside `out`, which is gone when the block ends.

    OrchflowError says why a file cannot be written there.
    """
    file = out.with_name(f".{out.name}.{os.getpid()}.{kind}")
    with writing(out):
        try:
            yield file
        finally:
            file.unlink(missing_ok=True)


@contextmanager
def writing(out: Path) -> Iterator[None]:
    """OrchflowError says why the block could not write `out`."""
    try:
        yield
    except OSError as error:
        raise disk_error(
            error, f"{out} could not be written", "Choose a folder with room to write."
        ) from None


def write_batches(
    file: BinaryIO,
    writer: type[Writer],
    name: str,
    schema: pa.Schema,
    batches: Iterable[pa.RecordBatch],
    titles: Mapping[str, str] = NO_TITLES,
) -> Written:
    """Write `batches` into `file` in the format of `writer`."""
    rows = 0
    opened = writer(file, name, schema, titles)
    try:
        for batch in batches:
            opened.write(batch)
            rows += batch.num_rows
        opened.close()
    except BaseException:
        opened.abandon()
        raise
    return Written(rows, opened.cut)
