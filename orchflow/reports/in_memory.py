"""Rows that are made whole before they are handed out: narrowed, in order, and page by page."""

from __future__ import annotations

from bisect import bisect_right
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from orchflow.reports.dataset import EMPTY, Key, Values

Rows = TypeVar("Rows", pa.RecordBatch, pa.Table)


def narrowed(rows: Rows, where: Values) -> Rows:
    """Those that have, in each column of `where`, one of its values."""
    for name, values in where.items():
        texts = pc.cast(rows[name], pa.string())
        among = pc.is_in(texts, pa.array(values, pa.string()))
        rows = rows.filter(pc.or_kleene(among, pc.is_null(texts)) if EMPTY in values else among)
    return rows


def in_order(table: pa.Table, key: tuple[str, ...]) -> pa.Table:
    """The rows by their key, one without a part of it first."""
    keys = _sortable(table, key)
    return table.take(pa.array(sorted(range(table.num_rows), key=keys.__getitem__), pa.int64()))


def behind(table: pa.Table, key: tuple[str, ...], last: Key | None) -> pa.Table:
    """The rows behind the one whose key is `last`, of those in order."""
    return table if last is None else table.slice(bisect_right(_sortable(table, key), _last_first(last)))


def _sortable(table: pa.Table, key: tuple[str, ...]) -> list[Key]:
    return [_last_first(row) for row in zip(*(table[name].to_pylist() for name in key), strict=True)]


def _last_first(key: Key) -> Key:
    """A key that can be compared: nothing comes before everything."""
    return tuple("" if part is None else str(part) for part in key)
