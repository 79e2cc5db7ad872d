"""What is relied on of a token whose signature holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from orchflow import clock
from orchflow.people.provider_claims import ENTERED_AT, ClaimRefused, read_claims

GOOD: dict[str, Any] = {"iss": "https://id.example", "sub": "m-1", "aud": "flow", "iat": 1_700_000_000}


def test_issuer_subject_and_a_verified_address_are_read() -> None:
    read = read_claims({**GOOD, "email": "maria@example.com", "email_verified": True}, "flow")

    assert (read.issuer, read.subject, read.email) == ("https://id.example", "m-1", "maria@example.com")
    assert read.email_verified
    assert not read_claims({**GOOD, "email_verified": "true"}, "flow").email_verified
    assert read_claims({**GOOD, "email": ["a@b.c"]}, "flow").email is None


def test_when_somebody_came_is_told_by_our_own_clock() -> None:
    now = clock.now()
    behind = {**GOOD, "iat": (now - timedelta(minutes=5)).timestamp(), ENTERED_AT: now.timestamp()}

    assert read_claims(behind, "flow").entered_at == now


@pytest.mark.parametrize(
    ("wrong", "claim"),
    [
        ({"aud": "another"}, "aud"),
        ({"aud": ["another", "third"]}, "aud"),
        ({"aud": None}, "aud"),
        ({"aud": "another", "azp": "flow"}, "aud"),
        ({"sub": ""}, "sub"),
        ({"sub": "  "}, "sub"),
        ({"sub": None}, "sub"),
        ({"sub": 17}, "sub"),
        ({"sub": "x" * 256}, "sub"),
        ({"sub": "nul\0"}, "sub"),
        ({"iss": ""}, "iss"),
        ({"iss": "https://id.example/" + "x" * 500}, "iss"),
        ({"iat": "yesterday"}, "iat"),
        ({"iat": 1e300}, "iat"),
        ({"iat": float("nan")}, "iat"),
        ({"iat": None}, "iat"),
        ({"iat": 9_000_000_000}, "iat"),
    ],
)
def test_a_word_that_does_not_hold_is_refused_by_name(wrong: dict[str, Any], claim: str) -> None:
    with pytest.raises(ClaimRefused) as refused:
        read_claims({**GOOD, **wrong}, "flow")
    assert refused.value.claim == claim
    assert len(str(refused.value)) < 300


def test_one_of_several_audiences_is_enough() -> None:
    assert read_claims({**GOOD, "aud": ["another", "flow"]}, "flow").subject == "m-1"
