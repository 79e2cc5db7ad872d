"""Entries of costs that no file tells."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from orchflow.costs.tables import CostEntry
from orchflow.errors import Problem
from orchflow.inputs.stretches import no_days
from orchflow.people.permissions import Permission
from orchflow.store.entity import Entity
from orchflow.store.rows import row_type
from orchflow.store.rules import Rules

if TYPE_CHECKING:
    CostEntryRow: TypeAlias = CostEntry
else:
    CostEntryRow = row_type("CostEntryRow", CostEntry, __name__)


class _EntryRules(Rules):
    """An entry is for at least one day."""

    def problems(self, row: Any, value: Callable[[str], Any], values: dict[str, Any]) -> list[Problem]:
        return [*super().problems(row, value, values), *no_days("starts", "ends", self.entity, value)]


COST_ENTRIES = Entity(
    CostEntry,
    CostEntryRow,
    "Costs that no file tells: licences, support, servers, training; due once, every month or every year.",
    view=Permission.INSIGHTS_VIEW,
    edit=Permission.COSTS_EDIT,
    order=(CostEntry.name, CostEntry.starts, CostEntry.id),
    span=("starts", "ends"),
    known_by=("name", "starts", "team_id", "project_id", "agent", "provider"),
    rules=_EntryRules,
)
