"""Counting failed attempts, without the slow part of looking at passwords."""

from __future__ import annotations

import contextlib
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from orchflow.config.settings import SecuritySettings
from orchflow.people import lockout
from orchflow.people.lockout import SignInRefused
from orchflow.people.tables import SignInAttempt
from orchflow.store.engine import Store
from tests.people.conftest import Time

SECURITY = SecuritySettings(lockout_attempts=3, lockout_minutes=15)


def fail(store: Store, username: str = "ada", address: str = "", times: int = 1, browser: str = "") -> None:
    for _ in range(times):
        lockout.begin(store, username, address, SECURITY, browser)


def test_failures_up_to_the_limit_lock_the_name_and_no_other(store: Store, time: Time) -> None:
    fail(store, times=3)
    with pytest.raises(SignInRefused, match="Too many"):
        fail(store)
    fail(store, "bob")


def test_a_name_nobody_has_is_locked_just_the_same(store: Store, time: Time) -> None:
    fail(store, "no such person", times=3)
    with pytest.raises(SignInRefused, match="Too many"):
        fail(store, "no such person")


def test_the_wait_doubles_with_every_failure_up_to_the_longest(store: Store, time: Time) -> None:
    fail(store, times=3)
    for seconds in (30, 60, 120, 240, 480, 900, 900):
        time.forward(seconds=seconds - 1)
        with pytest.raises(SignInRefused):
            fail(store)
        time.forward(seconds=1)
        fail(store)


def test_trying_during_the_wait_does_not_make_it_longer(store: Store, time: Time) -> None:
    fail(store, times=3)
    for _ in range(29):
        time.forward(seconds=1)
        with pytest.raises(SignInRefused):
            fail(store)
    time.forward(seconds=1)
    fail(store)


def test_the_wait_is_told_in_words(store: Store, time: Time) -> None:
    fail(store, times=3)
    with pytest.raises(SignInRefused) as refused:
        fail(store)
    assert "in 30 seconds" in refused.value.hint
    time.forward(seconds=30)
    fail(store)
    time.forward(seconds=0.5)
    with pytest.raises(SignInRefused) as refused:
        fail(store)
    assert "in 1 minute," in refused.value.hint


def test_failures_of_more_than_an_hour_ago_no_longer_count(store: Store, time: Time) -> None:
    fail(store, times=3)
    time.forward(minutes=60)
    fail(store, times=3)


def test_a_stranger_keeps_nobody_out_of_a_browser_that_knows_them(store: Store, time: Time) -> None:
    fail(store, times=3, address="203.0.113.9")
    with pytest.raises(SignInRefused):
        fail(store, address="198.51.100.1")

    lockout.succeeded(store, lockout.begin(store, "ada", "198.51.100.1", SECURITY, "her browser"))
    with pytest.raises(SignInRefused):
        fail(store, address="203.0.113.9")


def test_whoever_is_behind_the_same_proxy_keeps_nobody_out_of_a_browser_that_knows_them(
    store: Store, time: Time
) -> None:
    for number in range(3 * lockout.ADDRESS_FACTOR):
        fail(store, f"name{number}", "127.0.0.1")
    with pytest.raises(SignInRefused):
        fail(store, "ada", "127.0.0.1")
    lockout.begin(store, "ada", "127.0.0.1", SECURITY, "her browser")


def test_guessing_in_a_browser_that_knows_the_person_waits_as_well_and_only_there(
    store: Store, time: Time
) -> None:
    fail(store, times=3, browser="her browser")
    with pytest.raises(SignInRefused):
        fail(store, browser="her browser")
    fail(store, browser="her other one")
    fail(store)


def test_a_success_in_a_known_browser_gives_strangers_no_new_guesses(store: Store, time: Time) -> None:
    fail(store, times=2)
    lockout.succeeded(store, lockout.begin(store, "ada", "", SECURITY, "her browser"))
    fail(store)
    with pytest.raises(SignInRefused):
        fail(store)


def test_one_who_has_a_network_of_ipv6_is_one_address(store: Store, time: Time) -> None:
    for number in range(3 * lockout.ADDRESS_FACTOR):
        fail(store, f"name{number}", f"2001:db8:1:2::{number:x}")
    with pytest.raises(SignInRefused):
        fail(store, "ada", "2001:db8:1:2:ffff::1")
    fail(store, "ada", "2001:db8:1:3::1")


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
