"""Datasets of the plan: read from the plan store in batches, whatever their size."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.orm import aliased

from orchflow.costs.exchange_rates import EXCHANGE_RATES
from orchflow.encoding import encode, to_text
from orchflow.people.permissions import Permission
from orchflow.planning.entities import ENTITIES
from orchflow.store.engine import Store
from orchflow.store.entity import Entity
from orchflow.store.field import Field, Kind, fields_of
from orchflow.store.rows import entity_of
from orchflow.store.tables import Change

TEXT, WHOLE, DAY, FLAG = pa.string(), pa.int64(), pa.date32(), pa.bool_()
INSTANT = pa.timestamp("us", tz="UTC")

_CHANGED = (*ENTITIES, EXCHANGE_RATES.key, "workflow_column", "calendar_day")
"""Tables whose changes are the plan's, and the rates of exchange; what people keep for themselves (views, mappings) is not."""

Column = tuple[str, pa.DataType, Any]


@dataclass(frozen=True)
class PlanDataset:
    """Something of the plan to export: its columns (name, type, expression), from where, and in which order."""

    name: str
    description: str
    columns: Sequence[Column]
    start_from: Callable[[sa.Select[Any]], sa.Select[Any]]
    day_of: Any = None
    permission: Permission | None = Permission.PLAN_VIEW

    @property
    def dated(self) -> bool:
        """Whether it can be narrowed to days."""
        return self.day_of is not None

    @property
    def schema(self) -> pa.Schema:
        """The columns with their types."""
        return pa.schema([(name, kind) for name, kind, _ in self.columns])

    def batches(
        self, store: Store, zone: ZoneInfo, start: date | None, end: date | None, rows: int
    ) -> Generator[pa.RecordBatch, None, None]:
        """The rows, a batch at a time; days are those of `zone`, both included."""
        chosen = self.start_from(sa.select(*(expression.label(name) for name, _, expression in self.columns)))
        if start is not None:
            chosen = chosen.where(self.day_of >= datetime.combine(start, time(), zone))
        if end is not None:
            chosen = chosen.where(self.day_of < datetime.combine(end + timedelta(days=1), time(), zone))
        kinds = [kind for _, kind, _ in self.columns]
        with store.read(long=True) as session:
            found = session.execute(chosen.execution_options(yield_per=min(rows, 5_000)))
            for part in found.partitions(rows):
                columns = list(zip(*part, strict=True))
                arrays = [
                    pa.array([_plain(value, kind) for value in column], kind)
                    for column, kind in zip(columns, kinds, strict=True)
                ]
                yield pa.RecordBatch.from_arrays(arrays, schema=self.schema)


def _plain(value: Any, kind: pa.DataType) -> Any:
    if value is None or kind is not TEXT or type(value) is str:
        return value
    if isinstance(value, list):
        return ", ".join(map(str, value))
    coded = encode(value)
    return coded if isinstance(coded, str) else to_text(coded)


def dataset_of(entity: Entity[Any]) -> PlanDataset:
    """The rows of an entity: every field, and of what a row points to (and stands under) the name."""
    model: Any = entity.model
    columns: list[Column] = [("id", WHOLE, model.id), ("version", WHOLE, model.version)]
    joins: list[tuple[Any, Any]] = []
    places: list[Any] = []
    for field in entity.fields.values():
        if "dataset" in field.off:
            continue
        columns.append((field.name, _kind(field), getattr(model, field.name)))
        if field.target is not None:
            above = field.name == entity.parent
            columns += _named(getattr(model, field.name), field, joins, places, above=above)
    columns += [("created_at", INSTANT, model.created_at), ("updated_at", INSTANT, model.updated_at)]
    if hasattr(model, "position"):
        places.append(model.position)

    def start_from(chosen: sa.Select[Any]) -> sa.Select[Any]:
        chosen = chosen.select_from(model)
        for other, on in joins:
            chosen = chosen.outerjoin(other, on)
        return chosen.order_by(*places, model.id)

    return PlanDataset(entity.many, entity.about, columns, start_from, permission=entity.view)


def _named(
    pointer: Any, field: Field, joins: list[tuple[Any, Any]], places: list[Any], *, above: bool
) -> list[Column]:
    """What people call the row that a field points to and, where this row stands under it, the rows `above`."""
    assert field.target is not None
    target: Any = aliased(field.target)
    joins.append((target, target.id == pointer))
    fields = fields_of(field.target)
    name = field.name.removesuffix("_id")
    called = field.target.__called__
    columns: list[Column] = [(name, _kind(fields[called]), getattr(target, called))]
    if called == "number":
        columns.append((f"{name}_name", TEXT, target.name))
    if not above:
        return columns
    if hasattr(target, "position"):
        places.insert(0, target.position)
    entity = ENTITIES.get(entity_of(field.target))
    if entity and entity.parent:
        parent = fields[entity.parent]
        columns += _named(getattr(target, parent.name), parent, joins, places, above=True)
    return columns


_KINDS: dict[Kind, pa.DataType] = {
    "whole": WHOLE, "reference": WHOLE, "place": pa.float64(), "day": DAY, "instant": INSTANT, "flag": FLAG,
}  # fmt: skip


def _kind(field: Field) -> pa.DataType:
    return pa.decimal128(24, field.places) if field.kind == "number" else _KINDS.get(field.kind, TEXT)


_CHANGES = PlanDataset(
    "changes",
    "Every field of the plan and every rate of exchange that was ever changed: by whom, when, from what to what",
    (
        ("id", WHOLE, Change.id), ("entity", TEXT, Change.entity), ("entity_id", WHOLE, Change.entity_id),
        ("action", TEXT, Change.action), ("field", TEXT, Change.field), ("old", TEXT, Change.old),
        ("new", TEXT, Change.new), ("version", WHOLE, Change.version), ("by", TEXT, Change.actor),
        ("occurred_at", INSTANT, Change.occurred_at), ("request", TEXT, Change.request),
    ),
    lambda chosen: chosen.select_from(Change).where(Change.entity.in_(_CHANGED)).order_by(Change.id),
    day_of=Change.occurred_at,
)  # fmt: skip

PLAN_DATASETS = {
    dataset.name: dataset
    for dataset in (
        *map(dataset_of, (*ENTITIES.values(), EXCHANGE_RATES)),
        _CHANGES,
    )
}
