"""What was changed in the rows of an entity, and by whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from orchflow.people.permissions import SYSTEM, Actor
from orchflow.people.tables import User
from orchflow.store.engine import Store
from orchflow.store.entity import Entity
from orchflow.store.tables import Change


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


def latest_changes(store: Store, actor: Actor, entity: Entity[Any], most: int) -> Sequence[ToldChange]:
    """What was changed in rows of an entity, the latest first; nothing of one that is forgotten."""
    actor.require(entity.view)
    if entity.forgotten:
        return []
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
