"""The tokens in our cookies: who signed in and when, and by which browser that person is known."""

from __future__ import annotations

from datetime import timedelta

import jwt
import pytest

from orchflow import clock
from orchflow.people.cookie_tokens import BROWSER_DAYS, MOST_PEOPLE, CookieTokens
from tests.people.conftest import Time

KEY = "k" * 40
OURS = CookieTokens(KEY, 7)
OTHERS = CookieTokens("x" * 40, 7)


def test_a_token_says_who_and_since_when() -> None:
    issued = clock.now().replace(microsecond=123456)

    assert OURS.read_session(OURS.session("ada", issued)) == ("ada", issued)


def test_a_token_of_another_key_is_nobodys() -> None:
    assert OURS.read_session(OTHERS.session("ada", clock.now())) is None


@pytest.mark.parametrize("age", [timedelta(days=7, seconds=1), timedelta(minutes=-2)])
def test_a_token_too_old_or_from_the_future_is_nobodys(age: timedelta) -> None:
    assert OURS.read_session(OURS.session("ada", clock.now() - age)) is None


def test_shorter_sessions_end_tokens_issued_under_longer_ones() -> None:
    token = CookieTokens(KEY, 30).session("ada", clock.now() - timedelta(days=3))

    assert CookieTokens(KEY, 1).read_session(token) is None


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"username": "ada"},
        {"username": 7, "issued_at": 1, "exp_date": 9e12},
        {"username": "ada", "exp_date": "x"},
        {"username": "ada", "issued_at": 1e300, "exp_date": 1e300},
    ],
)
def test_a_signed_token_without_our_claims_is_nobodys(claims: dict[str, object]) -> None:
    assert OURS.read_session(jwt.encode(claims, KEY, algorithm="HS256")) is None


def test_an_unsigned_token_is_nobodys() -> None:
    now = clock.now().timestamp()
    claims = {"username": "ada", "issued_at": now, "exp_date": now + 99}

    assert OURS.read_session(jwt.encode(claims, None, algorithm="none")) is None


def test_a_browser_is_known_for_whoever_signed_in_in_it() -> None:
    first = OURS.browser(None, "ada")
    both = OURS.browser(first, "bob")

    assert len(OURS.known_browser(first, "ada")) == 32
    assert (
        OURS.known_browser(both, "ada") == OURS.known_browser(both, "bob") == OURS.known_browser(first, "ada")
    )
    assert OURS.known_browser(first, "bob") == ""
    assert OURS.known_browser(OURS.browser(None, "ada"), "ada") != OURS.known_browser(first, "ada")


def test_a_browser_forgets_who_has_not_signed_in_for_longest() -> None:
    token = None
    for number in range(MOST_PEOPLE + 1):
        token = OURS.browser(token, f"person{number}")
    assert OURS.known_browser(token, "person0") == ""
    assert OURS.known_browser(token, "person1") != ""


def test_a_browser_is_not_known_for_ever(time: Time) -> None:
    token = OURS.browser(None, "ada")
    time.forward(days=BROWSER_DAYS)

    assert OURS.known_browser(token, "ada") == ""


def test_nobody_can_say_of_themselves_that_a_browser_is_known() -> None:
    for forged in (None, "", "x.y.z", OTHERS.browser(None, "ada"), OURS.session("ada", clock.now())):
        assert OURS.known_browser(forged, "ada") == ""
        assert OURS.known_browser(OURS.browser(forged, "bob"), "ada") == ""


def test_a_known_browser_signs_nobody_in() -> None:
    assert OURS.read_session(OURS.browser(None, "ada")) is None
