"""What figures are held against beside budgets and targets: events of a day, and what the business did in a month."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from orchflow.costs.tables import BusinessMeasure, TimelineEvent
from orchflow.people.permissions import Permission
from orchflow.store.entity import Entity, Filter
from orchflow.store.rows import row_type

if TYPE_CHECKING:
    TimelineEventRow: TypeAlias = TimelineEvent
    BusinessMeasureRow: TypeAlias = BusinessMeasure
else:
    TimelineEventRow = row_type("TimelineEventRow", TimelineEvent, __name__)
    BusinessMeasureRow = row_type("BusinessMeasureRow", BusinessMeasure, __name__)

TIMELINE_EVENTS = Entity(
    TimelineEvent,
    TimelineEventRow,
    "What happened on a day and explains what charts show: a launch, another price, an incident, a training.",
    view=Permission.INSIGHTS_VIEW,
    edit=Permission.COSTS_EDIT,
    order=(TimelineEvent.day, TimelineEvent.id),
    known_by=("day", "title"),
)
BUSINESS_MEASURES = Entity(
    BusinessMeasure,
    BusinessMeasureRow,
    "What the business did in a month, such as claims handled: what costs are told per unit of.",
    view=Permission.INSIGHTS_VIEW,
    edit=Permission.COSTS_EDIT,
    order=(BusinessMeasure.name, BusinessMeasure.month),
    known_by=("name", "month"),
    filters={"name": Filter(str, lambda name: BusinessMeasure.name == name, "The months of this measure.")},
)
