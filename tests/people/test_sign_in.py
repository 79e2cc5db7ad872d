"""Signing in, what ends a session, and the first administrator."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta

import bcrypt
import pytest

from orchflow import clock
from orchflow.config.settings import SecuritySettings
from orchflow.people import users
from orchflow.people.permissions import SYSTEM, Permission, Role
from orchflow.people.sign_in import (
    SignInRefused,
    actor_for_token,
    ensure_first_admin,
    sign_out,
    verify_password,
)
from orchflow.store.engine import Store
from tests.people.conftest import PASSWORD, AddPerson, Time

MANY = SecuritySettings(lockout_attempts=1000)


def test_the_right_password_signs_in_and_is_noted(store: Store, add_person: AddPerson) -> None:
    ada = add_person("ada", Role.ANALYST)
    before, version = clock.now(), store.version("people")
    signed_in = verify_password(store, " Ada ", PASSWORD, "10.0.0.1", MANY)
    assert signed_in.actor == ada
    assert not signed_in.must_change_password
    last = users.user_named(store, "ada").last_sign_in_at
    assert last is not None
    assert last >= before
    assert store.version("people") == version


@pytest.mark.parametrize(
    "username", ["unknown", "disabled", "without", "ada", "", "x" * 5000, "nul\x00", "' or 1=1 --"]
)
def test_every_refusal_says_the_same(store: Store, add_person: AddPerson, username: str) -> None:
    add_person("ada")
    add_person("disabled", active=False)
    add_person("without", password_hash=None)
    with pytest.raises(SignInRefused) as refused:
        verify_password(store, username, "not the password", "10.0.0.1", MANY)
    assert str(refused.value) == "The username or the password is wrong"


def test_a_disabled_person_is_refused_with_the_right_password(store: Store, add_person: AddPerson) -> None:
    add_person("disabled", active=False)
    with pytest.raises(SignInRefused, match="username or the password"):
        verify_password(store, "disabled", PASSWORD, "", MANY)


@pytest.mark.parametrize("username", ["ada", "unknown", "without"])
def test_an_unknown_name_costs_as_much_as_a_wrong_password(
    store: Store, add_person: AddPerson, monkeypatch: pytest.MonkeyPatch, username: str
) -> None:
    """Each answer takes one comparison with a hash of the strength that new passwords get."""
    strength = bcrypt.hashpw(b"any", bcrypt.gensalt(rounds=12))[:7]
    add_person("ada", password_hash=bcrypt.hashpw(b"hers", bcrypt.gensalt(rounds=12)).decode())
    add_person("without", password_hash=None)
    compared: list[bytes] = []
    compare = bcrypt.checkpw

    def recorded(password: bytes, hashed: bytes) -> bool:
        compared.append(hashed[:7])
        return compare(password, hashed)

    monkeypatch.setattr(bcrypt, "checkpw", recorded)
    with pytest.raises(SignInRefused):
        verify_password(store, username, "not the password", "", MANY)
    assert compared == [strength]


def test_a_token_stands_for_what_the_store_says_now(store: Store, add_person: AddPerson) -> None:
    ada = add_person("ada")
    issued_at = clock.now()
    assert actor_for_token(store, "ADA", issued_at) == ada
    users.update_user(store, SYSTEM, ada.user_id or 0, 1, {"display_name": "Lady L."})
    found = actor_for_token(store, "ada", issued_at)
    assert found is not None
    assert found.display_name == "Lady L."


def test_a_token_from_before_a_sign_out_is_refused_and_a_new_one_works(
    store: Store, add_person: AddPerson
) -> None:
    ada = add_person("ada")
    stolen = clock.now()
    sign_out(store, ada)
    assert actor_for_token(store, "ada", stolen) is None
    assert actor_for_token(store, "ada", clock.now()) == ada


def test_signing_out_is_no_edit_of_the_person(store: Store, add_person: AddPerson) -> None:
    ada, version = add_person("ada"), store.version("people")
    sign_out(store, ada)
    assert store.version("people") == version
    assert users.user_named(store, "ada").version == 1


def test_a_token_of_nobody_of_the_disabled_or_from_the_future_is_refused(
    store: Store, add_person: AddPerson
) -> None:
    add_person("ada")
    add_person("disabled", active=False)
    assert actor_for_token(store, "nobody", clock.now()) is None
    assert actor_for_token(store, "disabled", clock.now()) is None
    assert actor_for_token(store, "ada", clock.now() + timedelta(hours=1)) is None


def test_a_name_given_to_someone_new_does_not_open_to_old_tokens(store: Store, add_person: AddPerson) -> None:
    issued_at = clock.now()
    add_person("ada")
    assert actor_for_token(store, "ada", issued_at) is None


def test_the_first_start_makes_an_administrator_who_must_change_the_password(store: Store) -> None:
    password = ensure_first_admin(store)
    assert password is not None
    signed_in = verify_password(store, "admin", password, "", MANY)
    assert signed_in.must_change_password
    assert not signed_in.actor.may(Permission.PEOPLE_MANAGE)
    users.set_password(store, signed_in.actor, signed_in.actor.user_id or 0, "now one of my own")
    admin = actor_for_token(store, "admin", clock.now())
    assert admin is not None
    assert admin.may(Permission.PEOPLE_MANAGE)


def test_where_there_are_people_no_administrator_is_made(store: Store, add_person: AddPerson) -> None:
    add_person("ada")
    assert ensure_first_admin(store) is None


def test_servers_that_start_together_make_one_administrator(store: Store) -> None:
    made: list[str | None] = []
    threads = [threading.Thread(target=lambda: made.append(ensure_first_admin(store))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([password for password in made if password]) == 1
    assert len(users.list_users(store, SYSTEM)) == 1


def test_no_password_is_logged(store: Store, add_person: AddPerson, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    add_person("ada")
    verify_password(store, "ada", PASSWORD, "", MANY)
    assert PASSWORD not in caplog.text


def test_after_five_failures_even_the_right_password_has_to_wait(
    store: Store, add_person: AddPerson, time: Time
) -> None:
    add_person("ada")
    for _ in range(5):
        with pytest.raises(SignInRefused, match="username or the password"):
            verify_password(store, "ada", "not the password", "10.0.0.1", SecuritySettings())
    with pytest.raises(SignInRefused, match="Too many failed attempts") as refused:
        verify_password(store, "ada", PASSWORD, "10.0.0.9", SecuritySettings())
    assert "30 seconds" in refused.value.hint
    time.forward(seconds=30)
    assert verify_password(store, "ada", PASSWORD, "10.0.0.1", SecuritySettings()).actor.username == "ada"


def test_five_wrong_passwords_of_a_stranger_do_not_stop_a_known_browser_nor_a_change_of_password(
    store: Store, add_person: AddPerson
) -> None:
    ada = add_person("ada")
    for _ in range(5):
        with pytest.raises(SignInRefused):
            verify_password(store, "ada", "not the password", "203.0.113.9", SecuritySettings())
    known = verify_password(store, "ada", PASSWORD, "10.0.0.1", SecuritySettings(), "her browser")
    assert known.actor.username == "ada"
    users.set_password(store, ada, ada.user_id or 0, "now one of my own", current=PASSWORD)
