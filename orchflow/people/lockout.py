"""Failed attempts to sign in, counted in the store: guessing is slowed down however many servers and browsers guess.

An attempt is written as failed before the password is looked at, and corrected when it was right. So guesses made
at the same moment count as well.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from orchflow import clock
from orchflow.config import SecuritySettings
from orchflow.errors import OrchflowError
from orchflow.format import quantity
from orchflow.people.permissions import SYSTEM
from orchflow.people.tables import SignInAttempt
from orchflow.store.engine import Store
from orchflow.store.locks import take

ADDRESS_FACTOR = 5
"""An address may fail this many times as often as a user: whole offices share one."""

KEPT = timedelta(days=30)


class SignInRefused(OrchflowError):
    """Nobody was signed in. The message is the same whether or not the user exists."""


def begin(store: Store, username: str, address: str, security: SecuritySettings) -> int:
    """Count an attempt of `username` from `address` ("" when unknown) as failed; returns its number.

    SignInRefused, and nothing counted, while the username or the address is locked: for `lockout_minutes` after the
    last of `lockout_attempts` failures that all fell within that time. A success clears the username's failures,
    not the address's: whoever has one account could guess at the others for ever.
    """
    now = clock.now()
    window = timedelta(minutes=security.lockout_minutes)
    username, address = username[:64], address[:64]
    with store.unit(SYSTEM) as session:
        take(session, "sign-in")
        succeeded = session.scalar(
            sa.select(sa.func.max(SignInAttempt.id)).where(
                SignInAttempt.username == username, SignInAttempt.succeeded.is_(True)
            )
        )
        by_user = sa.and_(SignInAttempt.username == username, SignInAttempt.id > (succeeded or 0))
        locks = [_locked_until(session, by_user, security.lockout_attempts, window, now)]
        if address:
            by_address = SignInAttempt.address == address
            locks.append(
                _locked_until(session, by_address, security.lockout_attempts * ADDRESS_FACTOR, window, now)
            )
        until = max((lock for lock in locks if lock), default=None)
        if until is not None:
            minutes = math.ceil((until - now).total_seconds() / 60)
            raise SignInRefused(
                "Too many failed attempts to sign in",
                f"Try again in {quantity(minutes, 'minute')}, or ask an administrator.",
            )
        attempt = SignInAttempt(username=username, address=address, occurred_at=now, succeeded=False)
        session.add(attempt)
        session.flush()
        return attempt.id


def succeeded(store: Store, attempt: int) -> None:
    """Correct the attempt that `begin` counted as failed."""
    with store.unit(SYSTEM) as session:
        mark_succeeded(session, attempt)


def mark_succeeded(session: Session, attempt: int) -> None:
    """The same inside a unit; also forgets attempts that no longer matter to anyone."""
    session.execute(sa.update(SignInAttempt).where(SignInAttempt.id == attempt).values(succeeded=True))
    session.execute(sa.delete(SignInAttempt).where(SignInAttempt.occurred_at < clock.now() - KEPT))


def lift(session: Session, username: str) -> None:
    """Forget the failures of `username`, whom an administrator has just given a new password."""
    failed = sa.delete(SignInAttempt).where(SignInAttempt.username == username)
    session.execute(failed.where(SignInAttempt.succeeded.is_(False)))


def _locked_until(
    session: Session, who: ColumnElement[bool], allowed: int, window: timedelta, now: datetime
) -> datetime | None:
    failures = session.scalars(
        sa.select(SignInAttempt.occurred_at)
        .where(who, SignInAttempt.succeeded.is_(False), SignInAttempt.occurred_at > now - 2 * window)
        .order_by(SignInAttempt.occurred_at.desc())
        .limit(allowed)
    ).all()
    if len(failures) < allowed or failures[0] - failures[-1] > window:
        return None
    until = failures[0] + window
    return until if until > now else None
