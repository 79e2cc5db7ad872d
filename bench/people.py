"""Whose eyes measurements read with."""

from __future__ import annotations

from orchflow.people.permissions import SYSTEM, Actor
from orchflow.people.users import list_users
from orchflow.store.engine import Store

PERSON = "admin"


def admin(store: Store) -> Actor:
    """The administrator of a demo workspace."""
    [user] = [each for each in list_users(store, SYSTEM) if each.username == PERSON]
    return Actor(user.id, user.username, user.display_name, user.role)
