"""What must hold for users, wherever they are edited."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import Invalid, Problem
from orchflow.people.job_roles import roles_in
from orchflow.people.names import RESERVED
from orchflow.people.permissions import Role
from orchflow.people.tables import User
from orchflow.store.field import fields_of
from orchflow.store.request import unless_taken
from orchflow.store.rules import read_among


def free_username(session: Session, name: str, email: str | None) -> str:
    """A username that nobody has: what stands before the @, else the name in plain letters, numbered when it is taken."""
    start = email.split("@")[0] if email else ".".join(name.split())
    ascii_only = unicodedata.normalize("NFKD", start).encode("ascii", "ignore").decode().lower()
    wanted = re.sub(r"[^a-z0-9._+-]", "", ascii_only).strip("._+-")[:60] or "person"
    taken = {*session.scalars(sa.select(User.username).where(User.username.startswith(wanted))), *RESERVED}
    free = (wanted if number == 1 else f"{wanted}{number}" for number in itertools.count(1))
    return next(username for username in free if username not in taken)


def read_job_role(session: Session, user_id: int | str | None, values: dict[str, Any]) -> None:
    """Put the key of a job role in the place of what was written; Invalid when the workspace has no such role."""
    if unknown := read_among(session, fields_of(User), values):
        raise Invalid([replace(problem, row=user_id) for problem in unknown])


def starting_role(session: Session, values: dict[str, Any]) -> None:
    """Give a new person the access of their job role, unless somebody decided otherwise; a member's without one."""
    if values.get("role") is None:
        role = roles_in(session).get(values.get("job_role") or "")
        values["role"] = role.access if role else Role.MEMBER


def refuse_taken(session: Session, user_id: int | None, values: Mapping[str, Any]) -> None:
    """Invalid when another user has the username or e-mail address in `values`."""
    problems = []
    for field, what in (("username", "username"), ("email", "e-mail address")):
        value = values.get(field)
        if value is None:
            continue
        owner = session.scalar(
            sa.select(User.username).where(getattr(User, field) == value, User.id != (user_id or 0))
        )
        if owner is not None:
            problems.append(Problem(user_id, field, f"{value!r} is the {what} of {owner!r} already"))
    if problems:
        raise Invalid(problems)


def keep_an_admin(session: Session, user_id: int, values: Mapping[str, Any]) -> None:
    """Invalid when `values` would leave nobody who administers.

    Two administrators cannot remove each other: units that change people run one at a time.
    """
    admins = sa.select(User.id).where(User.role == Role.ADMIN, User.active)
    if list(session.scalars(admins)) != [user_id]:
        return
    for field, still in (("role", Role.ADMIN), ("active", True)):
        if values.get(field, still) != still:
            raise Invalid(
                [Problem(user_id, field, "this is the last active administrator")],
                "Make someone else an administrator first.",
            )


def sent(session: Session, user_id: int | None) -> AbstractContextManager[None]:
    """Send what is done in the block to the database; Invalid when somebody took a unique name in this very moment."""
    taken = Problem(user_id, "username or e-mail address", "has just been taken by someone else")
    return unless_taken(session, Invalid([taken], "Choose another one and save again."))
