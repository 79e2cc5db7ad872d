"""People who sign in at their organisation's identity provider."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from orchflow import clock
from orchflow.people import users
from orchflow.people.identities import actor_for_identity
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.people.sign_in import sign_out
from orchflow.people.tables import Identity, User
from orchflow.store.engine import Store
from tests.people.conftest import AddPerson

ISSUER = "https://login.example.com"


@pytest.fixture
def ada(add_person: AddPerson) -> Actor:
    return add_person("ada", email="ada@example.com")


def test_a_verified_address_binds_once_and_then_only_issuer_and_subject_count(
    store: Store, ada: Actor
) -> None:
    assert actor_for_identity(store, ISSUER, "s1", "Ada@Example.com", True) == ada
    assert actor_for_identity(store, ISSUER, "s1", "someone@else.com", False) == ada
    assert actor_for_identity(store, ISSUER, "s1", None, False) == ada


@pytest.mark.parametrize(
    ("issuer", "subject", "email", "verified"),
    [
        (ISSUER, "s1", "ada@example.com", False),
        (ISSUER, "s1", "nobody@example.com", True),
        (ISSUER, "s1", None, True),
        (ISSUER, "s1", "", True),
        ("", "s1", "ada@example.com", True),
        (ISSUER, "", "ada@example.com", True),
    ],
)
def test_nothing_less_binds(
    store: Store, ada: Actor, issuer: str, subject: str, email: str | None, verified: bool
) -> None:
    assert actor_for_identity(store, issuer, subject, email, verified) is None


def test_a_disabled_person_neither_binds_nor_enters(store: Store, ada: Actor, add_person: AddPerson) -> None:
    add_person("gone", email="gone@example.com", active=False)
    assert actor_for_identity(store, ISSUER, "s2", "gone@example.com", True) is None
    assert actor_for_identity(store, ISSUER, "s1", "ada@example.com", True) == ada
    add_person("boss", "admin")
    users.disable_user(store, SYSTEM, ada.user_id or 0)
    assert actor_for_identity(store, ISSUER, "s1", "ada@example.com", True) is None


def test_coming_from_the_provider_is_noted_once_each_time(store: Store, ada: Actor) -> None:
    first, later = clock.now() + timedelta(minutes=1), clock.now() + timedelta(minutes=9)
    for entered_at in (first, first, later, first):
        assert actor_for_identity(store, ISSUER, "s1", "ada@example.com", True, entered_at) == ada
    with store.read() as session:
        assert session.execute(
            sa.select(Identity.last_sign_in_at, User.last_sign_in_at).join(User)
        ).one() == (later, later)


def test_an_address_given_to_someone_else_at_the_provider_opens_nothing(store: Store, ada: Actor) -> None:
    assert actor_for_identity(store, ISSUER, "s1", "ada@example.com", True) == ada
    assert actor_for_identity(store, ISSUER, "s2", "ada@example.com", True) is None
    assert actor_for_identity(store, "https://other.example.com", "s2", "ada@example.com", True) == ada


def test_the_same_subject_of_another_issuer_is_someone_else(store: Store, ada: Actor) -> None:
    actor_for_identity(store, ISSUER, "s1", "ada@example.com", True)
    assert actor_for_identity(store, "https://evil.example.com", "s1", None, True) is None


def test_a_providers_token_from_before_a_sign_out_is_refused(store: Store, ada: Actor) -> None:
    issued_at = clock.now()
    assert actor_for_identity(store, ISSUER, "s1", "ada@example.com", True, issued_at) == ada
    sign_out(store, ada)
    assert actor_for_identity(store, ISSUER, "s1", "ada@example.com", True, issued_at) is None
    later = clock.now() + timedelta(seconds=1)
    assert actor_for_identity(store, ISSUER, "s1", "ada@example.com", True, later) == ada


def test_who_enters_by_the_provider_need_not_replace_a_password(store: Store, add_person: AddPerson) -> None:
    add_person("new", email="new@example.com", must_change_password=True)
    actor = actor_for_identity(store, ISSUER, "s1", "new@example.com", True)
    assert actor is not None
    assert not actor.must_change_password


def test_two_first_visits_at_once_bind_one_identity(store: Store, ada: Actor) -> None:
    found: list[Actor | None] = []
    threads = [
        threading.Thread(
            target=lambda: found.append(actor_for_identity(store, ISSUER, "s1", "ada@example.com", True))
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [ada] * 4
