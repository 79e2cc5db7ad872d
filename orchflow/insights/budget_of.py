"""The budget that what a reader has chosen is held against."""

from __future__ import annotations

from datetime import date

from orchflow.costs.budgets import SCOPES
from orchflow.costs.tables import BudgetPeriod, BudgetScope
from orchflow.metrics.budget_standings import BudgetStanding, budget_standings
from orchflow.metrics.filters import FILTERED, Filters
from orchflow.people.permissions import Actor
from orchflow.workspace import Workspace


def budget_of(
    ws: Workspace, actor: Actor, filters: Filters, today: date, period: BudgetPeriod | None = BudgetPeriod.MONTH
) -> BudgetStanding | None:  # fmt: skip
    """The budget in force of exactly what the filters choose: of the workspace, or of one agent, team, project or provider; of that
    `period`, where one is named. None where there is none, or no rate of exchange for it."""
    chosen = {name: getattr(filters, FILTERED[name]) for name in filters.narrowed}
    if not chosen:
        scope, value = BudgetScope.WORKSPACE, None
    else:
        name, values = next(iter(chosen.items()))
        if len(chosen) > 1 or len(values) > 1 or name not in {each.value for each in SCOPES}:
            return None
        scope, value = BudgetScope(name), values[0]
    for standing in budget_standings(ws, actor, today):
        budget = standing.budget
        of = None if budget.scope not in SCOPES else str(getattr(budget, SCOPES[budget.scope]))
        if (
            (budget.scope, of) == (scope, value)
            and standing.allowed is not None
            and period in (None, budget.period)
        ):
            return standing
    return None
