"""Put steps of a flow and items of a step in another order: one place up or down among their neighbours."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal, TypeAlias

import sqlalchemy as sa

from orchflow.errors import Invalid, Problem
from orchflow.guidance.flows import LOCK
from orchflow.guidance.items import ITEMS
from orchflow.guidance.steps import STEPS
from orchflow.people.permissions import Actor, Permission
from orchflow.store import locks
from orchflow.store.engine import Store
from orchflow.store.entity import Entity
from orchflow.store.request import new_request, races_explained

Way: TypeAlias = Literal["up", "down"]


def move_steps(
    store: Store, actor: Actor, ids: Collection[int], way: Way, *, request: str | None = None
) -> str:
    """Move steps of one flow together; returns the request that `undo` takes back."""
    return _move(store, actor, STEPS, ids, way, request)


def move_items(
    store: Store, actor: Actor, ids: Collection[int], way: Way, *, request: str | None = None
) -> str:
    """Move items of one step together; returns the request that `undo` takes back."""
    return _move(store, actor, ITEMS, ids, way, request)


def _move(
    store: Store, actor: Actor, entity: Entity[Any], ids: Collection[int], way: Way, request: str | None
) -> str:
    actor.require(Permission.PLAN_EDIT)
    request = request or new_request()
    model: Any = entity.model
    within = getattr(model, str(entity.ordered_within))
    with races_explained(), store.unit(actor, request) as session:
        locks.take(session, LOCK)
        parents = set(session.scalars(sa.select(within).where(model.id.in_(ids))))
        if len(parents) != 1:
            why = "do not stand beside each other" if parents else "are gone"
            raise Invalid([Problem(None, "position", f"these {entity.many.replace('_', ' ')} {why}")])
        siblings = list(
            session.scalars(
                sa.select(model).where(within == parents.pop()).order_by(model.position, model.id)
            )
        )
        chosen = [row for row in siblings if row.id in set(ids)]
        others = [row for row in siblings if row.id not in set(ids)]
        first = siblings.index(chosen[0])
        place = first - 1 if way == "up" else siblings.index(chosen[-1]) + 2 - len(chosen)
        if not 0 <= place <= len(others):
            raise Invalid(
                [Problem(None, "position", f"there is no place further {way}")], "Nothing was moved."
            )
        for number, row in enumerate([*others[:place], *chosen, *others[place:]], start=1):
            if row.position != number:
                row.position = float(number)
    return request
