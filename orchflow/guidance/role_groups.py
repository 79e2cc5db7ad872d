"""Which job roles are of too few people to be told apart."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from functools import reduce
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.people.permissions import Actor, Permission
from orchflow.people.small_groups import SMALLEST_GROUP, pooled
from orchflow.people.tables import User
from orchflow.planning.tables import ChecklistItem, Step

T = TypeVar("T")
SMALL_GROUPS: Final = "SMALL_GROUPS"
"""The role under which those are told together that may not be told apart."""


def roles_together(session: Session, actor: Actor) -> dict[str, set[int]]:
    """The job roles that `actor` is not told apart, with the people who have them or do what is meant for them."""
    if actor.may(Permission.PERSON_FIGURES):
        return {}
    people: dict[str, set[int]] = {}
    holders = sa.select(User.job_role, User.id).where(User.active, User.job_role.is_not(None))
    role = sa.func.coalesce(ChecklistItem.role, Step.lead)
    doing = sa.select(role, ChecklistItem.assignee_id).join(Step, Step.id == ChecklistItem.step_id)
    doing = doing.where(ChecklistItem.assignee_id.is_not(None), role.is_not(None)).distinct()
    for key, person in (*session.execute(holders), *session.execute(doing)):
        people.setdefault(str(key), set()).add(person)
    return pooled({key: own for key, own in people.items() if actor.user_id not in own})


def told_roles(roles: Mapping[Any, T], apart: Mapping[str, set[int]]) -> dict[Any, T]:
    """What is counted of roles, those that are not told `apart` added up; not at all where even so they are of too few people."""
    told = {role: counts for role, counts in roles.items() if role not in apart}
    together = [counts for role, counts in roles.items() if role in apart]
    if together and len(set[int]().union(*apart.values())) >= SMALLEST_GROUP:
        told[SMALL_GROUPS] = reduce(operator.add, together)
    return told
