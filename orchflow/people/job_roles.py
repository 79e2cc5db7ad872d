"""Job roles: what a person does in the journey, what they may start with, and what they should learn.

They are content, not code: `content/job_roles.yaml` holds them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from orchflow.paths import content
from orchflow.people.roles import Role
from orchflow.store.written import choice

GROUPS = {
    "leadership": "Leadership",
    "management": "Management",
    "development": "Development",
    "power_users": "Power users",
}


@dataclass(frozen=True)
class JobRole:
    """One job role; `access` is the role a person with it gets unless somebody decides otherwise."""

    key: str
    name: str
    group: str
    responsibilities: tuple[str, ...]
    access: Role
    training: tuple[str, ...]


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


JOB_ROLES: dict[str, JobRole] = _read()
"""Key → job role, in the order in which they are shown."""


def read_job_role(given: Any) -> str:
    """The key of a job role, given it or its name; Refused when there is none."""
    return choice(str(given), {key: role.name for key, role in JOB_ROLES.items()})
