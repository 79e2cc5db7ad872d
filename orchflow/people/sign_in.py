"""Who is signed in. The store is asked at every run of a page; a token alone never decides.

The cookie carries a token (`cookie_tokens`); what makes its tokens end (sign-out, new password, another role, disabling)
and what slows down guessing is here and in `lockout`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from orchflow import clock
from orchflow.config.settings import SecuritySettings
from orchflow.people import lockout, passwords
from orchflow.people.cookie_key import cookie_key
from orchflow.people.identities import actor_for_identity
from orchflow.people.lockout import SignInRefused
from orchflow.people.names import username_form
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.people.tables import TOPIC, User
from orchflow.store.engine import Store
from orchflow.store.locks import take

__all__ = [
    "SignIn",
    "SignInRefused",
    "actor_for_identity",
    "actor_for_token",
    "cookie_key",
    "ensure_first_admin",
    "sign_out",
    "verify_password",
]

FIRST_ADMIN = "admin"
_USER = User.__table__.c
# Asked at every run of every page: columns of one row, no objects.
_BY_NAME = sa.select(
    _USER.id,
    _USER.username,
    _USER.display_name,
    _USER.role,
    _USER.must_change_password,
    _USER.sessions_valid_from,
).where(_USER.username == sa.bindparam("username"), _USER.active.is_(True))
CLOCK_SKEW = timedelta(minutes=1)


@dataclass(frozen=True)
class SignIn:
    """A password was right. With `must_change_password` the actor may do nothing but replace it."""

    actor: Actor
    must_change_password: bool


def verify_password(
    store: Store, username: str, password: str, address: str, security: SecuritySettings, browser: str = ""
) -> SignIn:
    """Sign in with a password from `address` ("" when unknown), in the `browser` that this person is known in, if any.

    SignInRefused otherwise, with one message and after the same time whether the user is unknown, disabled,
    without a password, or the password is wrong; and with another while the next attempt has to wait.
    """
    name = username_form(username)
    attempt = lockout.begin(store, name, address, security, browser)
    with store.read() as session:
        user = session.scalar(sa.select(User).where(User.username == name))
    known = user if user is not None and user.active else None
    if not passwords.matches(password, known.password_hash if known else None) or known is None:
        raise _wrong()
    with store.unit(SYSTEM) as session:
        now = session.get(User, known.id, with_for_update=True)
        if now is None or not now.active or now.password_hash != known.password_hash:
            raise _wrong()  # disabled, or the password replaced, while this one was compared
        now.last_sign_in_at = clock.now()
        lockout.mark_succeeded(session, attempt)
        actor = Actor(now.id, now.username, now.display_name, now.role, now.must_change_password, clock.now())
        return SignIn(actor, now.must_change_password)


def actor_for_token(store: Store, username: str, issued_at: datetime) -> Actor | None:
    """Who a token for `username` stands for now.

    None when the user is gone or disabled, when the token was issued before the user's sessions became valid
    (sign-out, password, role and active changes move that moment), or when it claims to be from the future.
    """
    if issued_at > clock.now() + CLOCK_SKEW:
        return None
    with store.read() as session:
        row = session.execute(_BY_NAME, {"username": username_form(username)}).one_or_none()
    if row is None or issued_at < row.sessions_valid_from:
        return None
    return Actor(row.id, row.username, row.display_name, row.role, row.must_change_password, issued_at)


def sign_out(store: Store, actor: Actor) -> None:
    """End every session of the actor, on every device."""
    if actor.user_id is None:
        return
    with store.unit(actor, alone=TOPIC) as session:
        user = session.get(User, actor.user_id, with_for_update=True)
        if user is not None:
            user.sessions_valid_from = clock.now()


def ensure_first_admin(store: Store) -> str | None:
    """Add the user `admin` to a store without users; returns its one-time password, or None when there are users."""
    with store.read() as session:
        if session.scalar(sa.select(sa.exists(sa.select(User.id)))):
            return None
    password = passwords.one_time_password()
    password_hash = passwords.hash_password(password)
    with store.unit(SYSTEM) as session:
        take(session, "first admin")
        if session.scalar(sa.select(sa.exists(sa.select(User.id)))):
            return None
        session.add(
            User(
                username=FIRST_ADMIN,
                display_name="Administrator",
                password_hash=password_hash,
                role=Role.ADMIN,
                active=True,
                must_change_password=True,
                sessions_valid_from=clock.now(),
            )
        )
    return password


def _wrong() -> SignInRefused:
    return SignInRefused("The username or the password is wrong", "Check both and try again.")
