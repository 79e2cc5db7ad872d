"""What is told about the rows that people keep about costs: what changed, which days no row covers, what they add up to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from orchflow.costs.entries import CostEntryRow
from orchflow.costs.stretches import StretchRules
from orchflow.costs.tables import Every
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.people.tables import User
from orchflow.store.engine import Store
from orchflow.store.entity import Entity
from orchflow.store.tables import Change
from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.sql import load_query

MONTHS = {Every.MONTH: 1, Every.YEAR: 12}


@dataclass(frozen=True)
class Hole:
    """Days between two rows of one subject, from `start` to before `end`, on which none of them holds; `row` is the earlier one."""

    row: Any
    start: date
    end: date


@dataclass(frozen=True)
class ToldChange:
    """One field that somebody changed; `old` and `new` as the history keeps them."""

    row_id: int
    action: str
    field: str
    old: Any
    new: Any
    at: datetime
    who: str


def holes(entity: Entity[Any], rows: Iterable[Any]) -> list[Hole]:
    """The days between the rows of each subject on which none holds, the latest first; nothing where rows do not follow each other."""
    rules = entity.rules
    if not issubclass(rules, StretchRules) or rules.weight:
        return []
    ordered = sorted(rows, key=lambda row: getattr(row, rules.starts))
    last: dict[tuple[Any, ...], Any] = {}
    between: list[Hole] = []
    for row in ordered:
        subject = tuple(rules.compared(name, getattr(row, name)) for name in rules.subject)
        before = last.get(subject)
        end = getattr(before, rules.ends) if before is not None else None
        if end is not None and end < getattr(row, rules.starts):
            between.append(Hole(before, end, getattr(row, rules.starts)))
        last[subject] = row
    return sorted(between, key=lambda hole: hole.start, reverse=True)


def a_month(entries: Iterable[CostEntryRow], day: date) -> dict[str, Decimal]:
    """By currency what the entries that are due every month or year come to a month, of those that hold on `day`."""
    sums: dict[str, Decimal] = {}
    for entry in entries:
        months = MONTHS.get(entry.every)
        if months and entry.starts <= day and (entry.ends is None or day < entry.ends):
            sums[entry.currency] = sums.get(entry.currency, Decimal(0)) + entry.amount / months
    return dict(sorted(sums.items()))


def hours_without_rate(warehouse: Warehouse) -> tuple[Decimal, date, date] | None:
    """The hours that were logged while no hourly rate held, and the first and last day of them; None where there are none."""
    hours, first, last = warehouse.rows(load_query("orchflow.costs", "hours_without_rate"))[0]
    return None if hours is None else (hours, first, last)


def latest_changes(store: Store, actor: Actor, entity: Entity[Any], most: int) -> Sequence[ToldChange]:
    """What was changed in rows of an entity, the latest first."""
    actor.require(entity.view)
    who = sa.func.coalesce(
        User.display_name, sa.case((Change.actor == SYSTEM.username, SYSTEM.display_name)), Change.actor
    )
    chosen = (
        sa.select(
            Change.entity_id, Change.action, Change.field, Change.old, Change.new, Change.occurred_at, who
        )
        .outerjoin(User, User.username == Change.actor)
        .where(Change.entity == entity.key)
        .order_by(Change.id.desc())
        .limit(most)
    )
    with store.read() as session:
        return [ToldChange(*row) for row in session.execute(chosen)]
