"""Budgets: each of their thresholds is a scope of its own, raised once in a calendar month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from orchflow.alerts.rules import AlertRuleRow
from orchflow.alerts.states import sign_of
from orchflow.alerts.tables import Side
from orchflow.alerts.verdicts import Verdict, unknown
from orchflow.costs.tables import BudgetPeriod
from orchflow.metrics.budget_standings import BudgetStanding


def budget_verdicts(rule: AlertRuleRow, standings: Sequence[BudgetStanding]) -> list[Verdict]:
    """What a rule says of each threshold of its budget, or of every budget."""
    chosen = [each for each in standings if rule.budget in (None, each.budget.name)]
    if not chosen:
        return [
            unknown("", "", f"There is no budget {rule.budget}" if rule.budget else "There are no budgets")
        ]
    return [
        _verdict(rule, standing, Decimal(str(threshold)))
        for standing in chosen
        for threshold in standing.budget.thresholds
    ]


def _verdict(rule: AlertRuleRow, standing: BudgetStanding, threshold: Decimal) -> Verdict:
    budget = standing.budget
    scope, label = f"{budget.name} {threshold:f}", f"{budget.name}, {threshold:f} %"
    if standing.share is None:
        return unknown(scope, label, f"{budget.name}: {standing.missing}", threshold)
    spent = (Decimal(str(standing.share)) * 100).quantize(Decimal("1e-8"))
    sign = sign_of(spent, threshold, Side.ABOVE, rule.at_equal is not False, rule.margin)
    reached = "has reached" if sign == "beyond" else "has not reached"
    words = f"{standing.arithmetic.rstrip('.')}: it {reached} {threshold:f} %"
    return Verdict(scope, label, spent, threshold, words, sign, _period(budget.period, standing.start))


def _period(period: BudgetPeriod, start: date) -> str:
    """A month, in which it is raised once; days that roll on have no beginning of their own."""
    return f"{start:%Y-%m}" if period is BudgetPeriod.MONTH else ""
