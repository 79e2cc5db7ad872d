"""The cookie that keeps a person signed in over a reload: streamlit-authenticator's, hardened.

Its token says who and until when, and outlives sign-out, a new password and a disabled account. Ours also says when it was
issued, and `orchflow.people.sign_in` refuses it when the person's sessions were ended after that.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import extra_streamlit_components as stx  # type: ignore[import-untyped]
import jwt
import streamlit as st
from streamlit_authenticator.models import CookieModel

from orchflow import clock
from orchflow.people.cookie_key import COOKIE

SET_KEY, DELETE_KEY = "orchflow-cookie-set", "orchflow-cookie-delete"
CLOCK_SKEW = timedelta(minutes=1)


class SessionCookie(CookieModel):  # type: ignore[misc]
    """Reads the token the browser sent; writes and deletes it through the library's invisible component."""

    def __init__(self, key: str, days: float) -> None:
        # The library's constructor draws its component in every run; ours is drawn only to write or delete.
        self.cookie_name = COOKIE
        self.cookie_key = key
        self.cookie_expiry_days = days
        self.token: Any = None
        self.exp_date = None

    @property
    def cookie_manager(self) -> Any:
        return stx.CookieManager(key="orchflow-cookies")

    def read(self) -> tuple[str, datetime] | None:
        """The username and the moment of issue in a token that is ours and has not run out, else None."""
        sent = st.context.cookies.get(self.cookie_name)
        return self.decode(sent) if sent else None

    def decode(self, token: str) -> tuple[str, datetime] | None:
        """`read` for any token."""
        self.token = token
        try:
            claims = self._token_decode()  # the library's: verifies the signature, with the one algorithm
            issued = datetime.fromtimestamp(float(claims["issued_at"]), UTC)
            until = datetime.fromtimestamp(float(claims["exp_date"]), UTC)
            username = claims["username"]
        except (jwt.InvalidTokenError, KeyError, TypeError, ValueError, OverflowError, OSError):
            return None
        now = clock.now()
        longest = timedelta(days=self.cookie_expiry_days)
        if (
            not isinstance(username, str)
            or until <= now
            or issued > now + CLOCK_SKEW
            or now - issued > longest
        ):
            return None
        return username, issued

    def encode(self, username: str, issued_at: datetime) -> str:
        """A signed token for `username`, as the library's and with the moment of issue, which its own has no place for."""
        until = issued_at + timedelta(days=self.cookie_expiry_days)
        claims = {"username": username, "issued_at": issued_at.timestamp(), "exp_date": until.timestamp()}
        return jwt.encode(claims, self.cookie_key, algorithm="HS256")

    def write(self, username: str, issued_at: datetime) -> None:
        """Draw the component that sets the cookie; `written` tells when the browser has."""
        self.cookie_manager.set(
            self.cookie_name, self.encode(username, issued_at), key=_set_key(issued_at), same_site="strict",
            expires_at=issued_at + timedelta(days=self.cookie_expiry_days), secure=_over_https() or None,
        )  # fmt: skip

    def delete(self) -> None:
        """Draw the component that removes the cookie."""
        manager = self.cookie_manager
        manager.cookies.setdefault(self.cookie_name, "")
        manager.delete(self.cookie_name, key=DELETE_KEY)

    @staticmethod
    def written(issued_at: datetime) -> bool:
        """Whether the browser has answered that it keeps the token of that moment."""
        return bool(st.session_state.get(_set_key(issued_at)))

    @staticmethod
    def deleted() -> bool:
        """Whether the browser has answered that the cookie is gone."""
        return bool(st.session_state.get(DELETE_KEY))


def _set_key(issued_at: datetime) -> str:
    """A component of its own for each token: the library's answers only once."""
    return f"{SET_KEY}-{issued_at.timestamp()}"


def _over_https() -> bool:
    url = st.context.url
    return bool(url) and str(url).startswith("https://")
