"""Counting failed attempts, without the slow part of looking at passwords."""

from __future__ import annotations

import contextlib
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from orchflow.config import SecuritySettings
from orchflow.people import lockout
from orchflow.people.lockout import SignInRefused
from orchflow.people.tables import SignInAttempt
from orchflow.store.engine import Store
from tests.people.conftest import Time

SECURITY = SecuritySettings(lockout_attempts=3, lockout_minutes=15)


def fail(store: Store, username: str = "ada", address: str = "", times: int = 1) -> None:
    for _ in range(times):
        lockout.begin(store, username, address, SECURITY)


def test_failures_up_to_the_limit_lock_the_name_and_no_other(store: Store, time: Time) -> None:
    fail(store, times=3)
    with pytest.raises(SignInRefused, match="Too many"):
        fail(store)
    fail(store, "bob")


def test_a_name_nobody_has_is_locked_just_the_same(store: Store, time: Time) -> None:
    fail(store, "no such person", times=3)
    with pytest.raises(SignInRefused, match="Too many"):
        fail(store, "no such person")


def test_the_lock_ends_after_its_time_however_often_it_was_tried(store: Store, time: Time) -> None:
    fail(store, times=3)
    for _ in range(14):
        time.forward(minutes=1)
        with pytest.raises(SignInRefused):
            fail(store)
    time.forward(minutes=1)
    fail(store)


def test_failures_far_apart_do_not_lock(store: Store, time: Time) -> None:
    for _ in range(6):
        fail(store)
        time.forward(minutes=8)


def test_a_success_clears_the_names_failures(store: Store, time: Time) -> None:
    fail(store, times=2)
    lockout.succeeded(store, lockout.begin(store, "ada", "", SECURITY))
    fail(store, times=3)
    with pytest.raises(SignInRefused):
        fail(store)


def test_an_address_that_tries_many_names_is_locked_and_a_success_does_not_free_it(
    store: Store, time: Time
) -> None:
    limit = 3 * lockout.ADDRESS_FACTOR
    for number in range(limit):
        fail(store, f"name{number}", "10.0.0.1")
    with pytest.raises(SignInRefused):
        lockout.begin(store, "ada", "10.0.0.1", SECURITY)
    fail(store, "ada", "10.0.0.2")
    time.forward(minutes=15)
    lockout.succeeded(store, lockout.begin(store, "mallory", "10.0.0.1", SECURITY))


def test_addresses_that_are_not_known_are_not_counted_together(store: Store, time: Time) -> None:
    for number in range(3 * lockout.ADDRESS_FACTOR + 1):
        fail(store, f"name{number}", "")


def test_guesses_at_the_same_moment_count_too(store: Store) -> None:
    let_through: list[int] = []

    def guess() -> None:
        with contextlib.suppress(SignInRefused):
            let_through.append(lockout.begin(store, "ada", "10.0.0.1", SECURITY))

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(let_through) == 3


def test_attempts_that_no_longer_matter_are_forgotten(store: Store, time: Time) -> None:
    fail(store)
    time.moment += lockout.KEPT + timedelta(minutes=1)
    lockout.succeeded(store, lockout.begin(store, "ada", "", SECURITY))
    with store.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(SignInAttempt)) == 1
