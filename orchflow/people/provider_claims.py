"""What an identity provider (OpenID Connect) says of a person: which claims are relied on, and which are refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from orchflow import clock
from orchflow.errors import OrchflowError

ENTERED_AT = "orchflow_entered_at"
"""The claim that is ours: when the person came back from the provider, by our own clock."""
LONGEST_ISSUER, LONGEST_SUBJECT = 500, 255
CLOCK_SKEW = timedelta(minutes=2)


class ClaimRefused(OrchflowError):
    """The provider's word does not hold here; `claim` is which part of it."""

    def __init__(self, claim: str, message: str) -> None:
        super().__init__(message)
        self.claim = claim


@dataclass(frozen=True)
class Claims:
    """Who somebody is at their provider, and when they came from there."""

    issuer: str
    subject: str
    email: str | None
    email_verified: bool
    entered_at: datetime


def read_claims(claims: Mapping[str, Any], client_id: str) -> Claims:
    """The claims of a token whose signature holds. ClaimRefused when it was made for another program than `client_id`.

    The same is raised for one that names no issuer, no subject or no moment, or such as cannot be kept.
    """
    audience = claims.get("aud")
    if client_id not in (audience if isinstance(audience, list) else [audience]):
        raise ClaimRefused("aud", f"it was made for {audience!r:.200}, not for {client_id!r}")
    email = claims.get("email")
    return Claims(
        issuer=_text(claims, "iss", LONGEST_ISSUER),
        subject=_text(claims, "sub", LONGEST_SUBJECT),
        email=email if isinstance(email, str) and email else None,
        email_verified=claims.get("email_verified") is True,
        entered_at=_moment(claims),
    )


def _text(claims: Mapping[str, Any], name: str, longest: int) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > longest or "\0" in value:
        raise ClaimRefused(name, f"its {name} is {value!r:.200}")
    return value


def _moment(claims: Mapping[str, Any]) -> datetime:
    told = claims.get(ENTERED_AT, claims.get("iat"))
    try:
        moment = datetime.fromtimestamp(float(told), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        raise ClaimRefused("iat", f"it was issued at {told!r:.200}") from None
    if moment > clock.now() + CLOCK_SKEW:
        raise ClaimRefused("iat", f"it was issued at {moment:%Y-%m-%d %H:%M:%S} UTC, which is still to come")
    return moment
