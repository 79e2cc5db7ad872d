"""Who is at the browser. `require(permission)` is the first line of every page.

Nothing about a person is trusted from the session or the cookie but their name and when they signed in: role, active flag
and the end of their sessions are read from the store in every run.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

import streamlit as st

from orchflow import clock
from orchflow.people import sign_in
from orchflow.people.permissions import IN_WORDS, Actor, Permission
from orchflow.screens import sign_in_screen
from orchflow.screens.session_cookie import SessionCookie
from orchflow.store.acts import Act
from orchflow.ui import acts, downloads
from orchflow.ui.states import refused
from orchflow.workspace import Workspace, current_workspace

SIGNED_IN = "orchflow.signed_in"
COOKIE_TO_WRITE = "orchflow.cookie"


_entered: ContextVar[ScreenActor | None] = ContextVar("entered", default=None)


@dataclass(frozen=True, eq=False)
class ScreenActor(Actor):
    """A person acting on the screens: whatever they store belongs to an act that a button was drawn for."""

    def act(self) -> Act | None:
        """The act that is being carried out."""
        return acts.current()


@dataclass(frozen=True)
class SignedIn:
    """Who signed in in this browser tab, and when."""

    username: str
    issued_at: datetime


def workspace() -> Workspace:
    """The workspace of this process; opened once, shared by all sessions."""
    return current_workspace()


def zone() -> ZoneInfo:
    """The workspace's time zone."""
    return workspace().zone


def currency() -> str:
    """The currency of the amounts on the screens: the workspace's."""
    return workspace().currency


def require(permission: Permission | None = None) -> Actor:
    """The person at the browser, who has `permission` (None: being signed in is enough).

    Everyone else sees the sign-in screen, the screen for a new password or a refusal, and the page stops here. Holds for
    a page that is run without `app.py` just the same.
    """
    acts.forget()
    actor = _entered.get() or present_actor()
    _entered.set(None)
    if actor is None:
        sign_in_screen.show(workspace(), begin)
        st.stop()
    if actor.must_change_password:
        sign_in_screen.show_new_password(workspace(), actor, begin)
        st.stop()
    downloads.allow(partial(workspace().store.confirm, actor))
    if permission is not None and not actor.may(permission):
        refused(
            f"Your role ({actor.role}) does not let you {IN_WORDS[permission]}.",
            "Ask an administrator for access.",
        )
        settle_cookie()
        st.stop()
    return actor


def enter() -> ScreenActor | None:
    """The person at the browser; the page of the same run need not ask the store again."""
    actor = present_actor()
    _entered.set(actor)
    return actor


def present_actor() -> ScreenActor | None:
    """The person at the browser as the store knows them now; None when nobody is signed in (any more)."""
    actor = _actor()
    return None if actor is None else ScreenActor(**vars(actor))


def _actor() -> Actor | None:
    store = workspace().store
    known = st.session_state.get(SIGNED_IN)
    if isinstance(known, SignedIn):
        actor = sign_in.actor_for_token(store, known.username, known.issued_at)
        if actor is None:
            _forget()
        return actor
    return _from_cookie() or _from_provider()


def begin(username: str) -> None:
    """Sign `username` in in this tab: nothing of whoever was here before is kept, and a fresh cookie is written."""
    _forget()
    st.session_state[SIGNED_IN] = SignedIn(username, clock.now())
    st.session_state[COOKIE_TO_WRITE] = "set"


def end() -> None:
    """Sign out: every session of the person ends, on this and any other device, and the cookie goes."""
    actor = present_actor()
    if actor is not None:
        sign_in.sign_out(workspace().store, actor)
    by_provider = _provider_claims() is not None
    _forget()
    st.session_state[COOKIE_TO_WRITE] = "delete"
    if by_provider:
        st.logout()


def settle_cookie() -> None:
    """Write or delete the cookie if that is due. Called where a component may be drawn without moving anything."""
    due = st.session_state.get(COOKIE_TO_WRITE)
    if due is None:
        return
    cookie = _cookie()
    known = st.session_state.get(SIGNED_IN)
    if due == "set" and isinstance(known, SignedIn):
        if not cookie.written(known.issued_at):
            cookie.write(known.username, known.issued_at)
            return
    elif not cookie.deleted():
        cookie.delete()
        return
    del st.session_state[COOKIE_TO_WRITE]


def _from_cookie() -> Actor | None:
    token = _cookie().read()
    if token is None:
        return None
    actor = sign_in.actor_for_token(workspace().store, *token)
    if actor is not None:
        st.session_state[SIGNED_IN] = SignedIn(*token)
    return actor


def _from_provider() -> Actor | None:
    """The person an OpenID Connect provider vouches for, known by issuer and subject."""
    claims = _provider_claims()
    if claims is None:
        return None
    store = workspace().store
    issuer, subject = str(claims.get("iss") or ""), str(claims.get("sub") or "")
    email = claims.get("email")
    verified = claims.get("email_verified") is True
    issued_at = datetime.fromtimestamp(float(str(claims.get("iat") or 0)), UTC)
    return sign_in.actor_for_identity(
        store, issuer, subject, str(email) if email else None, verified, issued_at
    )


def _provider_claims() -> dict[str, object] | None:
    if workspace().settings.oidc is None or not st.user.get("is_logged_in"):
        return None
    return dict(st.user.to_dict())


def _cookie() -> SessionCookie:
    settings = workspace().settings
    return SessionCookie(sign_in.cookie_key(settings.home), settings.security.session_days)


def _forget() -> None:
    for name in list(st.session_state.keys()):
        del st.session_state[name]
