"""How the budgets stand, as rules read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from orchflow.alerts.budgets import BudgetStanding
from orchflow.costs.budget_standings import budget_standings
from orchflow.people.permissions import Actor
from orchflow.workspace import Workspace


def standing_budgets(ws: Workspace, actor: Actor, today: date) -> Sequence[BudgetStanding]:
    """How every budget stands that is in force on `today`."""
    return budget_standings(ws, actor, today)
