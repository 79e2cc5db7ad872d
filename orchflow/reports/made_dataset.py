"""Datasets whose rows a function makes whole, since they are few."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import date
from typing import cast

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from orchflow.people.permissions import Permission
from orchflow.reports.dataset import Column, Dataset, Key, Measure, Reading
from orchflow.reports.in_memory import behind, in_order, narrowed
from orchflow.reports.meanings import meaning
from orchflow.workspace import Workspace

TEXT, WHOLE, DAY, FLAG = pa.string(), pa.int64(), pa.date32(), pa.bool_()
Kinds = dict[str, pa.DataType]


@dataclass(frozen=True, kw_only=True)
class MadeDataset(Dataset):
    """Rows that `made` makes whole, which are few: a row for each of `by`. `kinds` are its columns with their types."""

    kinds: Kinds
    by: tuple[str, ...]
    made: Callable[[Reading], pd.DataFrame]
    days: bool = False
    section: str = "Plan"
    permission: Permission | None = Permission.PLAN_VIEW

    @property
    def dated(self) -> bool:
        return self.days

    @property
    def key(self) -> tuple[str, ...]:
        return self.by

    def columns(self, ws: Workspace) -> tuple[Column, ...]:
        return tuple(Column(name, kind, *meaning(self.name, name)) for name, kind in self.kinds.items())

    def batches(self, reading: Reading, rows: int) -> Generator[pa.RecordBatch, None, None]:
        yield from self._table(reading).to_batches(max_chunksize=rows)

    def page(self, reading: Reading, after: Key | None, limit: int) -> pa.Table:
        return behind(in_order(self._table(reading), self.key), self.key, after).slice(0, limit)

    def newest(self, reading: Reading, limit: int) -> pa.Table:
        table = self._table(reading)
        return (table.sort_by([("day", "descending")]) if self.days else table).slice(0, limit)

    def count(self, reading: Reading) -> int:
        return self._table(reading).num_rows

    def measure(self, reading: Reading) -> Measure:
        table = self._table(reading)
        if not self.days:
            return Measure(table.num_rows)
        return Measure(table.num_rows, pc.min(table["day"]).as_py(), pc.max(table["day"]).as_py())

    def values(self, reading: Reading) -> dict[str, list[str]]:
        table = self._table(Reading(reading.ws, reading.actor))
        return {
            name: sorted({str(value) for value in table[name].to_pylist() if value is not None})
            for name in self.filters
        }

    def _table(self, reading: Reading) -> pa.Table:
        if self.name not in reading.kept:
            frame = self.made(reading)[list(self.kinds)]
            table = pa.Table.from_pandas(frame, self.schema(reading.ws), preserve_index=False)
            part = reading.part
            if self.days and (part.start or part.end):
                first, last = part.start or date.min, part.end or date.max
                table = table.filter((pc.field("day") >= first) & (pc.field("day") <= last))
            reading.kept[self.name] = narrowed(table, part.where)
        return cast("pa.Table", reading.kept[self.name])


def kinds_of(kind: pa.DataType, *names: str) -> Kinds:
    """Columns of one type."""
    return dict.fromkeys(names, kind)
