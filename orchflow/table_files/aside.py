"""Large files of the formats that take seconds of a processor to write: in a process of their own, as errands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from pathlib import Path

import pyarrow as pa

from orchflow.errand import Errand
from orchflow.table_files.write import NO_TITLES, beside, table_bytes, write_file

LARGE = 5_000
"""The number of rows from which on a file is written elsewhere."""
SLOW = frozenset({".xlsx", ".json"})
"""The formats that are written cell by cell; Arrow writes the others at once."""


def table_bytes_aside(
    suffix: str, name: str, table: pa.Table, titles: Mapping[str, str] = NO_TITLES
) -> bytes:
    """`table_bytes`, while the pages of everybody else go on."""
    if suffix.lower() not in SLOW or table.num_rows < LARGE:
        return table_bytes(suffix, name, table, titles)
    return Errand(table_bytes, suffix, name, table, dict(titles)).result()


def write_file_aside(out: Path, name: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> int:
    """`write_file`, while the pages of everybody else go on: the rows of a large one lie beside `out` meanwhile."""
    if out.suffix.lower() not in SLOW:
        return write_file(out, name, schema, batches)
    rest = iter(batches)
    first: list[pa.RecordBatch] = []
    for batch in rest:
        first.append(batch)
        if sum(each.num_rows for each in first) >= LARGE:
            break
    else:
        return write_file(out, name, schema, first)
    with beside(out, "rows") as rows:
        with pa.OSFile(str(rows), "wb") as file, pa.ipc.new_file(file, schema) as kept:
            for batch in chain(first, rest):
                kept.write_batch(batch)
        return Errand(write_rows, rows, out, name).result()


def write_rows(rows: Path, out: Path, name: str, progress: Callable[[float], None]) -> int:
    """Write the Arrow file `rows` to `out` in the format of its suffix, for a process of its own."""
    with pa.memory_map(str(rows)) as file:
        kept = pa.ipc.open_file(file)

        def batches() -> Iterable[pa.RecordBatch]:
            for number in range(kept.num_record_batches):
                yield kept.get_batch(number)
                progress((number + 1) / kept.num_record_batches)

        return write_file(out, name, kept.schema, batches())
