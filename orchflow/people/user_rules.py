"""What must hold for users, wherever they are edited."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, overload

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import Invalid, Problem
from orchflow.people.job_roles import JOB_ROLES
from orchflow.people.names import (
    email_form,
    plain,
    problem_with_email,
    problem_with_title,
    problem_with_username,
)
from orchflow.people.permissions import Role
from orchflow.people.tables import User

RESERVED = frozenset({"system"})  # the product's own name in the history

Result = TypeVar("Result")


def in_kept_form(changes: Mapping[str, Any]) -> dict[str, Any]:
    """`changes` with texts as they are stored."""
    values = dict(changes)
    if isinstance(values.get("display_name"), str):
        values["display_name"] = plain(values["display_name"])
    if isinstance(values.get("email"), str):
        values["email"] = email_form(values["email"])
    for field in ("job_role", "platform_user_id"):
        if isinstance(values.get(field), str):
            values[field] = plain(values[field]) or None
    return values


def username_problems(username: str) -> list[Problem]:
    """Why `username`, in its kept form, is refused."""
    reason = problem_with_username(username)
    if reason is None and username in RESERVED:
        reason = f"{username!r} is the product's own name"
    return [Problem(None, "username", reason)] if reason else []


def problems(row: int | None, values: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with `values`, in their kept form, as far as it can be told without the database."""
    checks: dict[str, Callable[[Any], str | None]] = {
        "display_name": lambda v: problem_with_title(v) if isinstance(v, str) else "must be text",
        "email": lambda v: problem_with_email(v) if v is None or isinstance(v, str) else "must be text",
        "role": lambda v: None if v in list(Role) else f"must be one of {', '.join(Role)}",
        "job_role": lambda v: (
            None if v is None or v in JOB_ROLES else f"must be one of {', '.join(JOB_ROLES)}"
        ),
        "active": lambda v: None if isinstance(v, bool) else "must be yes or no",
        "platform_user_id": lambda v: (
            None if v is None or (isinstance(v, str) and len(v) <= 200) else "is longer than 200 characters"
        ),
    }
    found = [
        (field, checks[field](value) if field in checks else "cannot be changed")
        for field, value in values.items()
    ]
    return [Problem(row, field, reason) for field, reason in found if reason]


def free_username(session: Session, name: str, email: str | None) -> str:
    """A username that nobody has: what stands before the @, else the name in plain letters, numbered when it is taken."""
    start = email.split("@")[0] if email else ".".join(name.split())
    ascii_only = unicodedata.normalize("NFKD", start).encode("ascii", "ignore").decode().lower()
    wanted = re.sub(r"[^a-z0-9._+-]", "", ascii_only).strip("._+-")[:60] or "person"
    taken = {*session.scalars(sa.select(User.username).where(User.username.startswith(wanted))), *RESERVED}
    free = (wanted if number == 1 else f"{wanted}{number}" for number in itertools.count(1))
    return next(username for username in free if username not in taken)


def refuse_taken(session: Session, user_id: int | None, values: Mapping[str, Any]) -> None:
    """Invalid when another user has the username or e-mail address in `values`."""
    found = []
    for field, what in (("username", "username"), ("email", "e-mail address")):
        value = values.get(field)
        if value is None:
            continue
        owner = session.scalar(
            sa.select(User.username).where(getattr(User, field) == value, User.id != (user_id or 0))
        )
        if owner is not None:
            found.append(Problem(user_id, field, f"{value!r} is the {what} of {owner!r} already"))
    if found:
        raise Invalid(found)


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


@overload
def flush(session: Session, user_id: int | None) -> None: ...
@overload
def flush(session: Session, user_id: int | None, work: Callable[[], Result]) -> Result: ...
def flush(session: Session, user_id: int | None, work: Callable[[], Any] | None = None) -> Any:
    """Do `work` and send it to the database; Invalid when somebody took a unique name in this very moment."""
    try:
        result = work() if work else None
        session.flush()
        return result
    except sa.exc.IntegrityError:
        taken = Problem(user_id, "username or e-mail address", "has just been taken by someone else")
        raise Invalid([taken], "Choose another one and save again.") from None
