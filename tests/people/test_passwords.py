"""Passwords: accepted, hashed, compared."""

from __future__ import annotations

import bcrypt
import pytest

from orchflow.people.passwords import hash_password, matches, one_time_password, problem_with


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("short one", "at least 10 characters"),
        ("LadyLovelace", "must not be the username"),
        ("x" * 73, "too long"),
        ("ü" * 37, "too long"),
        ("half a surrogate \ud800", "too long"),
        ("lowercase is fine", None),
        ("1234567890", None),
        ("🚀 to the moon", None),
        ("x" * 72, None),
    ],
)
def test_ten_characters_of_any_kind_that_are_not_the_username(password: str, problem: str | None) -> None:
    found = problem_with(password, "ladylovelace")
    assert found is None if problem is None else found and problem in found


def test_only_the_same_password_matches_however_the_keyboard_writes_its_accents() -> None:
    kept = hash_password("caf\u00e9 au lait")
    assert matches("cafe\u0301 au lait", kept)
    assert not matches("cafe au lait", kept)


@pytest.mark.parametrize("password", ["", "x" * 1000, "\ud800", "nul \x00 inside it"])
def test_nothing_odd_matches_or_fails(password: str) -> None:
    assert not matches(password, None)


def test_what_follows_a_nul_counts() -> None:
    assert not matches("before the nul\x00other", hash_password("before the nul\x00one"))


def test_one_time_passwords_are_accepted_readable_and_never_the_same() -> None:
    made = {one_time_password() for _ in range(1000)}
    assert len(made) == 1000
    assert not set("".join(made)) & set("0o1lIiO")
    assert all(problem_with(password, "ada") is None for password in made)


def test_a_new_password_gets_the_strength_that_bcrypt_recommends(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, ...]] = []
    salt = bcrypt.gensalt()
    monkeypatch.setattr(bcrypt, "gensalt", lambda *rounds: asked.append(rounds) or salt)
    hash_password("correct horse")
    assert asked == [()]
