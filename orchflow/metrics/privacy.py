"""Small groups: figures of fewer than five people are shown only to those who may see people's figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from orchflow.errors import Forbidden
from orchflow.metrics.filters import Filters
from orchflow.metrics.queries import rows
from orchflow.people.permissions import Actor, Permission
from orchflow.warehouse.database import Warehouse

SMALLEST_GROUP = 5
SMALL_GROUPS = "SMALL_GROUPS"
"""The one line in which the figures of small organisations are pooled."""


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
                "Ask an administrator for a role that may see people's figures.",
            )


def privacy_of(warehouse: Warehouse, actor: Actor) -> Privacy:
    """What `actor` may see of people and small groups."""
    if actor.may(Permission.PERSON_FIGURES):
        return Privacy(people=True)
    return Privacy(people=False, pooled=pooled_organizations(warehouse))


def pooled_organizations(warehouse: Warehouse) -> tuple[str, ...]:
    """The organisations whose figures are pooled.

    All with fewer than five people, and, while these together have fewer than five, the next larger one: a pool of
    three people would say as much about them as their own line.
    """
    sizes = [(entry["organization"], int(entry["people"])) for entry in rows(warehouse, "organization_sizes")]
    pooled: list[str] = []
    people = 0
    for organization, size in sizes:
        if size >= SMALLEST_GROUP and (not pooled or people >= SMALLEST_GROUP):
            break
        pooled.append(organization)
        people += size
    return tuple(pooled)
