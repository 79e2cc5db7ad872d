"""Rows of the plan as the features hand them out: frozen, complete, and read without making ORM objects."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import NotFound
from orchflow.planning.tables import (
    DependencyKind,
    EffortStatus,
    LinkKind,
    Priority,
    ProjectStatus,
)
from orchflow.store.tables import Tracked

PlanRow = TypeVar("PlanRow")


@dataclass(frozen=True)
class Saved(Generic[PlanRow]):
    """What is stored now; `merged` when it also holds what others changed since the base version."""

    row: PlanRow
    merged: bool


@dataclass(frozen=True, slots=True)
class EffortRow:
    """An effort. `version` is what an edit sends back as its base; so it is in every row here."""

    id: int
    version: int
    number: int
    name: str
    description: str
    owner_id: int | None
    status: EffortStatus
    flow: int | None
    target_start: date | None
    target_end: date | None
    position: float
    external_id: str | None
    external_source: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project of an effort."""

    id: int
    version: int
    number: str
    effort_id: int
    name: str
    description: str
    owner_id: int | None
    status: ProjectStatus
    start: date | None
    due: date | None
    position: float
    external_id: str | None
    external_source: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class GoalRow:
    """A measurable goal of a project."""

    id: int
    version: int
    project_id: int
    name: str
    description: str
    metric: str
    unit: str
    baseline: Decimal | None
    target: Decimal | None
    current: Decimal | None
    due: date | None
    owner_id: int | None
    live_figure: str | None
    position: float
    external_id: str | None
    external_source: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task; `status` is the key of a workflow column, `workflow.states` says which state it means."""

    id: int
    version: int
    project_id: int
    goal_id: int | None
    parent_id: int | None
    sprint_id: int | None
    title: str
    description: str
    status: str
    blocked_reason: str | None
    assignee_id: int | None
    priority: Priority
    points: Decimal | None
    estimated_hours: Decimal | None
    logged_hours: Decimal | None
    start: date | None
    due: date | None
    labels: list[str]
    milestone: bool
    position: float
    step: str | None
    role: str | None
    external_id: str | None
    external_source: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class DependencyRow:
    """`task_id` waits for `depends_on_id`."""

    id: int
    version: int
    task_id: int
    depends_on_id: int
    kind: DependencyKind
    lag_days: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class CommentRow:
    """A comment on the row `entity_id` of `entity`; `author_id` None is the product itself."""

    id: int
    version: int
    entity: str
    entity_id: int
    body: str
    author_id: int | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link of a row to a document (path), an agent (slug) or an address (URL)."""

    id: int
    version: int
    entity: str
    entity_id: int
    kind: LinkKind
    target: str
    title: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    """A file that hangs on a row; `size` in bytes."""

    id: int
    version: int
    entity: str
    entity_id: int
    filename: str
    content_type: str
    size: int
    sha256: str
    created_at: datetime


def _names(row_type: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(row_type))


def row_of(row_type: type[PlanRow], stored: Tracked) -> PlanRow:
    """The plain row of an ORM object."""
    return row_type(*(getattr(stored, name) for name in _names(row_type)))


def chosen(row_type: type[Any], model: type[Tracked]) -> sa.Select[Any]:
    """Select the columns of `row_type` from `model`, in the order in which its rows are made."""
    return sa.select(*(getattr(model, name) for name in _names(row_type)))


def rows(session: Session, row_type: type[PlanRow], statement: sa.Select[Any]) -> list[PlanRow]:
    """The rows of a statement that `chosen` began, read past the ORM, which would look at every one."""
    return [row_type(*values) for values in session.connection().execute(statement)]


def one(session: Session, row_type: type[PlanRow], model: type[Tracked], row_id: int) -> PlanRow:
    """The row with the number `row_id`; NotFound when there is none."""
    found = rows(session, row_type, chosen(row_type, model).where(model.id == row_id))
    if not found:
        name = model.__tablename__.replace("_", " ")  # type: ignore[attr-defined]
        raise NotFound(f"There is no {name} {row_id}", "Read the list again.")
    return found[0]


def page(
    statement: sa.Select[Any],
    model: type[Tracked],
    order: Iterable[Any],
    after: int | None,
    limit: int | None,
) -> sa.Select[Any]:
    """Order `statement` by `order`; or, when `after` (an id) or `limit` cut pages, by id."""
    if after is None and limit is None:
        return statement.order_by(*order, model.id)
    if after is not None:
        statement = statement.where(model.id > after)
    return statement.order_by(model.id).limit(limit)
