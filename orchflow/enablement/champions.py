"""Who helps others with agents, by name: those who opted in and still work here."""

from __future__ import annotations

import sqlalchemy as sa

from orchflow.enablement.seats import CHAMPIONS
from orchflow.enablement.tables import Champion
from orchflow.people.permissions import Actor
from orchflow.people.tables import User
from orchflow.store.engine import Store


def champions(store: Store, actor: Actor) -> list[tuple[str, str]]:
    """The name of each, and with what they help; by name, for nobody is ranked."""
    actor.require(CHAMPIONS.view)
    chosen = (
        sa.select(User.display_name, Champion.helps_with)
        .join(Champion, Champion.person_id == User.id)
        .where(User.active)
        .order_by(sa.func.lower(User.display_name), User.id)
    )
    with store.read() as session:
        return [(name, helps_with) for name, helps_with in session.execute(chosen)]
