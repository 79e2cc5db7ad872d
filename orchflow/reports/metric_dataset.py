"""The dataset of figures: every figure of the catalogue with its parts, so that two periods can be laid side by side."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import cast

import pyarrow as pa

from orchflow.metrics.catalogue import METRICS
from orchflow.metrics.metric import PLAN_DIMENSIONS
from orchflow.people.permissions import Permission
from orchflow.reports.dataset import Column, Dataset, Key, Measure, Reading
from orchflow.reports.in_memory import behind, in_order
from orchflow.reports.metric_rows import COLUMNS, SCHEMA, MetricRows, offered, period_of, visible_keys
from orchflow.workspace import Workspace

FIRST = 2
"""Figures that are made at first for a page; twice as many each time until it is full."""


@dataclass(frozen=True, kw_only=True)
class MetricDataset(Dataset):
    """One row is one figure: of the period, of one group of a dimension in it, or of one of its days.

    Figures are those that the actor may see. Single people's are there for those who may see them; for others small
    groups are pooled. Only what is asked for is made.
    """

    name: str = "metrics"
    description: str = (
        "Every figure of the period (this month where none is named): in all, by each dimension, and by day"
    )
    section: str = "Usage"
    permission: Permission | None = Permission.INSIGHTS_VIEW
    filters: tuple[str, ...] = ("metric", "unit", "dimension")

    @property
    def dated(self) -> bool:
        return True

    @property
    def chronological(self) -> bool:
        return False

    @property
    def key(self) -> tuple[str, ...]:
        return ("metric", "dimension", "group", "day")

    def columns(self, ws: Workspace) -> tuple[Column, ...]:
        return COLUMNS

    def batches(self, reading: Reading, rows: int) -> Generator[pa.RecordBatch, None, None]:
        if self.name in reading.kept:
            yield from self._table(reading).to_batches(max_chunksize=rows)
            return
        for batch in MetricRows(reading).batches():
            yield from pa.Table.from_batches([batch]).to_batches(max_chunksize=rows)

    def page(self, reading: Reading, after: Key | None, limit: int) -> pa.Table:
        """Made figure by figure, which is the order of the key, until there are enough."""
        rows = MetricRows(reading)
        keys = sorted(key for key in rows.keys if after is None or key >= str(after[0]))
        page, made, many = SCHEMA.empty_table(), 0, FIRST
        while made < len(keys) and page.num_rows < limit:
            following = behind(in_order(rows.table(keys[made : made + many]), self.key), self.key, after)
            page = pa.concat_tables([page, following.slice(0, limit - page.num_rows)])
            made, many = made + many, many * 2
        return page

    def newest(self, reading: Reading, limit: int) -> pa.Table:
        if self.name in reading.kept:
            return self._table(reading).slice(0, limit)
        batches, rows = [], 0
        for batch in MetricRows(reading).batches():
            batches.append(batch)
            rows += batch.num_rows
            if rows >= limit:
                break
        return pa.Table.from_batches(batches, SCHEMA).slice(0, limit)

    def count(self, reading: Reading) -> None:
        return None

    def measure(self, reading: Reading) -> Measure:
        filters = period_of(reading)
        return Measure(self._table(reading).num_rows, filters.start, filters.end)

    def values(self, reading: Reading) -> dict[str, list[str]]:
        keys = visible_keys(reading.actor)
        return {
            "metric": sorted(keys),
            "unit": sorted({METRICS[key].unit for key in keys}),
            "dimension": sorted({*PLAN_DIMENSIONS, *offered(keys, reading.privacy)}),
        }

    def _table(self, reading: Reading) -> pa.Table:
        if self.name not in reading.kept:
            reading.kept[self.name] = MetricRows(reading).table()
        return cast("pa.Table", reading.kept[self.name])
