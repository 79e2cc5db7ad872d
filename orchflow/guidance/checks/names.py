"""The names of those who decide upon checks and see to them."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

from orchflow.people.tables import User
from orchflow.store.engine import Store


class Name(NamedTuple):
    """What a person is called, and whether their account is in use."""

    name: str
    active: bool


def names_by_id(store: Store) -> dict[int, Name]:
    """Everybody's, by the number of their account."""
    with store.read() as session:
        everybody = sa.select(User.id, User.display_name, User.active)
        return {row.id: Name(row.display_name, row.active) for row in session.execute(everybody)}
