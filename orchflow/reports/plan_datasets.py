"""The datasets of the plan: of every entity its rows, and what was changed and evaluated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.orm import aliased

from orchflow.alerts.rules import ALERT_RULES
from orchflow.alerts.standings import ALERTS
from orchflow.alerts.tables import Alert, AlertEntry
from orchflow.costs.chart_notes import CHART_NOTES
from orchflow.guidance.checks.campaigns import CHECK_CAMPAIGNS
from orchflow.guidance.checks.exemptions import CHECK_EXEMPTIONS
from orchflow.guidance.checks.results import CHECK_RESULTS
from orchflow.guidance.entities import ENTITIES
from orchflow.metrics.inputs import INPUTS
from orchflow.people.job_role_changes import JOB_ROLE_CHANGES
from orchflow.people.permissions import Permission
from orchflow.reports.dataset import Column
from orchflow.reports.plan_dataset import DAY, FLAG, INSTANT, TEXT, WHOLE, PlanDataset, Source
from orchflow.store.entity import Entity
from orchflow.store.field import Field, Kind, fields_of
from orchflow.store.rows import entity_of
from orchflow.store.tables import Change

_CHANGED = (
    *ENTITIES,
    *(
        key
        for key, entity in INPUTS.items()
        if entity.view is Permission.INSIGHTS_VIEW and not entity.forgotten
    ),
    ALERT_RULES.key,
    "workflow_column",
    "calendar_day",
)
"""Tables whose changes are the plan's, and what is kept as input but hourly rates, and rules of alerts; what people keep for themselves is not."""


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
