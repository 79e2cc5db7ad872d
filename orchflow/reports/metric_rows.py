"""The rows of the dataset of figures, made of a selection and no more: what is not asked for is not computed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from orchflow import clock
from orchflow.metrics.catalogue import METRICS
from orchflow.metrics.compiler import bases, dimensions
from orchflow.metrics.facts import Facts
from orchflow.metrics.filters import Filters, month_to_date
from orchflow.metrics.metric import PLAN_DIMENSIONS, Base, Dimension
from orchflow.metrics.plan_parts import plan_lines
from orchflow.metrics.privacy import Privacy
from orchflow.metrics.read import figures, lines
from orchflow.people.permissions import Actor, Permission
from orchflow.reports.dataset import EMPTY, Column, Reading
from orchflow.reports.in_memory import narrowed
from orchflow.reports.meanings import meaning

PLACES = Decimal("1e-18")
KINDS: dict[str, pa.DataType] = {
    "metric": pa.string(), "unit": pa.string(), "dimension": pa.string(), "group": pa.string(), "day": pa.date32(),
    "value": pa.decimal128(38, 18), "currency": pa.string(),
}  # fmt: skip
COLUMNS = tuple(Column(name, kind, *meaning("metrics", name)) for name, kind in KINDS.items())
SCHEMA = pa.schema(KINDS)

Row = tuple[str, str | None, str | None, date | None, Any]
"""Metric, dimension, group, day and value."""


def period_of(reading: Reading) -> Filters:
    """The days that are asked for; this month's when none are named."""
    part = reading.part
    month = month_to_date(clock.today(reading.ws.zone))
    last = part.end or max(month.end, part.start or month.end)
    return Filters(part.start or min(month.start, last), last)


def visible_keys(actor: Actor) -> list[str]:
    """The figures that somebody may see."""
    return [key for key, own in METRICS.items() if actor.may(own.permission)]


def offered(keys: Sequence[str], privacy: Privacy) -> list[Dimension]:
    """The dimensions of the warehouse by which any of the figures may be told apart."""
    known = dict.fromkeys(name for key in keys for name in dimensions(key))
    return [name for name in known if name != "user" or privacy.people]


class MetricRows:
    """The rows of what somebody asked for: each batch is made when it is taken."""

    def __init__(self, reading: Reading) -> None:
        self._where = reading.part.where
        self._facts = Facts(
            reading.ws, reading.actor, period_of(reading), privacy=reading.privacy, now=clock.now()
        )
        self._visible = visible_keys(reading.actor)
        self.keys = [
            key for key in self._visible
            if _among(key, self._where.get("metric")) and _among(METRICS[key].unit, self._where.get("unit"))
        ]  # fmt: skip
        """The figures that are asked for."""

    def table(self, keys: Sequence[str] | None = None) -> pa.Table:
        """All rows, or those of some of the figures."""
        return pa.Table.from_batches(list(self.batches(keys)), SCHEMA)

    def batches(self, keys: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
        """The rows, a batch for each kind of part: in all, by a dimension, by day."""
        asked = self.keys if keys is None else keys
        for rows in self._parts(asked) if asked else ():
            yield narrowed(self._batch(rows), self._where)

    def _parts(self, keys: Sequence[str]) -> Iterator[list[Row]]:
        counted = [key for key in keys if METRICS[key].read is None]
        planned = [key for key in keys if METRICS[key].permission is Permission.PLAN_VIEW]
        undivided, daily = (
            self._asks("dimension", None) and self._asks("group", None),
            self._asks("day", None),
        )
        if undivided and daily:
            yield self._in_all(keys, counted)
        if daily and _is_told(self._where.get("group")):
            yield from self._by_part(planned)
            yield from self._by_dimension(counted)
        if undivided and _is_told(self._where.get("day")):
            yield self._by_day(counted, planned)

    def _in_all(self, keys: Sequence[str], counted: list[str]) -> list[Row]:
        beside = _beside(counted, self._counted())
        read = figures(self._facts, [*keys, *beside], trends=False)
        return [(own.key, None, None, None, own.value) for own in read[: len(keys)]]

    def _by_part(self, keys: list[str]) -> Iterator[list[Row]]:
        """The figures of the plan by each of its parts."""
        for part in PLAN_DIMENSIONS:
            told = [key for key in keys if part in METRICS[key].parts]
            if told and self._asks("dimension", part):
                rows = plan_lines(self._facts, told, by=part)
                yield [(key, part, line["value"], None, line[key]) for key in told for line in rows]

    def _by_dimension(self, counted: list[str]) -> Iterator[list[Row]]:
        for dimension in offered(counted, self._facts.privacy):
            if not self._asks("dimension", dimension):
                continue
            keys = [key for key in counted if dimension in dimensions(key)]
            beside = _beside(keys, [key for key in self._counted() if dimension in dimensions(key)])
            rows = lines(self._facts, [*keys, *beside], by=dimension)
            yield [(key, dimension, line["value"], None, line[key]) for key in keys for line in rows]

    def _by_day(self, counted: list[str], planned: list[str]) -> list[Row]:
        """Each day's figures; those of the plan as they stood at its end."""
        told = [key for key in planned if "day" in METRICS[key].grains]
        rows: list[Row] = []
        for keys, days in (
            (told, plan_lines(self._facts, told, grain="day") if told else []),
            (counted, lines(self._facts, [*counted, *_beside(counted, self._counted())], grain="day") if counted else []),
        ):  # fmt: skip
            rows += [(key, None, None, line["bucket"], line[key]) for key in keys for line in days]
        return rows

    def _counted(self) -> list[str]:
        return [key for key in self._visible if METRICS[key].read is None]

    def _asks(self, column: str, value: str | None) -> bool:
        return _among(value, self._where.get(column))

    def _batch(self, rows: list[Row]) -> pa.RecordBatch:
        known = [row for row in rows if row[4] is not None]
        columns: list[list[Any]] = [
            [key for key, *_ in known],
            [METRICS[key].unit for key, *_ in known],
            *([row[at] for row in known] for at in (1, 2, 3)),
            [Decimal(str(row[4])).quantize(PLACES) for row in known],
            [self._facts.ws.currency if METRICS[key].unit == "money" else None for key, *_ in known],
        ]
        arrays = [pa.array(column, field.type) for column, field in zip(columns, SCHEMA, strict=True)]
        return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)


def _beside(keys: Sequence[str], all_keys: Sequence[str]) -> list[str]:
    """A figure of each base that some of all figures are counted over and none of `keys` is.

    Read with them it makes the rows those of the whole: a count is 0, and not unknown, where only another base has rows.
    """
    known: set[Base] = {base for key in keys for base in bases(key)}
    plain = {bases(key): key for key in reversed(all_keys) if len(bases(key)) == 1}
    return [
        key for base, key in ((base[0], key) for base, key in plain.items()) if keys and base not in known
    ]


def _among(value: str | None, asked: tuple[str, ...] | None) -> bool:
    return asked is None or (EMPTY if value is None else value) in asked


def _is_told(asked: tuple[str, ...] | None) -> bool:
    """Whether rows with any value may be meant."""
    return asked is None or any(value != EMPTY for value in asked)
