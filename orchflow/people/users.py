"""People who may sign in: listing, adding, editing, disabling."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow import clock
from orchflow.errors import Invalid, NotFound, Problem
from orchflow.people import passwords, user_rules
from orchflow.people.credentials import reset_password, set_password
from orchflow.people.names import plain, username_form
from orchflow.people.permissions import Actor, Permission, Role
from orchflow.people.tables import TOPIC, Team, TeamMember, User
from orchflow.people.teams import change_teams_of
from orchflow.store.engine import Store
from orchflow.store.field import fields_of, read_changes
from orchflow.store.merge import save_changes
from orchflow.store.rows import shared, stored
from orchflow.store.rules import read_among

__all__ = [
    "SavedUser",
    "UserRow",
    "add_user",
    "disable_user",
    "get_user",
    "list_users",
    "reset_password",
    "set_password",
    "update_user",
    "user_named",
]


@dataclass(frozen=True)
class UserRow:
    """A user as a list shows them. `version` is what an edit sends back as its base."""

    id: int
    version: int
    username: str
    email: str | None
    display_name: str
    role: Role
    job_role: str | None
    active: bool
    must_change_password: bool
    has_password: bool
    platform_user_id: str | None
    team_ids: tuple[int, ...]
    teams: tuple[str, ...]
    last_sign_in_at: datetime | None
    created_at: datetime


@dataclass(frozen=True)
class SavedUser:
    """What was stored; `merged` when it also holds another person's changes since the base version."""

    user: UserRow
    merged: bool


def list_users(store: Store, actor: Actor, *, active: bool | None = None) -> list[UserRow]:
    """Everybody, by username; or only the active (inactive) ones."""
    actor.require(Permission.PEOPLE_VIEW)
    with store.read() as session:
        chosen = sa.select(User).order_by(User.username)
        if active is not None:
            chosen = chosen.where(User.active.is_(active))
        users = session.scalars(chosen).all()
        membership: dict[int, list[tuple[int, str]]] = {}
        teams = sa.select(TeamMember.user_id, Team.id, Team.name).join(Team, Team.id == TeamMember.team_id)
        for user_id, team_id, name in session.execute(teams.order_by(Team.name)):
            membership.setdefault(user_id, []).append((team_id, name))
        return [_row(user, membership.get(user.id, [])) for user in users]


def get_user(store: Store, actor: Actor, user_id: int) -> UserRow:
    """One user; everybody may look at themselves. NotFound when there is none."""
    if actor.user_id != user_id:
        actor.require(Permission.PEOPLE_VIEW)
    with store.read() as session:
        return _load(session, user_id)


def user_named(store: Store, username: str) -> UserRow:
    """The user called `username`, in any case, for the operator's commands; NotFound when there is none."""
    with store.read() as session:
        user_id = session.scalar(sa.select(User.id).where(User.username == username_form(username)))
        if user_id is None:
            raise NotFound(f"There is no user {plain(username)!r}", "List the users to see their names.")
        return _load(session, user_id)


def add_user(
    store: Store,
    actor: Actor,
    *,
    username: str = "",
    display_name: str = "",
    email: str | None = None,
    role: Role | str | None = None,
    job_role: str | None = None,
    platform_user_id: str | None = None,
    team_ids: Collection[int] = (),
    password: str | None = None,
    must_change_password: bool = True,
) -> tuple[UserRow, str]:
    """Add a person with their teams; returns them with the password to hand over, which is shown nowhere else.

    Without a `username` one is made from the e-mail address or the name, without a `role` it is the access of the job role. Without a `password` a one-time one is made. `must_change_password` lets the person do nothing else before they
    have set their own. Invalid names every refused value.
    """
    actor.require(Permission.PEOPLE_MANAGE)
    raw: dict[str, Any] = {
        "display_name": display_name or username, "email": email, "job_role": job_role,
        "platform_user_id": platform_user_id,
    }  # fmt: skip
    if role:
        raw["role"] = role
    if username or not display_name:
        raw["username"] = username
    values, problems = read_changes(fields_of(User), raw, None, new=True)
    name = values.get("username", "")
    with store.read() as session:
        problems += read_among(session, fields_of(User), values)
    if password is not None and (reason := passwords.problem_with(password, name)):
        problems.append(Problem(None, "password", reason))
    if problems:
        raise Invalid(problems)
    handed_over = password or passwords.one_time_password()
    password_hash = passwords.hash_password(handed_over)  # slow, so before the transaction
    with store.unit(actor, alone=TOPIC) as session:
        user_rules.starting_role(session, values)
        values["username"] = name or user_rules.free_username(session, display_name, email)
        user_rules.refuse_taken(session, None, values)
        user = User(
            **values,
            password_hash=password_hash,
            active=True,
            must_change_password=must_change_password,
            sessions_valid_from=clock.now(),
        )
        with user_rules.sent(session, None):
            session.add(user)
        change_teams_of(session, user.id, team_ids, ())
        session.flush()
        return _load(session, user.id), handed_over


def update_user(
    store: Store,
    actor: Actor,
    user_id: int,
    base_version: int,
    changes: Mapping[str, Any],
    *,
    join: Collection[int] = (),
    leave: Collection[int] = (),
) -> SavedUser:
    """Save the fields in `changes` and the teams to `join` and to `leave`: all or nothing.

    The fields are display_name, email, role, job_role, active, platform_user_id.
    People may change their own display name; everything else needs the permission. A change of role or of `active`
    ends the person's sessions. The last active administrator stays one. Invalid names refused values, ConflictError
    the fields that someone else has changed since `base_version`.
    """
    if actor.user_id != user_id or changes.keys() - {"display_name"} or join or leave:
        actor.require(Permission.PEOPLE_MANAGE)
    values, refused = read_changes(fields_of(User), changes, user_id)
    if refused:
        raise Invalid(refused)
    with store.unit(actor, alone=TOPIC) as session:
        if values.keys() & {"role", "active"}:
            user_rules.keep_an_admin(session, user_id, values)
        user_rules.read_job_role(session, user_id, values)
        user_rules.refuse_taken(session, user_id, values)
        before = session.get(User, user_id)
        standing = (before.role, before.active) if before else None
        with user_rules.sent(session, user_id):
            saved = save_changes(session, User, user_id, base_version, values)
        if (saved.row.role, saved.row.active) != standing:
            saved.row.sessions_valid_from = clock.now()
        change_teams_of(session, user_id, join, leave)
        session.flush()
        return SavedUser(_load(session, user_id), saved.merged and bool(values))


def disable_user(store: Store, actor: Actor, user_id: int) -> UserRow:
    """End a person's access at once, whatever else is being edited; their history stays."""
    actor.require(Permission.PEOPLE_MANAGE)
    with store.unit(actor, alone=TOPIC) as session:
        user_rules.keep_an_admin(session, user_id, {"active": False})
        user = stored(session, User, user_id, lock=True)
        user.active = False
        user.sessions_valid_from = clock.now()
        session.flush()
        return _load(session, user_id)


def _load(session: Session, user_id: int) -> UserRow:
    user = stored(session, User, user_id)
    teams = sa.select(Team.id, Team.name).join(TeamMember, TeamMember.team_id == Team.id)
    memberships = session.execute(teams.where(TeamMember.user_id == user_id).order_by(Team.name))
    return _row(user, [(team_id, name) for team_id, name in memberships])


def _row(user: User, teams: list[tuple[int, str]]) -> UserRow:
    return UserRow(
        has_password=user.password_hash is not None,
        team_ids=tuple(team_id for team_id, _ in teams),
        teams=tuple(name for _, name in teams),
        **shared(user, UserRow),
    )
