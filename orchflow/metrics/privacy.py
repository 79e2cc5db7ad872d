"""Small groups: figures of fewer than five people are shown only to those who may see people's figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa

from orchflow.errors import Forbidden
from orchflow.metrics.filters import Filters
from orchflow.metrics.queries import rows
from orchflow.people.permissions import Actor, Permission
from orchflow.people.tables import Team, TeamMember, User
from orchflow.store.engine import Store
from orchflow.warehouse.database import Warehouse

Group = TypeVar("Group")
SMALLEST_GROUP = 5
SMALL_GROUPS = "SMALL_GROUPS"
"""The one line in which the figures of small organisations, or of small teams, are pooled."""
NOT_SHOWN = "Ask an administrator for a role that may see people's figures."


@dataclass(frozen=True)
class Privacy:
    """What one reader may see: people's own figures or not, and which organisations are pooled for them."""

    people: bool = False
    pooled: tuple[str, ...] = ()

    def params(self) -> dict[str, Any]:
        """The bound parameters by which the queries pool."""
        return {"pooled": list(self.pooled) or None}

    def check(self, filters: Filters, dimension: str | None = None) -> None:
        """Forbidden when the filters or the dimension ask for single people's figures that may not be seen."""
        if not self.people and (filters.users or dimension == "user"):
            raise Forbidden(
                "Figures of single people are not shown to you",
                NOT_SHOWN,
            )


def privacy_of(warehouse: Warehouse, actor: Actor) -> Privacy:
    """What `actor` may see of people and small groups."""
    if actor.may(Permission.PERSON_FIGURES):
        return Privacy(people=True)
    return Privacy(people=False, pooled=pooled_organizations(warehouse))


def pooled_organizations(warehouse: Warehouse) -> tuple[str, ...]:
    """The organisations whose figures are pooled."""
    sizes = rows(warehouse, "organization_sizes")
    return _pooled((entry["organization"], int(entry["people"])) for entry in sizes)


def pooled_teams(store: Store) -> tuple[int, ...]:
    """The ids of the teams whose figures are pooled; those who have left are in no team."""
    active = sa.func.count(User.id)
    sizes = (
        sa.select(Team.id, active)
        .outerjoin(TeamMember, TeamMember.team_id == Team.id)
        .outerjoin(User, sa.and_(User.id == TeamMember.user_id, User.active))
        .group_by(Team.id)
        .order_by(active, Team.id)
    )
    with store.read() as session:
        return _pooled((team, people) for team, people in session.execute(sizes))


def _pooled(sizes: Iterable[tuple[Group, int]]) -> tuple[Group, ...]:
    """Which groups, of those with their numbers of people, are pooled; the smallest come first.

    All with fewer than five people, and, while these together have fewer than five, the next larger one: a pool of
    three people would say as much about them as their own line.
    """
    pooled: list[Group] = []
    people = 0
    for group, size in sizes:
        if size >= SMALLEST_GROUP and (not pooled or people >= SMALLEST_GROUP):
            break
        pooled.append(group)
        people += size
    return tuple(pooled)
