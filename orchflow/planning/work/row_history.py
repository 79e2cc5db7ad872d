"""Who changed what of one row of the plan, and when: for the task panel and the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from orchflow.errors import Invalid, Problem
from orchflow.people.permissions import SYSTEM, Actor, Permission
from orchflow.people.tables import User
from orchflow.planning.tables import MODELS
from orchflow.store.engine import Store
from orchflow.store.past import IMPORTED
from orchflow.store.tables import Change


@dataclass(frozen=True, slots=True)
class RowChange:
    """One changed field. `old` and `new` are JSON (amounts and days as text); `who` is a name as people know it.

    `action` is insert, update, delete, or import for what happened in another program before.
    """

    id: int
    occurred_at: datetime
    username: str
    who: str
    action: str
    field: str
    old: Any
    new: Any
    version: int
    request: str | None

    @property
    def imported(self) -> bool:
        """Whether it happened in another program."""
        return self.action == IMPORTED


def history_of(
    store: Store,
    actor: Actor,
    entity: str,
    entity_id: int,
    *,
    field: str | None = None,
    after: int | None = None,
    limit: int | None = None,
) -> list[RowChange]:
    """The changes of a row, deleted ones included, latest first; with `after` (an id) or `limit` by id, oldest first."""
    actor.require(Permission.PLAN_VIEW)
    if entity not in MODELS:
        raise Invalid([Problem(None, "entity", f"{entity!r} is not one of {', '.join(MODELS)}")])
    found = (
        sa.select(
            Change.id, Change.occurred_at, Change.actor, User.display_name, Change.action, Change.field,
            Change.old, Change.new, Change.version, Change.request,
        )
        .outerjoin(User, User.username == Change.actor)
        .where(Change.entity == entity, Change.entity_id == entity_id)
    )  # fmt: skip
    if field is not None:
        found = found.where(Change.field == field)
    if after is None and limit is None:
        found = found.order_by(Change.occurred_at.desc(), Change.id.desc())
    else:
        found = found.where(Change.id > (after or 0)).order_by(Change.id).limit(limit)
    with store.read() as session:
        return [
            RowChange(number, at, username, name or _known_as(username), *rest)
            for number, at, username, name, *rest in session.execute(found)
        ]


def _known_as(username: str) -> str:
    return SYSTEM.display_name if username == SYSTEM.username else username
