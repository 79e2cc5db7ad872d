"""The token that keeps a person signed in."""

from __future__ import annotations

from datetime import timedelta

import jwt
import pytest

from orchflow import clock
from orchflow.screens.session_cookie import SessionCookie

KEY = "k" * 40


def test_a_token_says_who_and_since_when() -> None:
    cookie = SessionCookie(KEY, 7)
    issued = clock.now().replace(microsecond=123456)

    assert cookie.decode(cookie.encode("ada", issued)) == ("ada", issued)


def test_a_token_of_another_key_is_nobodys() -> None:
    assert SessionCookie(KEY, 7).decode(SessionCookie("x" * 40, 7).encode("ada", clock.now())) is None


@pytest.mark.parametrize("age", [timedelta(days=7, seconds=1), timedelta(minutes=-2)])
def test_a_token_too_old_or_from_the_future_is_nobodys(age: timedelta) -> None:
    cookie = SessionCookie(KEY, 7)

    assert cookie.decode(cookie.encode("ada", clock.now() - age)) is None


def test_shorter_sessions_end_tokens_issued_under_longer_ones() -> None:
    token = SessionCookie(KEY, 30).encode("ada", clock.now() - timedelta(days=3))

    assert SessionCookie(KEY, 1).decode(token) is None


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"username": "ada"},
        {"username": 7, "issued_at": 1, "exp_date": 9e12},
        {"username": "ada", "exp_date": "x"},
    ],
)
def test_a_signed_token_without_our_claims_is_nobodys(claims: dict[str, object]) -> None:
    assert SessionCookie(KEY, 7).decode(jwt.encode(claims, KEY, algorithm="HS256")) is None


def test_an_unsigned_token_is_nobodys() -> None:
    claims = {
        "username": "ada",
        "issued_at": clock.now().timestamp(),
        "exp_date": clock.now().timestamp() + 99,
    }

    assert SessionCookie(KEY, 7).decode(jwt.encode(claims, None, algorithm="none")) is None
