"""Which user of Orchestrator AI is which person here: by e-mail address, then by the platform's id."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from orchflow.people.names import email_form
from orchflow.people.permissions import Actor, Permission
from orchflow.people.tables import TOPIC, User
from orchflow.people.users import UserRow, list_users
from orchflow.store.engine import Store
from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.sql import load_query


@dataclass(frozen=True)
class PlatformUser:
    """A user as Orchestrator AI knows them, through whichever sources; its own service user is nobody's."""

    source: str
    user_id: str
    email: str | None
    display_name: str
    service: bool
    active: bool = True


@dataclass(frozen=True)
class Match:
    """Who belongs to whom. One person may be several platform users, in one installation or in several."""

    people: dict[PlatformUser, UserRow]
    unmatched: tuple[PlatformUser, ...]


def read_platform_users(warehouse: Warehouse) -> list[PlatformUser]:
    """The platform's users as last loaded, those that are gone left out."""
    rows = warehouse.query(load_query("orchflow.people", "platform_users"), {}).to_pylist()
    return [PlatformUser(**row) for row in rows]


def match(people: Sequence[UserRow], platform: Iterable[PlatformUser]) -> Match:
    """Match by e-mail address in any case, else by the platform id a person carries.

    Service users are neither matched nor listed; everybody else without a person is in `unmatched`, save who may no
    longer use the platform.
    """
    by_email = {person.email: person for person in people if person.email}
    by_id = {person.platform_user_id: person for person in people if person.platform_user_id}
    matched: dict[PlatformUser, UserRow] = {}
    unmatched = []
    for user in platform:
        if user.service:
            continue
        person = by_email.get(email_form(user.email) or "") or by_id.get(user.user_id)
        if person is not None:
            matched[user] = person
        elif user.active:
            unmatched.append(user)
    return Match(matched, tuple(unmatched))


def match_platform_users(store: Store, actor: Actor, warehouse: Warehouse) -> Match:
    """Everybody the platform knows, matched to everybody known here."""
    return match(list_users(store, actor), read_platform_users(warehouse))


def remember_platform_ids(store: Store, actor: Actor, warehouse: Warehouse) -> Match:
    """Match, and give each matched person without a platform id the one found, which outlives a new e-mail address."""
    actor.require(Permission.INGEST_RUN)
    matched = match_platform_users(store, actor, warehouse)
    ids: dict[int, str] = {}
    for user, person in matched.people.items():
        if person.platform_user_id is None:
            ids.setdefault(person.id, user.user_id)
    if ids:
        with store.unit(actor, alone=TOPIC) as session:
            people = sa.select(User).where(User.id.in_(ids), User.platform_user_id.is_(None))
            for person_row in session.scalars(people.order_by(User.id).with_for_update(key_share=True)):
                person_row.platform_user_id = ids[person_row.id]
    return matched
