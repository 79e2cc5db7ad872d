"""The rows of a table that tell something: neither empty ones nor the heading again."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from orchflow.ingest.sources.opened import FAULT, LINE
from orchflow.ingest.sources.values_query import trimmed


def rows_told(table: pa.Table) -> pa.Table:
    """These rows, trimmed."""
    table = trimmed(table)
    return table.filter(pc.and_not(_filled(table), _headings(table)))


def _filled(table: pa.Table) -> Any:
    """Which rows hold anything."""
    filled: Any = pa.repeat(False, table.num_rows)
    for name in table.column_names:
        if name != LINE:
            filled = pc.or_(filled, pc.is_valid(table.column(name)))
    return filled


def _headings(table: pa.Table) -> Any:
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
