"""Large files of the formats that take seconds of a processor to write: in a process of their own, as errands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path

import pyarrow as pa

from orchflow.errand import Errand
from orchflow.progress import Progress, untold
from orchflow.table_files.write import (
    NO_TITLES,
    Written,
    beside,
    format_of,
    table_bytes,
    told_batches,
    write_batches,
    write_file,
    writing,
)

LARGE = 5_000
"""The number of rows from which on a file is written elsewhere."""
SLOW = frozenset({".xlsx", ".json"})
"""The formats that are written cell by cell; Arrow writes the others at once."""


def table_bytes_aside(
    suffix: str, name: str, table: pa.Table, titles: Mapping[str, str] = NO_TITLES
) -> bytes:
    """`table_bytes`, while the pages of everybody else go on."""
    format_of(suffix).check_room(table.num_rows)
    if suffix.lower() not in SLOW or table.num_rows < LARGE:
        return table_bytes(suffix, name, table, titles)
    return Errand(table_bytes, suffix, name, table, dict(titles)).result()


def write_file_aside(
    out: Path, name: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch], progress: Progress = untold,
    total: int | None = None,
) -> Written:  # fmt: skip
    """`write_file`, while the pages of everybody else go on: the rows of a large one lie beside `out` meanwhile.

    `progress` hears how many rows are written, of a file of a fast format only where `total`, the number of its rows, is known.
    """
    form = format_of(out.suffix)
    form.check_room(total or 0)
    if out.suffix.lower() not in SLOW:
        told = batches if total is None else _told(batches, progress, total)
        return write_file(out, name, schema, told)
    rest = iter(batches)
    first: list[pa.RecordBatch] = []
    for batch in rest:
        first.append(batch)
        if sum(each.num_rows for each in first) >= LARGE:
            break
    else:
        return write_file(out, name, schema, first)
    with (
        beside(out, "rows") as rows,
        beside(out, "part") as unfinished,
    ):  # both go, whatever becomes of the process
        with pa.OSFile(str(rows), "wb") as file, pa.ipc.new_file(file, schema) as kept:
            read = 0
            for batch in chain(first, rest):
                read += batch.num_rows
                form.check_room(read)
                kept.write_batch(batch)
        written = Errand(write_rows, rows, unfinished, out, name, told=progress).result()
        unfinished.replace(out)
    return written


def _told(batches: Iterable[pa.RecordBatch], progress: Progress, total: int) -> Iterator[pa.RecordBatch]:
    rows = 0
    for batch in batches:
        yield batch
        rows += batch.num_rows
        progress(rows, max(total, rows))


def write_rows(rows: Path, unfinished: Path, out: Path, name: str, progress: Progress) -> Written:
    """Write the Arrow file `rows` to `unfinished` in the format of `out`, for a process of its own."""
    with pa.memory_map(str(rows)) as kept, writing(out), unfinished.open("wb") as file:
        table = pa.ipc.open_file(kept).read_all()  # as it lies in the file, not in memory
        return write_batches(file, format_of(out.suffix), name, table.schema, told_batches(table, progress))
