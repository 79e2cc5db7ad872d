"""The dataset of figures: every figure of the catalogue with its parts, so that two periods can be laid side by side."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

import pyarrow as pa
import pyarrow.compute as pc

from orchflow import clock
from orchflow.metrics.catalogue import METRICS
from orchflow.metrics.compiler import dimensions
from orchflow.metrics.facts import Facts
from orchflow.metrics.filters import Filters, month_to_date
from orchflow.metrics.metric import PLAN_DIMENSIONS, Dimension
from orchflow.metrics.plan_parts import plan_lines
from orchflow.metrics.privacy import Privacy
from orchflow.metrics.read import figures, lines
from orchflow.people.permissions import Actor, Permission
from orchflow.reports.dataset import EMPTY, Column, Dataset, Key, Measure, Reading
from orchflow.reports.meanings import meaning
from orchflow.workspace import Workspace

VALUE = pa.decimal128(38, 18)
PLACES = Decimal("1e-18")
_KINDS: dict[str, pa.DataType] = {
    "metric": pa.string(), "unit": pa.string(), "dimension": pa.string(), "group": pa.string(), "day": pa.date32(),
    "value": VALUE, "currency": pa.string(),
}  # fmt: skip
COLUMNS = tuple(Column(name, kind, *meaning("metrics", name)) for name, kind in _KINDS.items())
SCHEMA = pa.schema(_KINDS)


@dataclass(frozen=True, kw_only=True)
class MetricDataset(Dataset):
    """One row is one figure: of the period, of one group of a dimension in it, or of one of its days.

    Figures are those that the actor may see. Single people's are there for those who may see them; for others small
    groups are pooled. There are never many, so that they are made whole and then narrowed.
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
        yield from self._table(reading).to_batches(max_chunksize=rows)

    def page(self, reading: Reading, after: Key | None, limit: int) -> pa.Table:
        table = self._table(reading)
        order = sorted(range(table.num_rows), key=(keys := _sortable(table, self.key)).__getitem__)
        first = 0 if after is None else bisect_right(order, _last_first(after), key=keys.__getitem__)
        return table.take(pa.array(order[first : first + limit], pa.int64()))

    def newest(self, reading: Reading, limit: int) -> pa.Table:
        return self._table(reading).slice(0, limit)

    def count(self, reading: Reading) -> None:
        return None

    def measure(self, reading: Reading) -> Measure:
        filters = _period(reading)
        return Measure(self._table(reading).num_rows, filters.start, filters.end)

    def values(self, reading: Reading) -> dict[str, list[str]]:
        keys = _visible(reading.actor)
        return {
            "metric": sorted(keys),
            "unit": sorted({METRICS[key].unit for key in keys}),
            "dimension": sorted({*PLAN_DIMENSIONS, *_offered(keys, reading.privacy)}),
        }

    def _table(self, reading: Reading) -> pa.Table:
        if self.name not in reading.kept:
            table = pa.Table.from_batches(list(_batches(reading)), SCHEMA)
            for name, values in reading.part.where.items():
                texts = pc.cast(table[name], pa.string())
                among = pc.is_in(texts, pa.array(values, pa.string()))
                table = table.filter(pc.or_kleene(among, pc.is_null(texts)) if EMPTY in values else among)
            reading.kept[self.name] = table
        return cast("pa.Table", reading.kept[self.name])


def _sortable(table: pa.Table, key: tuple[str, ...]) -> list[Key]:
    return [_last_first(row) for row in zip(*(table[name].to_pylist() for name in key), strict=True)]


def _last_first(key: Key) -> Key:
    """A key that can be compared: nothing comes before everything."""
    return tuple("" if part is None else str(part) for part in key)


def _visible(actor: Actor) -> list[str]:
    return [key for key, own in METRICS.items() if actor.may(own.permission)]


def _period(reading: Reading) -> Filters:
    """The days that are asked for; this month's when none are named."""
    part = reading.part
    month = month_to_date(clock.today(reading.ws.zone))
    last = part.end or max(month.end, part.start or month.end)
    return Filters(part.start or min(month.start, last), last)


def _batches(reading: Reading) -> Iterator[pa.RecordBatch]:
    """The rows, a batch for each kind of part."""
    facts = Facts(reading.ws, reading.actor, _period(reading), privacy=reading.privacy, now=clock.now())
    visible = _visible(reading.actor)
    yield _batch(
        facts, [(own.key, None, None, None, own.value) for own in figures(facts, visible, trends=False)]
    )
    yield from _of_plan(facts, [key for key in visible if METRICS[key].permission is Permission.PLAN_VIEW])
    counted = [key for key in visible if METRICS[key].read is None]
    for dimension in _offered(counted, facts.privacy):
        keys = [key for key in counted if dimension in dimensions(key)]
        rows = lines(facts, keys, by=dimension)
        yield _batch(
            facts, [(key, dimension, line["value"], None, line[key]) for key in keys for line in rows]
        )
    days = lines(facts, counted, grain="day")
    yield _batch(facts, [(key, None, None, line["bucket"], line[key]) for key in counted for line in days])


def _of_plan(facts: Facts, keys: list[str]) -> Iterator[pa.RecordBatch]:
    """The figures of the plan by each of its parts, and as they stood at the end of each day."""
    for part in PLAN_DIMENSIONS:
        told = [key for key in keys if part in METRICS[key].parts]
        rows = plan_lines(facts, told, by=part)
        yield _batch(facts, [(key, part, line["value"], None, line[key]) for key in told for line in rows])
    told = [key for key in keys if "day" in METRICS[key].grains]
    days = plan_lines(facts, told, grain="day")
    yield _batch(facts, [(key, None, None, line["bucket"], line[key]) for key in told for line in days])


def _offered(keys: list[str], privacy: Privacy) -> list[Dimension]:
    known = dict.fromkeys(name for key in keys for name in dimensions(key))
    return [name for name in known if name != "user" or privacy.people]


def _batch(facts: Facts, rows: list[tuple[str, str | None, str | None, date | None, Any]]) -> pa.RecordBatch:
    known = [row for row in rows if row[4] is not None]
    columns: list[list[Any]] = [
        [key for key, *_ in known],
        [METRICS[key].unit for key, *_ in known],
        *([row[at] for row in known] for at in (1, 2, 3)),
        [Decimal(str(row[4])).quantize(PLACES) for row in known],
        [facts.ws.currency if METRICS[key].unit == "money" else None for key, *_ in known],
    ]
    arrays = [pa.array(column, field.type) for column, field in zip(columns, SCHEMA, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)
