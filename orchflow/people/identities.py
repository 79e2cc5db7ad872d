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
        user, noted_at = session.execute(_known(issuer, subject)).one_or_none() or (None, None)
    if user is None and email_verified is True and (address := email_form(email)):
        user = _bind(store, issuer, subject, address)
    if user is None or not user.active:
        return None
    if issued_at is not None:
        if issued_at < user.sessions_valid_from:
            return None
        if noted_at is None or noted_at < issued_at:
            _note_sign_in(store, issuer, subject, issued_at)
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


def _note_sign_in(store: Store, issuer: str, subject: str, entered_at: datetime) -> None:
    """Note, once for each time that somebody came from the provider, that they did."""
    with store.unit(SYSTEM) as session:
        chosen = _known(issuer, subject).add_columns(Identity).with_for_update(key_share=True)
        user, _, identity = session.execute(chosen).one()
        identity.last_sign_in_at = max(identity.last_sign_in_at or entered_at, entered_at)
        user.last_sign_in_at = max(user.last_sign_in_at or entered_at, entered_at)


def _known(issuer: str, subject: str) -> sa.Select[User, datetime | None]:
    """The user with the instant at which they last came from the provider."""
    return (
        sa.select(User, Identity.last_sign_in_at)
        .join(Identity, Identity.user_id == User.id)
        .where(Identity.issuer == issuer, Identity.subject == subject)
    )


def _owner(issuer: str, subject: str) -> sa.Select[User]:
    return (
        sa.select(User)
        .join(Identity, Identity.user_id == User.id)
        .where(Identity.issuer == issuer, Identity.subject == subject)
    )
