"""Tokens of programs: making, listing, revoking, and who a secret stands for.

A token belongs to a user and acts as that user is at each request: with the present role, and not at all once the
user is disabled. The secret is 256 random bits, shown once; what is kept is its SHA-256, which for such a secret
cannot be turned back.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow import clock
from orchflow.errors import Forbidden, Invalid, NotFound, Problem, StoreError
from orchflow.people.names import plain
from orchflow.people.permissions import SYSTEM, Actor, Permission, Role
from orchflow.people.tables import User
from orchflow.people.token_tables import ApiToken, TokenScope
from orchflow.store.acts import Act
from orchflow.store.engine import Store
from orchflow.store.rows import shared

MARK = "oflow_"
"""How every secret begins, so that one that leaked into a file can be found."""

_SECRET = re.compile(MARK + r"[A-Za-z0-9_-]{43}")
USE_NOTED_EVERY = timedelta(minutes=10)
LONGEST_LIFE_DAYS = 3650


@dataclass(frozen=True)
class TokenRow:
    """A token as a list shows it; `state` is active, expired, revoked or disabled (its user is)."""

    id: int
    version: int
    username: str
    name: str
    scope: TokenScope
    prefix: str
    state: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, eq=False)
class TokenActor(Actor):
    """A person acting through a program: their standing is the token's as well."""

    token_id: int = 0
    request_act: Act | None = None

    def act(self) -> Act | None:
        """The request, where it has a key."""
        return self.request_act

    def confirm(self, session: Session, *, hold: bool) -> None:
        """Forbidden as for any actor, and when the token has ended."""
        super().confirm(session, hold=hold)
        # Who revokes it takes the whole row; who notes its use need not wait.
        held = {"read": True, "key_share": True} if hold else None
        token = session.get(ApiToken, self.token_id, with_for_update=held)
        if token is None or _ended(token, clock.now()):
            raise Forbidden("This token has ended, so nothing was done", "Ask for another one.")


@dataclass(frozen=True)
class Bearer:
    """Who a secret stands for now."""

    token_id: int
    scope: TokenScope
    actor: TokenActor


def create_token(
    store: Store,
    actor: Actor,
    user_id: int,
    scope: TokenScope | str,
    *,
    name: str = "",
    days: int | None = None,
) -> tuple[TokenRow, str]:
    """Make a token of a user, valid for `days` (None: until it is revoked); returns it with its secret.

    People make their own; another's needs the permission to manage people. The scope `admin` is for administrators
    alone. Invalid names every refused value.
    """
    if actor.user_id != user_id:
        actor.require(Permission.PEOPLE_MANAGE)
    elif actor.must_change_password:
        actor.require(Permission.PLAN_VIEW)
    now = clock.now()
    name = " ".join(plain(name).split())
    secret = MARK + secrets.token_urlsafe(32)
    with store.unit(actor) as session:
        user = session.get(User, user_id)
        if user is None:
            raise NotFound(f"There is no user {user_id}", "List the users to see their names.")
        if problems := _problems(user, scope, name, days):
            raise Invalid(problems)
        token = ApiToken(
            user_id=user_id,
            name=name or f"{user.username} {now:%Y-%m-%d}",
            scope=TokenScope(scope),
            prefix=secret[: len(MARK) + 4],
            secret_hash=_hash(secret),
            expires_at=now + timedelta(days=days) if days else None,
        )
        session.add(token)
        session.flush()
        return _row(token, user, now), secret


def list_tokens(store: Store, actor: Actor, user_id: int | None = None) -> list[TokenRow]:
    """Everybody's tokens, or those of one user, for those who manage people, else the actor's own; oldest first."""
    chosen = sa.select(ApiToken, User).join(User, User.id == ApiToken.user_id).order_by(ApiToken.id)
    if not actor.may(Permission.PEOPLE_MANAGE):
        chosen = chosen.where(ApiToken.user_id == actor.user_id)
    if user_id is not None:
        chosen = chosen.where(ApiToken.user_id == user_id)
    with store.read() as session:
        now = clock.now()
        return [_row(token, user, now) for token, user in session.execute(chosen)]


def revoke_token(store: Store, actor: Actor, token_id: int) -> TokenRow:
    """End a token for ever; one that has ended already stays so. NotFound when there is none the actor may end."""
    with store.unit(actor) as session:
        token = session.get(ApiToken, token_id, with_for_update=True)
        own = token is not None and token.user_id == actor.user_id
        if token is None or not (own or actor.may(Permission.PEOPLE_MANAGE)):
            raise NotFound(f"There is no token {token_id}", "List the tokens to see their numbers.")
        token.revoked_at = token.revoked_at or clock.now()
        session.flush()
        user = session.get(User, token.user_id)
        assert user is not None
        return _row(token, user, clock.now())


def is_secret(text: str) -> bool:
    """Whether `text` may be a secret at all; what is none need not be looked for."""
    return _SECRET.fullmatch(text) is not None


def bearer_of(store: Store, secret: str) -> Bearer | None:
    """Who `secret` stands for; None when it is unknown, revoked or expired, or its user is disabled.

    A token was handed out on its own account, so a password that is still to be replaced does not stop it. One with
    the scope `admin` only writes once its user is no administrator any more.
    """
    if not is_secret(secret):
        return None
    now = clock.now()
    chosen = sa.select(ApiToken, User).join(User, User.id == ApiToken.user_id)
    with store.read() as session:
        row = session.execute(chosen.where(ApiToken.secret_hash == _hash(secret))).one_or_none()
    if row is None:
        return None
    token, user = row
    if _state(token, user, now) != "active":
        return None
    if token.last_used_at is None or now - token.last_used_at > USE_NOTED_EVERY:
        _note_use(store, token.id, now)
    demoted = token.scope is TokenScope.ADMIN and user.role is not Role.ADMIN
    scope = TokenScope.WRITE if demoted else token.scope
    actor = TokenActor(user.id, user.username, user.display_name, user.role, token_id=token.id)
    return Bearer(token.id, scope, actor)


def _note_use(store: Store, token_id: int, now: datetime) -> None:
    with (
        contextlib.suppress(StoreError),
        store.unit(SYSTEM) as session,
    ):  # a busy store must not refuse the request
        token = session.get(ApiToken, token_id)
        if token is not None:
            token.last_used_at = now


def _problems(user: User, scope: TokenScope | str, name: str, days: int | None) -> list[Problem]:
    problems = []
    if not user.active:
        problems.append(Problem(None, "user", f"{user.username}'s account is disabled"))
    if scope not in list(TokenScope):
        problems.append(Problem(None, "scope", f"{scope!r} is not one of {', '.join(TokenScope)}"))
    elif scope == TokenScope.ADMIN and user.role is not Role.ADMIN:
        problems.append(
            Problem(None, "scope", f"admin is for administrators; {user.username} is {user.role}")
        )
    if len(name) > 100:
        problems.append(Problem(None, "name", "is longer than 100 characters"))
    if days is not None and not 1 <= days <= LONGEST_LIFE_DAYS:
        problems.append(Problem(None, "days", f"must be from 1 to {LONGEST_LIFE_DAYS}, not {days}"))
    return problems


def _ended(token: ApiToken, now: datetime) -> str:
    if token.revoked_at is not None:
        return "revoked"
    return "expired" if token.expires_at is not None and token.expires_at <= now else ""


def _state(token: ApiToken, user: User, now: datetime) -> str:
    return _ended(token, now) or ("active" if user.active else "disabled")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _row(token: ApiToken, user: User, now: datetime) -> TokenRow:
    return TokenRow(username=user.username, state=_state(token, user, now), **shared(token, TokenRow))
