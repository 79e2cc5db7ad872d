"""People who sign in at their organisation's identity provider (OpenID Connect)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from orchflow.people.names import email_form
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.people.tables import Identity, User
from orchflow.store.engine import Store
from orchflow.store.locks import take


def actor_for_identity(
    store: Store,
    issuer: str,
    subject: str,
    email: str | None,
    email_verified: bool,
    issued_at: datetime | None = None,
) -> Actor | None:
    """Who `subject` of `issuer` is here.

    The first time, a verified e-mail address of an active user binds the identity to that user; from then on only
    issuer and subject count. A user has one identity per issuer, so an address that was given to somebody else
    opens nothing. None when nobody matches, the user is disabled, or the provider's token (`issued_at`) is older
    than the user's sessions.
    """
    if not issuer or not subject:
        return None
    with store.read() as session:
        user = session.scalar(_owner(issuer, subject))
    if user is None and email_verified is True and (address := email_form(email)):
        user = _bind(store, issuer, subject, address)
    if user is None or not user.active:
        return None
    if issued_at is not None and issued_at < user.sessions_valid_from:
        return None
    return Actor(user.id, user.username, user.display_name, user.role, issued_at=issued_at)


def is_active(store: Store, issuer: str, subject: str) -> bool:
    """Whether `subject` of `issuer` is an active user here, whenever they signed in."""
    with store.read() as session:
        user = session.scalar(_owner(issuer, subject))
    return user is not None and user.active


def _bind(store: Store, issuer: str, subject: str, email: str) -> User | None:
    with store.unit(SYSTEM) as session:
        take(session, "identity")
        bound = session.scalar(_owner(issuer, subject))
        if bound is not None:
            return bound
        user = session.scalar(sa.select(User).where(User.email == email, User.active.is_(True)))
        if user is None:
            return None
        another = sa.select(Identity.id).where(Identity.issuer == issuer, Identity.user_id == user.id)
        if session.scalar(another) is not None:
            return None
        session.add(Identity(issuer=issuer, subject=subject, user_id=user.id))
        return user


def _owner(issuer: str, subject: str) -> sa.Select[User]:
    return (
        sa.select(User)
        .join(Identity, Identity.user_id == User.id)
        .where(Identity.issuer == issuer, Identity.subject == subject)
    )
