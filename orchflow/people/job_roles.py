"""Job roles: what a person does in the journey, what they may start with, and what they should learn.

`content/job_roles.yaml` holds those that ship; a workspace changes them and adds its own (`people.role_tables`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

import sqlalchemy as sa
import yaml
from sqlalchemy.orm import Session

from orchflow.paths import content
from orchflow.people.role_tables import TOPIC, Group, JobRoleRow
from orchflow.people.roles import Role

if TYPE_CHECKING:
    from orchflow.store.connect import Engines
    from orchflow.store.engine import Store

GROUPS: Final = {group.value: group.replace("_", " ").capitalize() for group in Group}


@dataclass(frozen=True)
class JobRole:
    """One job role; `access` is the role a person with it gets unless somebody decides otherwise.

    Its people may tick items of the flows `ticks` (by key) whoever these are meant for, and begin flows or approve
    exemptions where it says so, whatever their access. `own`: it does not ship. `row_id` when it was changed or added here.
    """

    key: str
    name: str
    group: str
    responsibilities: tuple[str, ...]
    access: Role
    training: tuple[str, ...]
    ticks: tuple[str, ...] = ()
    begins: bool = False
    approves: bool = False
    own: bool = False
    row_id: int | None = None


def _read() -> dict[str, JobRole]:
    text = (content() / "job_roles.yaml").read_text(encoding="utf-8")
    groups: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load(text)
    return {
        key: JobRole(
            key=key,
            name=role["name"],
            group=group,
            responsibilities=tuple(role["responsibilities"]),
            access=Role(role["access"]),
            training=tuple(role["training"]),
        )
        for group, roles in groups.items()
        for key, role in roles.items()
    }


SHIPPED: Final[Mapping[str, JobRole]] = _read()
"""Key → job role as it ships, in the order in which they are shown. What a workspace has is told by `job_roles`."""

_READ: WeakKeyDictionary[Engines, tuple[int, Mapping[str, JobRole]]] = WeakKeyDictionary()


def job_roles(store: Store) -> Mapping[str, JobRole]:
    """Key → job role of this workspace, in the order in which they are shown; read again when one was changed."""
    version = store.version(TOPIC)
    known = _READ.get(store.engines)
    if known is None or known[0] != version:
        with store.read() as session:
            known = (version, roles_in(session))
        _READ[store.engines] = known
    return known[1]


def roles_in(session: Session) -> Mapping[str, JobRole]:
    """The same within a session."""
    rows = session.scalars(sa.select(JobRoleRow).order_by(JobRoleRow.name, JobRoleRow.id))
    roles = dict(SHIPPED) | {row.key: _role(row) for row in rows}
    places = list(GROUPS)
    return dict(sorted(roles.items(), key=lambda each: places.index(each[1].group)))


def role_names(session: Session) -> dict[str, str]:
    """Key → name of the job roles: what a field that holds one may hold."""
    return {key: role.name for key, role in roles_in(session).items()}


def _role(row: JobRoleRow) -> JobRole:
    return JobRole(
        key=row.key,
        name=row.name,
        group=row.group.value,
        responsibilities=tuple(row.responsibilities.splitlines()),
        access=row.access,
        training=tuple(row.training.splitlines()),
        ticks=tuple(row.ticks),
        begins=row.begins,
        approves=row.approves,
        own=row.key not in SHIPPED,
        row_id=row.id,
    )
