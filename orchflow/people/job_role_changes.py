"""Job roles edited by administrators: those that ship are changed or brought back, others are added."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session, object_session

from orchflow import clock
from orchflow.errors import Invalid, NotFound, Problem
from orchflow.people import user_rules
from orchflow.people.job_roles import SHIPPED, JobRole, job_roles, roles_in
from orchflow.people.permissions import Actor, Permission, Role
from orchflow.people.role_tables import JobRoleRow
from orchflow.people.tables import TOPIC, User
from orchflow.store.engine import Store
from orchflow.store.entity import Entity
from orchflow.store.field import fields_of
from orchflow.store.rows import row_type
from orchflow.store.rules import Rules
from orchflow.store.written import plain_word

if TYPE_CHECKING:
    JobRoleChange: TypeAlias = JobRoleRow
else:
    JobRoleChange = row_type("JobRoleChange", JobRoleRow, __name__)

LOCK: Final = "job_roles"
NAMED: Final = 5
"""So many of those who have a job role are named."""


class JobRoleRules(Rules):
    """A role of a key that ships starts from what ships; names are never two; one that people have stays."""

    @cached_property
    def _roles(self) -> dict[str, JobRole]:
        return dict(roles_in(self.session))

    def complete(self, values: dict[str, Any]) -> None:
        if not values.get("key"):
            values["key"] = _key_of(values.get("name") or "", self._roles)
        if ships := SHIPPED.get(values["key"]):
            values.setdefault("responsibilities", "\n".join(ships.responsibilities))
            values.setdefault("training", "\n".join(ships.training))
            for name in ("name", "access"):
                values.setdefault(name, getattr(ships, name))
        values.setdefault("access", Role.MEMBER)
        group = ships.group if ships else "power_users"
        values.setdefault("group", fields_of(JobRoleRow)["group"].value(group))

    def problems(self, row: Any, value: Callable[[str], Any], values: dict[str, Any]) -> list[Problem]:
        problems = super().problems(row, value, values)
        name = value("name")
        if not name:
            return [*problems, Problem(None, "name", "must not be empty")]
        key = value("key")
        if any(
            plain_word(role.name) == plain_word(name) for other, role in self._roles.items() if other != key
        ):
            problems.append(Problem(None, "name", f"there is a job role {name} already"))
        return problems


def _key_of(name: str, taken: Collection[str]) -> str:
    """A key made of a name: small letters and underscores; numbered when it is taken."""
    stem = "_".join("".join(c if c.isalnum() else " " for c in name.casefold()).split())[:56] or "role"
    key, number = stem, 1
    while key in taken:
        number += 1
        key = f"{stem}_{number}"
    return key


def _still_held(row: JobRoleRow) -> str:
    """Why one of the workspace's own stays: it would be gone for those who have it."""
    session = object_session(row)
    if row.key in SHIPPED or session is None or not (people := _holders(session, row.key)):
        return ""
    names = list(people.values())
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{row.name} is the job role of {', '.join(names[:NAMED])}{more}; give them another one first"


JOB_ROLE_CHANGES = Entity(
    JobRoleRow,
    JobRoleChange,
    "Job roles that this workspace has changed or added; one with the key of a role that ships stands in its place.",
    view=Permission.PLAN_VIEW,
    edit=Permission.PEOPLE_MANAGE,
    order=(JobRoleRow.name, JobRoleRow.id),
    lock=LOCK,
    rules=JobRoleRules,
    deletable=_still_held,
)


@dataclass(frozen=True)
class AccessOffer:
    """A person whose role is not the access of their job role: `role` is theirs, `offered` that of the job role."""

    person_id: int
    name: str
    role: Role
    offered: Role


def list_job_roles(store: Store, actor: Actor) -> list[JobRole]:
    """The job roles of this workspace, by group."""
    actor.require(Permission.PLAN_VIEW)
    return list(job_roles(store).values())


def job_role_called(store: Store, actor: Actor, key: str) -> JobRole:
    """One job role; NotFound names those that there are."""
    actor.require(Permission.PLAN_VIEW)
    roles = job_roles(store)
    if key not in roles:
        raise NotFound(f"There is no job role {key!r}", f"There are {', '.join(roles)}.")
    return roles[key]


def save_job_role(
    store: Store, actor: Actor, key: str, changes: Mapping[str, Any], base_version: int | None = None,
    request: str | None = None,
) -> JobRoleChange:  # fmt: skip
    """Change a job role, whether it is as it ships or was changed before. Invalid, ConflictError or NotFound."""
    actor.require(Permission.PEOPLE_MANAGE)
    role = job_role_called(store, actor, key)
    if role.row_id is None:
        return JOB_ROLE_CHANGES.create(store, actor, key=key, request=request, **changes)
    version = base_version or JOB_ROLE_CHANGES.get(store, actor, role.row_id).version
    return JOB_ROLE_CHANGES.update(store, actor, role.row_id, version, changes, request).row


def remove_job_role(store: Store, actor: Actor, key: str, request: str | None = None) -> str:
    """Bring a job role back to what ships, or delete one of the workspace's own; returns the request that `undo` takes back.

    Invalid while people have one that would be gone.
    """
    actor.require(Permission.PEOPLE_MANAGE)
    role = job_role_called(store, actor, key)
    if role.row_id is None:
        raise Invalid([Problem(None, "key", f"{role.name} is as it ships")])
    return JOB_ROLE_CHANGES.delete(store, actor, role.row_id, request=request)


def holders(store: Store, key: str) -> dict[int, str]:
    """The people who have a job role: id → name; disabled accounts are left out."""
    with store.read() as session:
        return _holders(session, key)


def _holders(session: Session, key: str) -> dict[int, str]:
    chosen = sa.select(User.id, User.display_name).where(User.job_role == key, User.active)
    return dict(session.execute(chosen.order_by(User.display_name, User.id)).all())


def access_offers(store: Store, actor: Actor, key: str) -> list[AccessOffer]:
    """The people of a job role who may something else than it gives: nobody's access changes before somebody takes this up."""
    actor.require(Permission.PEOPLE_MANAGE)
    role = job_role_called(store, actor, key)
    chosen = sa.select(User.id, User.display_name, User.role).where(
        User.job_role == key, User.active, User.role != role.access
    )
    with store.read() as session:
        rows = session.execute(chosen.order_by(User.display_name, User.id)).all()
    return [AccessOffer(row.id, row.display_name, row.role, role.access) for row in rows]


def take_access(
    store: Store, actor: Actor, key: str, people: Sequence[int], request: str | None = None
) -> int:
    """Give people of a job role its access; how many changed. Their sessions end, as after any change of access.

    Invalid for those who do not have the job role, and when no administrator would be left; then nobody changes.
    """
    actor.require(Permission.PEOPLE_MANAGE)
    with store.unit(actor, request, alone=TOPIC) as session:
        role = roles_in(session).get(key)
        users = list(session.scalars(sa.select(User).where(User.id.in_(people)).order_by(User.id)))
        if role is None or len(users) < len(set(people)) or any(user.job_role != key for user in users):
            raise Invalid(
                [Problem(None, "people", f"not all of them have the job role {key}")], "Read the list again."
            )
        changed = 0
        for user in users:
            if user.role is not role.access:
                user_rules.keep_an_admin(session, user.id, {"role": role.access})
                user.role, user.sessions_valid_from = role.access, clock.now()
                session.flush()
                changed += 1
        return changed


def allowed_by_job(
    session: Session, actor: Actor, what: Literal["begins", "approves"], permission: Permission
) -> bool:
    """Whether the actor has the permission, or a job role that lets its people do it."""
    if actor.may(permission) or actor.must_change_password or actor.user_id is None:
        return actor.may(permission)
    key = session.scalar(sa.select(User.job_role).where(User.id == actor.user_id, User.active))
    role = roles_in(session).get(key or "")
    return role is not None and bool(getattr(role, what))


def may_by_job(
    session: Session, actor: Actor, what: Literal["begins", "approves"], permission: Permission
) -> None:
    """Forbidden unless it is `allowed_by_job`."""
    if not allowed_by_job(session, actor, what, permission):
        actor.require(permission)
