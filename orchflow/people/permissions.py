"""Who may do what: five roles, their permissions, one matrix."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import Forbidden
from orchflow.people.roles import Role
from orchflow.people.tables import User
from orchflow.store.acts import Act

__all__ = ["IN_WORDS", "MATRIX", "SYSTEM", "Actor", "Permission", "Role"]

_STANDING = sa.select(User.active, User.role, User.sessions_valid_from)


class Permission(StrEnum):
    """What a screen, a feature function or a command may ask for."""

    INSIGHTS_VIEW = "insights.view"
    PERSON_FIGURES = "insights.people"
    EXPORT = "data.export"
    SOURCES_VIEW = "sources.view"
    INGEST_RUN = "ingest.run"
    COSTS_EDIT = "costs.edit"
    INPUTS_EDIT = "inputs.edit"
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
    Permission.COSTS_EDIT: "keep prices, rates, budgets and costs",
    Permission.INPUTS_EDIT: "keep use cases, benefits, risks, trainings and surveys",
    Permission.PLAN_VIEW: "see the plan",
    Permission.PLAN_EDIT_OWN: "work on one's own tasks and checklist items, and comment",
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
        | {P.PERSON_FIGURES, P.EXPORT, P.SOURCES_VIEW, P.COSTS_EDIT, P.INPUTS_EDIT}
    ),
    Role.ANALYST: frozenset(
        {P.INSIGHTS_VIEW, P.PLAN_VIEW, P.PLAN_EDIT_OWN, P.PEOPLE_VIEW}
        | {P.PERSON_FIGURES, P.EXPORT, P.SOURCES_VIEW}
    ),
    Role.ADMIN: frozenset(Permission),
}


@dataclass(frozen=True)
class Actor:
    """Whoever acts, as the store knew them a moment ago: a claim, which the unit of work that writes confirms.

    While `must_change_password` is set (the password is a one-time one) the actor may do nothing but replace it.
    `issued_at` is when the session began in which they act, None outside of one.
    """

    user_id: int | None
    username: str
    display_name: str
    role: Role
    must_change_password: bool = False
    issued_at: datetime | None = field(default=None, compare=False)

    def may(self, permission: Permission) -> bool:
        """Whether the actor has `permission`, if they still are who they were."""
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

    def elsewhere(self) -> Actor:
        """Who they are, without what they are doing here: for another process."""
        return Actor(**{known.name: getattr(self, known.name) for known in fields(Actor)})

    def act(self) -> Act | None:
        """What the next unit on their behalf belongs to; None where nothing is asked for twice."""
        return None

    def confirm(self, session: Session, *, hold: bool) -> None:
        """Forbidden when the account, the role or the session is not what it was when this actor was made.

        What was asked of `may` and `require` so far holds in this transaction then. With `hold` it stays so until
        the transaction ends: who disables this person meanwhile waits for it.
        """
        chosen = _STANDING.where(User.id == self.user_id)
        if hold:
            chosen = chosen.with_for_update(read=True)
        now = session.execute(chosen).one_or_none()
        if now is None:
            raise Forbidden(
                f"There is no account of {self.display_name}, so nothing was done",
                "Ask an administrator to add one.",
            )
        if not now.active:
            raise Forbidden(
                f"The account of {self.display_name} is disabled, so nothing was done",
                "Ask an administrator to enable it.",
            )
        if now.role != self.role:
            raise Forbidden(
                f"The role of {self.display_name} is {now.role} now, no longer {self.role}; nothing was done",
                "Sign in again to go on with the new role.",
            )
        if self.issued_at is not None and self.issued_at < now.sessions_valid_from:
            raise Forbidden(
                f"The session of {self.display_name} has been ended, so nothing was done", "Sign in again."
            )


class _System(Actor):
    """Nobody whose rights could be taken away."""

    def confirm(self, session: Session, *, hold: bool) -> None:
        """Always."""


SYSTEM = _System(None, "system", "Orchestrator Flow", Role.ADMIN)
"""The product itself: the schedule, the demo, and the operator on the command line."""
