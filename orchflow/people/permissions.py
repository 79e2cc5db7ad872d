"""Who may do what: five roles, their permissions, one matrix."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from orchflow.errors import Forbidden


class Role(StrEnum):
    """What a person is in this workspace; everyone has exactly one."""

    VIEWER = "viewer"
    MEMBER = "member"
    MANAGER = "manager"
    ANALYST = "analyst"
    ADMIN = "admin"


class Permission(StrEnum):
    """What a screen, a feature function or a command may ask for."""

    INSIGHTS_VIEW = "insights.view"
    PERSON_FIGURES = "insights.people"
    EXPORT = "data.export"
    SOURCES_VIEW = "sources.view"
    INGEST_RUN = "ingest.run"
    PLAN_VIEW = "plan.view"
    PLAN_EDIT_OWN = "plan.edit_own"
    PLAN_EDIT = "plan.edit"
    PEOPLE_VIEW = "people.view"
    PEOPLE_MANAGE = "people.manage"
    ADMIN = "admin"


IN_WORDS = {
    Permission.INSIGHTS_VIEW: "see figures",
    Permission.PERSON_FIGURES: "see figures of single people and small groups",
    Permission.EXPORT: "export data",
    Permission.SOURCES_VIEW: "see the sources of data",
    Permission.INGEST_RUN: "load data from the sources",
    Permission.PLAN_VIEW: "see the plan",
    Permission.PLAN_EDIT_OWN: "work on tasks of their own and comment",
    Permission.PLAN_EDIT: "change the plan",
    Permission.PEOPLE_VIEW: "see people and teams",
    Permission.PEOPLE_MANAGE: "manage people and teams",
    Permission.ADMIN: "administer the workspace",
}

P = Permission
MATRIX: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: frozenset({P.INSIGHTS_VIEW, P.PLAN_VIEW}),
    Role.MEMBER: frozenset({P.INSIGHTS_VIEW, P.PLAN_VIEW, P.PLAN_EDIT_OWN, P.PEOPLE_VIEW}),
    Role.MANAGER: frozenset(
        {P.INSIGHTS_VIEW, P.PLAN_VIEW, P.PLAN_EDIT_OWN, P.PLAN_EDIT, P.PEOPLE_VIEW}
        | {P.PERSON_FIGURES, P.EXPORT, P.SOURCES_VIEW}
    ),
    Role.ANALYST: frozenset(
        {P.INSIGHTS_VIEW, P.PLAN_VIEW, P.PLAN_EDIT_OWN, P.PEOPLE_VIEW}
        | {P.PERSON_FIGURES, P.EXPORT, P.SOURCES_VIEW}
    ),
    Role.ADMIN: frozenset(Permission),
}


@dataclass(frozen=True)
class Actor:
    """Whoever acts, as the store knew them a moment ago.

    While `must_change_password` is set (the password is a one-time one) the actor may do nothing but replace it.
    """

    user_id: int | None
    username: str
    display_name: str
    role: Role
    must_change_password: bool = False

    def may(self, permission: Permission) -> bool:
        """Whether the actor has `permission` now."""
        return not self.must_change_password and permission in MATRIX[self.role]

    def require(self, permission: Permission) -> None:
        """Forbidden unless the actor has `permission`."""
        if self.must_change_password:
            raise Forbidden(
                "The one-time password has not been replaced yet", "Set a password of your own first."
            )
        if not self.may(permission):
            raise Forbidden(
                f"{self.display_name} ({self.role}) may not {IN_WORDS[permission]}",
                "Ask an administrator for a role that may.",
            )


SYSTEM = Actor(None, "system", "Orchestrator Flow", Role.ADMIN)
"""The product itself: the schedule, the demo, and the operator on the command line."""
