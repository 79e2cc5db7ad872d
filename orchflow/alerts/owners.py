"""Owners of rules as they are now: a rule is evaluated with what its owner may see at that moment, never with more."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.alerts.rules import AlertRuleRow, permissions_of
from orchflow.metrics.catalogue import METRICS
from orchflow.metrics.privacy import Privacy, privacy_of
from orchflow.people.permissions import IN_WORDS, Actor, Permission, Role
from orchflow.people.tables import User

GIVE = "give the rule another owner"
NOBODY = f"It belongs to nobody: {GIVE}"


@dataclass(frozen=True)
class Owner:
    """Who a rule belongs to, as their account is now."""

    actor: Actor
    active: bool

    @property
    def people(self) -> bool:
        """Whether they see figures of single people and small groups."""
        return self.actor.may(Permission.PERSON_FIGURES)

    @property
    def privacy(self) -> Privacy:
        """What they see of people, and of what hours cost."""
        return privacy_of(self.actor)


ANYBODY = Owner(Actor(None, "", "", Role.VIEWER), True)
"""Whoever may see figures, and none of single people or small groups."""


def owners(session: Session, ids: Collection[int | None]) -> dict[int, Owner]:
    """The owners of these numbers."""
    chosen = sa.select(User.id, User.username, User.display_name, User.role, User.active)
    return {
        row.id: Owner(Actor(row.id, row.username, row.display_name, row.role), row.active)
        for row in session.execute(chosen.where(User.id.in_({number for number in ids if number})))
    }


def why_not(rule: AlertRuleRow, owner: Owner | None) -> str:
    """Why the rule cannot be evaluated for its owner; empty where it can."""
    if owner is None:
        return NOBODY
    name = owner.actor.display_name
    if not owner.active:
        return f"The account of {name} is disabled: {GIVE}"
    figure = METRICS.get(rule.figure or "")
    if rule.figure is not None and figure is None:
        return f"There is no figure {rule.figure} any more: choose another one"
    for permission in permissions_of(rule.figure, rule.kind, rule.dimension):
        if not owner.actor.may(permission):
            return f"{name} may not {IN_WORDS[permission]}: {GIVE}"
    return ""
