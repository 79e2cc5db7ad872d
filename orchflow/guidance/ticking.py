"""Ticking an item by hand, saying that it does not apply, opening it again; and who was first where two do it at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from orchflow.guidance.items import update_item
from orchflow.guidance.rows import ItemRow
from orchflow.people.permissions import Actor
from orchflow.people.tables import User
from orchflow.planning.tables import ChecklistItem, ItemState
from orchflow.store.engine import Store


@dataclass(frozen=True)
class Worked:
    """The item as it is now. `first` is who had done the same before; "" where it was the actor."""

    item: ItemRow
    first: str


def tick(
    store: Store, actor: Actor, item: ItemRow, evidence: Mapping[str, Any], request: str | None = None
) -> Worked:
    """Tick an item as it was read, with its evidence (`evidence_text`, `evidence_link`, `evidence_figure`, `evidence_value`).

    Invalid when its evidence is missing, ConflictError when somebody has shown or said something else meanwhile.
    """
    return _change(store, actor, item, {"state": ItemState.TICKED.value, **evidence}, request)


def leave_out(store: Store, actor: Actor, item: ItemRow, reason: str, request: str | None = None) -> Worked:
    """Say that an item does not apply here, and why."""
    return _change(store, actor, item, {"state": ItemState.NOT_APPLICABLE.value, "reason": reason}, request)


def open_again(store: Store, actor: Actor, item: ItemRow, request: str | None = None) -> Worked:
    """Open an item again; what was shown stays with it."""
    return _change(store, actor, item, {"state": ItemState.OPEN.value}, request)


def _change(
    store: Store, actor: Actor, item: ItemRow, changes: Mapping[str, Any], request: str | None
) -> Worked:
    saved = update_item(store, actor, item.id, item.version, changes, request)
    now = saved.row
    before = saved.merged and now.ticked_by_id is not None and now.ticked_by_id != actor.user_id
    return Worked(now, ticked_by(store, now.id) if before else "")


def ticked_by(store: Store, item_id: int) -> str:
    """What people call whoever ticked an item; "" where nobody did."""
    who = sa.select(User.display_name).join(ChecklistItem, ChecklistItem.ticked_by_id == User.id)
    with store.read() as session:
        return str(session.scalar(who.where(ChecklistItem.id == item_id)) or "")
