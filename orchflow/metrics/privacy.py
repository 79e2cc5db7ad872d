"""Whose figures one reader may see, and which names of organisations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from orchflow.costs.hourly_rates import may_see_rates
from orchflow.errors import Forbidden
from orchflow.metrics.filters import Filters
from orchflow.metrics.queries import rows
from orchflow.people.permissions import Actor, Permission
from orchflow.people.small_groups import ASK, SMALLEST_GROUP, WITHHELD
from orchflow.warehouse.database import Warehouse

SMALL_GROUPS = "SMALL_GROUPS"
"""The line in which that is told together which may not be told apart."""


@dataclass(frozen=True)
class Privacy:
    """Whether one reader may see figures of single people and of small groups, and what single people's hours cost.

    Who may not sees whole stretches of days (`stretches.py`) and of them the cells that are of enough people (`told.py`); what
    is one person's, as a call or a run, is not shown at all. Who may not see hourly `rates` is told hours at the mean rate of
    their month: what hours cost, beside how many they are, is a rate (ADR 28).
    """

    people: bool = False
    rates: bool = False

    def check(self, filters: Filters, dimension: str | None = None) -> None:
        """Forbidden when the filters or the dimension ask for single people's figures that may not be seen."""
        if not self.people and (filters.users or dimension == "user"):
            raise Forbidden(WITHHELD, ASK)


def privacy_of(actor: Actor) -> Privacy:
    """What `actor` may see of people and small groups."""
    return Privacy(people=actor.may(Permission.PERSON_FIGURES), rates=may_see_rates(actor))


def small_organizations(warehouse: Warehouse, privacy: Privacy) -> tuple[str, ...]:
    """The organisations whose names are kept from a reader: fewer than the smallest group are known in them."""
    if privacy.people:
        return ()
    sizes: list[dict[str, Any]] = rows(warehouse, "organization_sizes")
    return tuple(entry["organization"] for entry in sizes if entry["people"] < SMALLEST_GROUP)
