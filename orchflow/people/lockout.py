"""Failed attempts to sign in, counted in the store: guessing is slowed down however many servers and browsers guess.

An attempt is written as failed before the password is looked at, and corrected when it was right. So guesses made
at the same moment count as well.

After some failures every further one makes the wait longer, by the name that was typed and by the address it came from. In a
browser that a person has signed in with before, only what failed there for that name counts: a stranger who fails on
purpose keeps nobody out of it, nor does whoever else is behind the same proxy.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from orchflow import clock
from orchflow.config.settings import SecuritySettings
from orchflow.errors import OrchflowError
from orchflow.format import quantity
from orchflow.people.client_address import limited_as
from orchflow.people.permissions import SYSTEM
from orchflow.people.tables import SignInAttempt
from orchflow.store.engine import Store
from orchflow.store.locks import take

ADDRESS_FACTOR = 5
"""An address may fail this many times as often as a user: whole offices share one."""
NAME_MEMORY = 4
"""For how many times the longest wait a name's failures count; an address's count for it once."""
FIRST_WAIT = timedelta(seconds=30)
"""After the last failure that is allowed; it doubles with each one more."""
ACCOUNT = "account"
"""The browser of whoever is signed in and confirms their password; strangers' failures do not count there."""

KEPT = timedelta(days=30)


class SignInRefused(OrchflowError):
    """Nobody was signed in. The message is the same whether or not the user exists."""


def begin(store: Store, username: str, address: str, security: SecuritySettings, browser: str = "") -> int:
    """Count an attempt of `username` from `address` ("" when unknown) as failed; returns its number.

    `browser` is the number of the one in which this person has signed in before ("" for any other). SignInRefused, and
    nothing counted, while the next attempt has to wait: after `lockout_attempts` failures half a minute, twice as long
    after each one more, and `lockout_minutes` at most. A success clears the failures of the username in that kind of
    browser, not the address's: whoever has one account could guess at the others for ever.
    """
    now = clock.now()
    longest = timedelta(minutes=security.lockout_minutes)
    username, address = username[:64], limited_as(address)[:64]
    by_name = sa.and_(SignInAttempt.username == username, SignInAttempt.browser == browser)
    by_address = sa.and_(SignInAttempt.address == address, SignInAttempt.browser == "")
    with store.unit(SYSTEM) as session:
        take(session, "sign-in")
        succeeded = session.scalar(
            sa.select(sa.func.max(SignInAttempt.id)).where(by_name, SignInAttempt.succeeded.is_(True))
        )
        failed = _failures(
            session, sa.and_(by_name, SignInAttempt.id > (succeeded or 0)), now - NAME_MEMORY * longest
        )
        waits = [_until(failed, security.lockout_attempts, longest)]
        if address and not browser:
            failed = _failures(session, by_address, now - longest)
            waits.append(_until(failed, security.lockout_attempts * ADDRESS_FACTOR, longest))
        until = max((wait for wait in waits if wait), default=None)
        if until is not None and until > now:
            raise SignInRefused(
                "Too many failed attempts to sign in",
                f"Try again in {_in_words(until - now)}, or ask an administrator.",
            )
        attempt = SignInAttempt(
            username=username, address=address, browser=browser, occurred_at=now, succeeded=False
        )
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


def _failures(session: Session, who: ColumnElement[bool], since: datetime) -> list[datetime]:
    """When attempts failed, the last one first."""
    chosen = sa.select(SignInAttempt.occurred_at).where(
        who, SignInAttempt.succeeded.is_(False), SignInAttempt.occurred_at > since
    )
    return list(session.scalars(chosen.order_by(SignInAttempt.occurred_at.desc())))


def _until(failures: list[datetime], allowed: int, longest: timedelta) -> datetime | None:
    """Until when the next attempt has to wait, or None."""
    if len(failures) < allowed:
        return None
    doubled = min(len(failures) - allowed, 20)
    return failures[0] + min(longest, FIRST_WAIT * (1 << doubled))


def _in_words(wait: timedelta) -> str:
    seconds = max(1, -(-wait // timedelta(seconds=1)))
    return quantity(seconds, "second") if seconds < 60 else quantity(-(-seconds // 60), "minute")
