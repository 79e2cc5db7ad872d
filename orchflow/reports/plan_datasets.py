"""Datasets of the plan: read from the plan store in batches, whatever their size."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from orchflow.alerts.rules import ALERT_RULES
from orchflow.alerts.standings import ALERTS
from orchflow.alerts.tables import Alert, AlertEntry
from orchflow.costs.chart_notes import CHART_NOTES
from orchflow.encoding import encode, to_text
from orchflow.guidance.checks.campaigns import CHECK_CAMPAIGNS
from orchflow.guidance.checks.exemptions import CHECK_EXEMPTIONS
from orchflow.guidance.checks.results import CHECK_RESULTS
from orchflow.guidance.entities import ENTITIES
from orchflow.metrics.inputs import INPUTS
from orchflow.people.job_role_changes import JOB_ROLE_CHANGES
from orchflow.people.permissions import Permission
from orchflow.reports.dataset import EMPTY, MOST_VALUES, Column, Dataset, Key, Measure, Reading
from orchflow.store.entity import Entity
from orchflow.store.field import Field, Kind, fields_of
from orchflow.store.rows import entity_of
from orchflow.store.tables import Change
from orchflow.workspace import Workspace

TEXT, WHOLE, DAY, FLAG = pa.string(), pa.int64(), pa.date32(), pa.bool_()
INSTANT = pa.timestamp("us", tz="UTC")

_CHANGED = (
    *ENTITIES,
    *(key for key, entity in INPUTS.items() if entity.view is Permission.INSIGHTS_VIEW),
    ALERT_RULES.key,
    "workflow_column",
    "calendar_day",
)
"""Tables whose changes are the plan's, and what is kept as input but hourly rates, and rules of alerts; what people keep for themselves is not."""

Source = tuple[Column, Any]
"""A column and the expression that it is read by."""


@dataclass(frozen=True, kw_only=True)
class PlanDataset(Dataset):
    """Something of the plan: its columns, from where, and in which order."""

    sources: Sequence[Source]
    start_from: Callable[[sa.Select[Any]], sa.Select[Any]]
    at: str
    days: bool = False
    section: str = "Plan"
    permission: Permission | None = Permission.PLAN_VIEW
    of_rates: Any = None
    """Of which rows it holds that they are for those alone who may see hourly rates."""

    @property
    def dated(self) -> bool:
        return self.days

    @property
    def chronological(self) -> bool:
        return True

    @property
    def key(self) -> tuple[str, ...]:
        return ("id",)

    def columns(self, ws: Workspace) -> tuple[Column, ...]:
        return tuple(column for column, _ in self.sources)

    def batches(self, reading: Reading, rows: int) -> Generator[pa.RecordBatch, None, None]:
        with reading.ws.store.read(long=True) as session:
            yield from self.read(session, self.chosen(reading), rows)

    def page(self, reading: Reading, after: Key | None, limit: int) -> pa.Table:
        by_id = self._expression("id")
        chosen = self.chosen(reading).order_by(None).order_by(by_id)
        return self._table(reading, chosen if after is None else chosen.where(by_id > after[0]), limit)

    def newest(self, reading: Reading, limit: int) -> pa.Table:
        newest = (self._expression(self.at).desc(), self._expression("id").desc())
        return self._table(reading, self.chosen(reading).order_by(None).order_by(*newest), limit)

    def count(self, reading: Reading) -> int:
        return int(self.measure(reading).rows or 0)

    def measure(self, reading: Reading) -> Measure:
        rows = self.chosen(reading).order_by(None).subquery()
        at = rows.c[self.at]
        with reading.ws.store.read() as session:
            return Measure(
                *session.execute(sa.select(sa.func.count(), sa.func.min(at), sa.func.max(at))).one()
            )

    def values(self, reading: Reading) -> dict[str, list[str]]:
        with reading.ws.store.read() as session:
            return {name: self._values(session, name) for name in self.filters}

    def _values(self, session: Session, column: str) -> list[str]:
        expression = self._expression(column)
        chosen = self.start_from(sa.select(expression)).where(expression.is_not(None))
        chosen = chosen.order_by(None).distinct().limit(MOST_VALUES)
        return sorted(_word(value) for value in session.scalars(chosen))

    def chosen(self, reading: Reading) -> sa.Select[Any]:
        """The statement that reads the part that is asked for."""
        part, zone = reading.part, reading.ws.zone
        chosen = self.start_from(sa.select(*(made.label(column.name) for column, made in self.sources)))
        if part.start is not None:
            chosen = chosen.where(self._expression(self.at) >= datetime.combine(part.start, time(), zone))
        if part.end is not None:
            after = datetime.combine(part.end + timedelta(days=1), time(), zone)
            chosen = chosen.where(self._expression(self.at) < after)
        if self.of_rates is not None and not reading.privacy.rates:
            chosen = chosen.where(self.of_rates.is_(False))
        for name, values in part.where.items():
            chosen = chosen.where(_demand(self._expression(name), values))
        return chosen

    def read(
        self, session: Session, chosen: sa.Select[Any], rows: int
    ) -> Generator[pa.RecordBatch, None, None]:
        """What a statement of `chosen` finds, at most so many rows at a time."""
        kinds = [column.kind for column, _ in self.sources]
        schema = pa.schema([(column.name, column.kind) for column, _ in self.sources])
        found = session.execute(chosen.execution_options(yield_per=min(rows, 5_000)))
        for part in found.partitions(rows):
            columns = list(zip(*part, strict=True))
            arrays = [
                pa.array([_plain(value, kind) for value in column], kind)
                for column, kind in zip(columns, kinds, strict=True)
            ]
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)

    def _table(self, reading: Reading, chosen: sa.Select[Any], limit: int) -> pa.Table:
        with reading.ws.store.read() as session:
            batches = list(self.read(session, chosen.limit(limit), limit))
        return pa.Table.from_batches(batches, self.schema(reading.ws))

    def _expression(self, name: str) -> Any:
        return next(made for column, made in self.sources if column.name == name)


def _demand(expression: Any, values: Sequence[str]) -> Any:
    """That the column has one of these values, which are texts as its values are written."""
    kind = expression.type
    wanted: list[Any] = [value for value in values if value != EMPTY]
    if isinstance(kind, sa.Boolean):
        wanted = [value == "true" for value in wanted]
    elif isinstance(kind, sa.Integer):
        wanted = [int(value) for value in wanted]
    elif isinstance(kind, sa.Date):
        expression = sa.cast(expression, sa.String)
    else:
        expression = sa.type_coerce(expression, sa.String)
    among = expression.in_(wanted)
    return sa.or_(expression.is_(None), among) if EMPTY in values else among


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


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
    columns: list[Source] = [
        (Column("id", WHOLE, f"The number of the {entity.name}"), model.id),
        (Column("version", WHOLE, "How many times it was changed, and once for its making"), model.version),
    ]
    joins: list[tuple[Any, Any]] = []
    places: list[Any] = []
    for field in entity.fields.values():
        if "dataset" in field.off:
            continue
        made = getattr(model, field.name)
        several = isinstance(made.type, sa.JSON)
        told = Column(field.name, _kind(field), _about(field), field.unit, several)
        columns.append((told, made))
        if field.target is not None:
            above = field.name == entity.parent
            columns += _named(getattr(model, field.name), field, joins, places, above=above)
    columns += [
        (Column("created_at", INSTANT, "When it was added", "UTC"), model.created_at),
        (Column("updated_at", INSTANT, "When it was last changed", "UTC"), model.updated_at),
    ]
    if hasattr(model, "position"):
        places.append(model.position)

    def start_from(chosen: sa.Select[Any]) -> sa.Select[Any]:
        chosen = chosen.select_from(model)
        for other, on in joins:
            chosen = chosen.outerjoin(other, on)
        return chosen.order_by(*places, model.id)

    return PlanDataset(
        name=entity.many, description=entity.about.removesuffix("."), sources=columns, start_from=start_from, at="updated_at",
        permission=entity.view, filters=_offered(entity, columns),
    )  # fmt: skip


def _about(field: Field) -> str:
    return f"{field.label}. {field.about}" if field.about else field.label


def _offered(entity: Entity[Any], columns: Sequence[Source]) -> tuple[str, ...]:
    """The choices and flags of an entity, and the names of the few things that its rows point to or stand under."""
    few = {
        field.name.removesuffix("_id")
        for field in entity.fields.values()
        if field.target is not None and entity_of(field.target) not in ("task", "goal")
    }
    chosen = {field.name for field in entity.fields.values() if field.kind in ("choice", "flag")}
    offered = few | chosen | {"status", "effort"}
    return tuple(column.name for column, _ in columns if column.name in offered and column.narrows)


def _named(
    pointer: Any, field: Field, joins: list[tuple[Any, Any]], places: list[Any], *, above: bool
) -> list[Source]:
    """What people call the row that a field points to and, where this row stands under it, the rows `above`."""
    assert field.target is not None
    target: Any = aliased(field.target)
    joins.append((target, target.id == pointer))
    fields = fields_of(field.target)
    name = field.name.removesuffix("_id")
    called = field.target.__called__
    about = f"{field.label}: {called.replace('_', ' ')}"
    columns: list[Source] = [(Column(name, _kind(fields[called]), about), getattr(target, called))]
    if called == "number":
        columns.append((Column(f"{name}_name", TEXT, f"{field.label}: name"), target.name))
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
    name="changes",
    description="Every field of the plan, and of what is kept about costs and risks and of rules of alerts, that was ever changed: by whom, when, from what to what",
    sources=(
        (Column("id", WHOLE, "The number of the change; later ones are larger"), Change.id),
        (Column("entity", TEXT, "What kind of row it was"), Change.entity),
        (Column("entity_id", WHOLE, "The number of the row"), Change.entity_id),
        (Column("action", TEXT, "Whether the row was added, changed or deleted"), Change.action),
        (Column("field", TEXT, "The field"), Change.field),
        (Column("old", TEXT, "What it held before", several=True), Change.old),
        (Column("new", TEXT, "What it held afterwards", several=True), Change.new),
        (Column("version", WHOLE, "The version of the row after the change"), Change.version),
        (Column("by", TEXT, "The username of who changed it"), Change.actor),
        (Column("occurred_at", INSTANT, "When it happened", "UTC"), Change.occurred_at),
        (Column("request", TEXT, "What was saved at once has the same"), Change.request),
    ),
    start_from=lambda chosen: chosen.select_from(Change).where(Change.entity.in_(_CHANGED)).order_by(Change.id),
    at="occurred_at", days=True, filters=("entity", "action", "field", "by"),
)  # fmt: skip

_ALERT_LOG = PlanDataset(
    name="alert_log",
    description="Every evaluation of a rule of alerts and every answer, as far as it is kept",
    sources=(
        (Column("id", WHOLE, "The number of the entry; later ones are larger"), AlertEntry.id),
        (Column("rule_id", WHOLE, "The number of the rule"), AlertEntry.rule_id),
        (Column("scope", TEXT, "Of which value, window or threshold; empty for the whole"), AlertEntry.scope),
        (Column("at", INSTANT, "When", "UTC"), AlertEntry.at),
        (Column("cause", TEXT, "The schedule, an event, somebody who asked, or an answer"), AlertEntry.cause),
        (Column("about", TEXT, "What had changed, or who asked or answered"), AlertEntry.about),
        (Column("value", pa.decimal128(38, 8), "What was measured; a share as a percentage"), AlertEntry.value),
        (Column("expected", pa.decimal128(38, 8), "What it was held against"), AlertEntry.expected),
        (Column("words", TEXT, "The arithmetic, or why nothing could be said"), AlertEntry.words),
        (Column("before", TEXT, "The state before"), AlertEntry.before),
        (Column("after", TEXT, "The state afterwards"), AlertEntry.after),
        (Column("moved", FLAG, "Whether the state changed or somebody answered"), AlertEntry.moved),
    ),
    start_from=lambda chosen: chosen.select_from(AlertEntry).order_by(AlertEntry.id),
    at="at", days=True, filters=("cause", "after"), permission=Permission.PERSON_FIGURES, of_rates=AlertEntry.rates,
)  # fmt: skip

PLAN_DATASETS = {
    dataset.name: dataset
    for dataset in (
        *map(
            dataset_of,
            (
                *ENTITIES.values(),
                JOB_ROLE_CHANGES,
                *INPUTS.values(),
                CHART_NOTES,
                CHECK_RESULTS,
                CHECK_EXEMPTIONS,
                CHECK_CAMPAIGNS,
                ALERT_RULES,
            ),
        ),
        replace(dataset_of(ALERTS), of_rates=Alert.rates),
        _ALERT_LOG,
        _CHANGES,
    )
}
