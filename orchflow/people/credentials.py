"""Give people new passwords; every one ends the sessions that began before it."""

from __future__ import annotations

from orchflow import clock
from orchflow.config.settings import SecuritySettings
from orchflow.errors import Forbidden, Invalid, Problem
from orchflow.people import lockout, passwords
from orchflow.people.permissions import Actor, Permission
from orchflow.people.tables import TOPIC, User
from orchflow.store.engine import Store
from orchflow.store.rows import stored


def set_password(
    store: Store,
    actor: Actor,
    user_id: int,
    password: str,
    *,
    current: str | None = None,
    must_change: bool | None = None,
    security: SecuritySettings | None = None,
) -> None:
    """Set a person's password and end their sessions.

    People set their own with the `current` one; only who has just signed in with a one-time password need not give
    it again. Another person's needs the permission, and has to be replaced at the next sign-in unless
    `must_change` says otherwise. Invalid says why the password is not accepted, Forbidden that `current` is wrong;
    wrong ones count as failed attempts to sign in.
    """
    own = actor.user_id == user_id
    if not own:
        actor.require(Permission.PEOPLE_MANAGE)
    with store.read() as session:
        user = stored(session, User, user_id)
    if reason := passwords.problem_with(password, user.username):
        raise Invalid([Problem(user_id, "password", reason)])
    if own and not user.must_change_password:
        _confirm(store, user, current, security or SecuritySettings())
    if own and passwords.matches(password, user.password_hash):
        raise Invalid([Problem(user_id, "password", "is the one you have now")])
    _store(store, actor, user_id, password, (not own) if must_change is None else must_change)


def reset_password(store: Store, actor: Actor, user_id: int) -> str:
    """Replace a person's password by a one-time one, which is returned and shown nowhere else.

    Ends their sessions, and the lockout if they have failed too often.
    """
    actor.require(Permission.PEOPLE_MANAGE)
    password = passwords.one_time_password()
    _store(store, actor, user_id, password, must_change=True)
    return password


def _confirm(store: Store, user: User, current: str | None, security: SecuritySettings) -> None:
    attempt = lockout.begin(store, user.username, "", security, lockout.ACCOUNT)
    if current is None or not passwords.matches(current, user.password_hash):
        raise Forbidden("The current password is wrong", "Type the password you signed in with.")
    lockout.succeeded(store, attempt)


def _store(store: Store, actor: Actor, user_id: int, password: str, must_change: bool) -> None:
    password_hash = passwords.hash_password(password)  # slow, so before the transaction
    with store.unit(actor, alone=TOPIC) as session:
        user = stored(session, User, user_id, lock=True)
        user.password_hash = password_hash
        user.must_change_password = must_change
        user.sessions_valid_from = clock.now()
        if actor.user_id != user_id:
            lockout.lift(session, user.username)
