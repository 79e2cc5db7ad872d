"""The dataset of figures: every figure of the catalogue with its parts, so that two periods can be laid side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from orchflow import clock
from orchflow.metrics.catalogue import METRICS
from orchflow.metrics.compiler import dimensions
from orchflow.metrics.facts import Facts
from orchflow.metrics.filters import Filters, month_to_date
from orchflow.metrics.metric import PLAN_DIMENSIONS, Dimension
from orchflow.metrics.plan_parts import plan_lines
from orchflow.metrics.privacy import privacy_of
from orchflow.metrics.read import figures, lines
from orchflow.people.permissions import Actor, Permission
from orchflow.workspace import Workspace

VALUE = pa.decimal128(38, 18)
PLACES = Decimal("1e-18")
COLUMNS: dict[str, pa.DataType] = {
    "metric": pa.string(), "unit": pa.string(), "dimension": pa.string(), "group": pa.string(), "day": pa.date32(),
    "value": VALUE, "currency": pa.string(),
}  # fmt: skip
SCHEMA = pa.schema(COLUMNS)


@dataclass(frozen=True)
class MetricDataset:
    """One row is one figure: of the period, of one group of a dimension in it, or of one of its days.

    Figures are those that the actor may see. Single people's are there for those who may see them; for others small
    groups are pooled.
    """

    name: str = "metrics"
    description: str = "Every figure of the period: in all, by each dimension, and by day"
    dated: bool = True
    permission: Permission | None = Permission.INSIGHTS_VIEW
    schema: pa.Schema = SCHEMA

    def batches(
        self, ws: Workspace, actor: Actor, start: date | None, end: date | None
    ) -> Iterator[pa.RecordBatch]:
        """The rows, a batch for each kind of part; this month's days when none are named."""
        now = clock.now()
        month = month_to_date(now.astimezone(ws.zone).date())
        last = end or max(month.end, start or month.end)
        filters = Filters(start or min(month.start, last), last)
        facts = Facts(ws, actor, filters, privacy=privacy_of(ws.warehouse, actor), now=now)
        visible = [key for key, own in METRICS.items() if actor.may(own.permission)]
        yield _batch(
            facts,
            [(found.key, None, None, None, found.value) for found in figures(facts, visible, trends=False)],
        )
        yield from _of_plan(
            facts, [key for key in visible if METRICS[key].permission is Permission.PLAN_VIEW]
        )
        counted = [key for key in visible if METRICS[key].read is None]
        for dimension in _offered(counted, facts):
            keys = [key for key in counted if dimension in dimensions(key)]
            rows = lines(facts, keys, by=dimension)
            yield _batch(
                facts, [(key, dimension, line["value"], None, line[key]) for key in keys for line in rows]
            )
        days = lines(facts, counted, grain="day")
        yield _batch(
            facts, [(key, None, None, line["bucket"], line[key]) for key in counted for line in days]
        )


def _of_plan(facts: Facts, keys: list[str]) -> Iterator[pa.RecordBatch]:
    """The figures of the plan by each of its parts, and as they stood at the end of each day."""
    for part in PLAN_DIMENSIONS:
        told = [key for key in keys if part in METRICS[key].parts]
        rows = plan_lines(facts, told, by=part)
        yield _batch(facts, [(key, part, line["value"], None, line[key]) for key in told for line in rows])
    told = [key for key in keys if "day" in METRICS[key].grains]
    days = plan_lines(facts, told, grain="day")
    yield _batch(facts, [(key, None, None, line["bucket"], line[key]) for key in told for line in days])


def _offered(keys: list[str], facts: Facts) -> list[Dimension]:
    known = dict.fromkeys(name for key in keys for name in dimensions(key))
    return [name for name in known if name != "user" or facts.privacy.people]


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
