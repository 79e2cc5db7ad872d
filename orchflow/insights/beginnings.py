"""The three beginnings of a workspace: a plan, a platform whose figures are read, and people. Which of them are left."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from orchflow.metrics.facts import Facts
from orchflow.people.permissions import Permission
from orchflow.people.tables import User
from orchflow.planning.tables import Effort


@dataclass(frozen=True)
class Beginnings:
    """What is left to begin, and what of it this reader may begin; the rest waits for somebody else."""

    plan: bool
    platform: bool
    people: bool
    may_plan: bool
    may_connect: bool
    may_invite: bool

    @property
    def left(self) -> int:
        """How many are left."""
        return self.plan + self.platform + self.people

    @property
    def open_to_reader(self) -> bool:
        """Whether one of those that are left is this reader's to begin."""
        return (
            (self.plan and self.may_plan)
            or (self.platform and self.may_connect)
            or (self.people and self.may_invite)
        )


def beginnings(facts: Facts) -> Beginnings:
    """A plan is begun with its first effort, a platform when a source is named or rows are there, people with the second."""
    actor = facts.actor
    with facts.ws.store.read() as session:
        planned = session.scalar(sa.select(Effort.id).limit(1)) is not None
        people = session.scalar(sa.select(sa.func.count()).select_from(User).where(User.active)) or 0
    return Beginnings(
        plan=not planned,
        platform=not facts.ws.settings.sources and facts.reach.empty,
        people=people < 2,
        may_plan=actor.may(Permission.PLAN_EDIT),
        may_connect=actor.may(Permission.ADMIN),
        may_invite=actor.may(Permission.PEOPLE_MANAGE),
    )
