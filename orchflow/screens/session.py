"""Who is at the browser. `require(permission)` is the first line of every page.

Nothing about a person is trusted from the session or the cookie but their name and when they signed in: role, active flag
and the end of their sessions are read from the store in every run.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

import streamlit as st

from orchflow import clock
from orchflow.people import sign_in
from orchflow.people.cookie_key import BROWSER_COOKIE, COOKIE
from orchflow.people.cookie_tokens import BROWSER_DAYS, CookieTokens
from orchflow.people.job_roles import JobRole, job_roles
from orchflow.people.names import username_form
from orchflow.people.permissions import IN_WORDS, Actor, Permission
from orchflow.screens import provider_session, sign_in_screen
from orchflow.store.acts import Act
from orchflow.store.engine import Store
from orchflow.ui import acts, downloads, notices
from orchflow.ui.own_component import own_component
from orchflow.ui.page import heading
from orchflow.ui.states import refused
from orchflow.web.cookie_tickets import HEADER, PATH, TICKETS, Cookie
from orchflow.workspace import Workspace, current_workspace

SIGNED_IN = "orchflow.signed_in"
TICKET = "orchflow.ticket"
BROWSER = "orchflow.browser"
"""The token by which this browser is known; kept when somebody signs out, as its cookie is."""
DAY = 86_400

_roles: ContextVar[tuple[Store, Mapping[str, JobRole]] | None] = ContextVar("roles", default=None)
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


def workspace_roles() -> Mapping[str, JobRole]:
    """The job roles of the workspace; a run asks the store once."""
    store, known = workspace().store, _roles.get()
    if known is None or known[0] is not store:
        known = (store, job_roles(store))
        _roles.set(known)
    return known[1]


def role_name(key: str | None) -> str:
    """What a job role of the workspace is called; "" for none."""
    role = workspace_roles().get(key or "")
    return role.name if role else ""


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
    notices.begin()
    _roles.set(None)
    actor = _entered.get() or present_actor()
    _entered.set(None)
    if actor is None:
        sign_in_screen.show(workspace(), begin, known_browser)
        st.stop()
    if actor.must_change_password:
        sign_in_screen.show_new_password(workspace(), actor, begin)
        st.stop()
    downloads.allow(partial(workspace().store.confirm, actor))
    if permission is not None and not actor.may(permission):
        heading("Not open to you", level=1)
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
    """Sign `username` in in this tab: nothing of whoever was here before is kept, and fresh cookies are laid ready."""
    _forget()
    issued_at, tokens = clock.now(), _tokens()
    browser = tokens.browser(browser_token(), username)
    st.session_state[SIGNED_IN] = SignedIn(username, issued_at)
    st.session_state[BROWSER] = browser
    _lay_ready(
        (COOKIE, tokens.session(username, issued_at), round(tokens.days * DAY)),
        (BROWSER_COOKIE, browser, BROWSER_DAYS * DAY),
    )


def end() -> None:
    """Sign out: every session of the person ends, on this and any other device, and the cookie goes."""
    actor = present_actor()
    if actor is not None:
        sign_in.sign_out(workspace().store, actor)
    by_provider = provider_session.claims(workspace()) is not None
    _forget()
    _lay_ready((COOKIE, "", 0))
    if by_provider:
        st.logout()


def settle_cookie() -> None:
    """Have the browser fetch cookies that wait for it. Called where a component may be drawn without moving anything."""
    ticket = st.session_state.get(TICKET)
    if ticket is None:
        return
    if TICKETS.is_waiting(ticket):
        own_component("cookie")(
            key="orchflow-cookie", data={"ticket": ticket, "path": PATH, "header": HEADER}
        )
    else:
        del st.session_state[TICKET]


def browser_token() -> str | None:
    """The token by which this browser is known, if it is."""
    return st.session_state.get(BROWSER) or st.context.cookies.get(BROWSER_COOKIE)


def known_browser(username: str) -> str:
    """The number of this browser where `username` has signed in in it before, else ""."""
    return _tokens().known_browser(browser_token(), username_form(username))


def _lay_ready(*cookies: tuple[str, str, int]) -> None:
    secure = str(st.context.url or "").startswith("https://")
    st.session_state[TICKET] = TICKETS.issue([Cookie(*cookie, secure) for cookie in cookies])


def _from_cookie() -> Actor | None:
    sent = st.context.cookies.get(COOKIE)
    token = _tokens().read_session(sent) if sent else None
    if token is None:
        return None
    actor = sign_in.actor_for_token(workspace().store, *token)
    if actor is not None:
        st.session_state[SIGNED_IN] = SignedIn(*token)
    return actor


def _from_provider() -> Actor | None:
    """The person an OpenID Connect provider vouches for, known by issuer and subject."""
    ws = workspace()
    claims = provider_session.claims(ws)
    if claims is None:
        return None
    return sign_in.actor_for_identity(
        ws.store, claims.issuer, claims.subject, claims.email, claims.email_verified, claims.entered_at
    )


def _tokens() -> CookieTokens:
    settings = workspace().settings
    return CookieTokens(sign_in.cookie_key(settings.home), settings.security.session_days)


def _forget() -> None:
    for name in list(st.session_state.keys()):
        if name != BROWSER:
            del st.session_state[name]
