"""Budgets and their versions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from orchflow.costs.tables import Budget, BudgetScope
from orchflow.errors import Problem
from orchflow.inputs.stretches import StretchRules, exactly
from orchflow.people.permissions import Permission
from orchflow.store.entity import Entity, Filter
from orchflow.store.rows import row_type

if TYPE_CHECKING:
    BudgetRow: TypeAlias = Budget
else:
    BudgetRow = row_type("BudgetRow", Budget, __name__)

SCOPES = {
    BudgetScope.TEAM: "team_id",
    BudgetScope.AGENT: "agent",
    BudgetScope.PROJECT: "project_id",
    BudgetScope.PROVIDER: "provider",
}


class _BudgetRules(StretchRules):
    """A budget says whose it is, and is more than nothing."""

    subject = ("name",)
    whose = "name"

    def told_wrong(self, value: Callable[[str], Any]) -> list[Problem]:
        problems = exactly(value("scope"), SCOPES, self.entity, value)
        if value("amount") == 0:
            problems.append(
                Problem(None, "amount", "is 0, of which nothing can be a share: end the budget (Valid to) instead")
            )  # fmt: skip
        return problems


BUDGETS = Entity(
    Budget,
    BudgetRow,
    "What may be spent in a month or in any thirty days: by the workspace, a team, an agent, a project or with a provider.",
    view=Permission.INSIGHTS_VIEW,
    edit=Permission.COSTS_EDIT,
    order=(Budget.name, Budget.valid_from, Budget.id),
    span=("valid_from", "valid_to"),
    lock="budgets",
    locked=frozenset({"name", "valid_from", "valid_to"}),
    filters={"name": Filter(str, lambda name: Budget.name == name, "The versions of this one.")},
    known_by=("name", "valid_from"),
    rules=_BudgetRules,
)
