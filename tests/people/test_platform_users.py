"""Which user of Orchestrator AI is which person here."""

from __future__ import annotations

from dataclasses import replace

from orchflow.people import users
from orchflow.people.permissions import SYSTEM
from orchflow.people.platform_users import (
    PlatformUser,
    match,
    match_platform_users,
    read_platform_users,
    remember_platform_ids,
)
from orchflow.store.engine import Store
from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.sql import Query
from tests.people.conftest import AddPerson


def platform_user(user_id: str, email: str | None = None, *, service: bool = False) -> PlatformUser:
    return PlatformUser("orchestrator", user_id, email, user_id, service)


def test_the_address_counts_first_then_the_platforms_id(store: Store, add_person: AddPerson) -> None:
    add_person("ada", email="ada@example.com", platform_user_id="u2")
    add_person("bob", email="bob@example.com", platform_user_id="u1")
    found = match(
        users.list_users(store, SYSTEM),
        [platform_user("u1", "ADA@example.com"), platform_user("u2"), platform_user("u3", "bob@example.com")],
    )
    names = {user.user_id: person.username for user, person in found.people.items()}
    assert names == {"u1": "ada", "u2": "ada", "u3": "bob"}
    assert found.unmatched == ()


def test_the_unmatched_stay_visible_and_the_service_user_is_nobodys(
    store: Store, add_person: AddPerson
) -> None:
    add_person("ada", email="ada@example.com")
    found = match(
        users.list_users(store, SYSTEM),
        [
            platform_user("u1"),
            platform_user("u2", "who@example.com"),
            platform_user("svc", service=True),
            replace(platform_user("left"), active=False),
        ],
    )
    assert [user.user_id for user in found.unmatched] == ["u1", "u2"]
    assert found.people == {}


def test_a_match_is_remembered_for_when_the_address_changes(
    store: Store, add_person: AddPerson, warehouse: Warehouse
) -> None:
    add_person("ada", email="ada@example.com")
    load(warehouse, "u1", "ada@example.com")
    load(warehouse, "gone", "gone@example.com", present=False)
    assert [user.user_id for user in read_platform_users(warehouse)] == ["u1"]
    remember_platform_ids(store, SYSTEM, warehouse)
    ada = users.user_named(store, "ada")
    assert ada.platform_user_id == "u1"
    users.update_user(store, SYSTEM, ada.id, ada.version, {"email": "lovelace@example.com"})
    assert match_platform_users(store, SYSTEM, warehouse).unmatched == ()
    version = store.version("people")
    remember_platform_ids(store, SYSTEM, warehouse)
    assert store.version("people") == version


def load(warehouse: Warehouse, user_id: str, email: str, *, present: bool = True) -> None:
    insert = Query.of(
        "load",
        "insert into platform_users (source, user_id, email, display_name, service, present)"
        " values ('orchestrator', $user_id, $email, '', false, $present)",
    )
    with warehouse.write() as tx:
        tx.execute(insert, {"user_id": user_id, "email": email, "present": present})
