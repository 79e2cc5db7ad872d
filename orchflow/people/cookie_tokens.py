"""What our cookies hold: signed tokens that say who signed in and when, and by which browser that person is known."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from orchflow import clock

BROWSER_DAYS = 180
MOST_PEOPLE = 5
"""How many people one browser is known for; who has not signed in there for longest is forgotten."""
CLOCK_SKEW = timedelta(minutes=1)
_ALGORITHM = "HS256"


@dataclass(frozen=True)
class CookieTokens:
    """Writes and reads tokens signed with `key`; a sign-in is good for `days`."""

    key: str
    days: float

    def session(self, username: str, issued_at: datetime) -> str:
        """The token of a sign-in. What ends it before its time, `sign_in.actor_for_token` knows."""
        until = issued_at + timedelta(days=self.days)
        claims = {"username": username, "issued_at": issued_at.timestamp(), "exp_date": until.timestamp()}
        return jwt.encode(claims, self.key, algorithm=_ALGORITHM)

    def read_session(self, token: str) -> tuple[str, datetime] | None:
        """The username and the moment of issue in a token that is ours and has not run out, else None."""
        claims = self._claims(token)
        try:
            issued = datetime.fromtimestamp(float(claims["issued_at"]), UTC)
            until = datetime.fromtimestamp(float(claims["exp_date"]), UTC)
            username = claims["username"]
        except (KeyError, TypeError, ValueError, OverflowError, OSError):
            return None
        now, longest = clock.now(), timedelta(days=self.days)
        if (
            not isinstance(username, str)
            or until <= now
            or issued > now + CLOCK_SKEW
            or now - issued > longest
        ):
            return None
        return username, issued

    def browser(self, before: str | None, username: str) -> str:
        """The token by which a browser is known from now on, also to those who were known in it by the one `before`."""
        number, people = self._known(before)
        people = [username, *(person for person in people if person != username)][:MOST_PEOPLE]
        claims = {
            "browser": number or secrets.token_hex(16),
            "people": people,
            "issued_at": clock.now().timestamp(),
        }
        return jwt.encode(claims, self.key, algorithm=_ALGORITHM)

    def known_browser(self, token: str | None, username: str) -> str:
        """The number of the browser in which `username` has signed in before; "" for one in which they have not."""
        number, people = self._known(token)
        return number if username in people else ""

    def _known(self, token: str | None) -> tuple[str, list[str]]:
        match self._claims(token or ""):
            case {"browser": str(number), "people": list(people), "issued_at": float(issued)} if number:
                if clock.now().timestamp() - issued < BROWSER_DAYS * 86_400:
                    return number, [person for person in people if isinstance(person, str)]
        return "", []

    def _claims(self, token: str) -> dict[str, Any]:
        try:
            return jwt.decode(token, self.key, algorithms=[_ALGORITHM])
        except jwt.InvalidTokenError:
            return {}
