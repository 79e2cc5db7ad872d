"""The budget that what a reader has chosen is held against."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from orchflow import format as fmt
from orchflow.costs.budgets import SCOPES
from orchflow.costs.tables import BudgetPeriod, BudgetScope
from orchflow.metrics.filters import FILTERED, Filters
from orchflow.people.permissions import Actor
from orchflow.workspace import Workspace

if TYPE_CHECKING:
    from orchflow.metrics.budget_standings import BudgetStanding
    from orchflow.metrics.facts import Facts

NO_BUDGET = "No budget of a month is kept: add one on Costs"


def budget_of(
    ws: Workspace, actor: Actor, filters: Filters, today: date, period: BudgetPeriod | None = BudgetPeriod.MONTH
) -> BudgetStanding | None:  # fmt: skip
    """The budget in force of exactly what the filters choose: of the workspace, or of one agent, team, project or provider; of that
    `period`, where one is named. None where there is none, or no rate of exchange for it."""
    from orchflow.metrics.budget_standings import (
        budget_standings,  # which reads figures, of which this is a part
    )

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


def month_budget(facts: Facts) -> BudgetStanding | None:
    """The budget of the month in which all of the days lie, as it holds on the last of them; None where they are not of one month
    from its first day on."""
    start, end = facts.filters.start, facts.filters.end
    if start.day != 1 or (start.year, start.month) != (end.year, end.month):
        return None
    return budget_of(facts.ws, facts.actor, facts.filters, min(end, facts.today))


def against_budget(facts: Facts) -> str:
    """What this month comes to by its end against its budget, in words; without a budget what to do."""
    running = facts.filters.start == facts.today.replace(day=1) and facts.filters.end <= facts.today
    if not running:
        return ""
    budget = facts.month_budget
    if budget is None:
        return "" if facts.filters.narrowed else NO_BUDGET
    likely, allowed = facts.spending.month_end.likely, budget.allowed
    if likely is None or not allowed:
        return ""
    return f"likely {fmt.money(likely, facts.ws.currency)}, {fmt.percent(likely / allowed)} of the budget, at its end"
