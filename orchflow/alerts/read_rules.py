"""What rules come to: their figures are read together, and each is judged."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from orchflow.alerts.anomaly import anomaly_verdicts
from orchflow.alerts.budgets import budget_verdicts
from orchflow.alerts.burn import Burned, burn_verdicts, burned, newest_of
from orchflow.alerts.measures import Asked, Group, Measure, Measures, by_query
from orchflow.alerts.owners import Owner
from orchflow.alerts.rules import AlertRuleRow
from orchflow.alerts.tables import AlertKind
from orchflow.alerts.verdicts import Verdict, unknown, verdict
from orchflow.errors import OrchflowError, log_failure
from orchflow.metrics.budget_standings import BudgetStanding, budget_standings
from orchflow.metrics.filters import Filters
from orchflow.metrics.privacy import Privacy
from orchflow.workspace import Workspace

log = logging.getLogger(__name__)


def verdicts_of(ws: Workspace, asked: Sequence[Asked], now: datetime) -> dict[int, list[Verdict]]:
    """What each rule comes to, by its id and for each of its scopes; one that cannot be read says why."""
    measures = Measures(ws, now)
    figures = [each for each in asked if each[0].kind in (AlertKind.THRESHOLD, AlertKind.CHANGE)]
    queries, functions = by_query(figures)
    found: dict[int, list[Verdict]] = {}
    alike: dict[Privacy, list[Group]] = {}
    for group in measures.groups(queries):
        alike.setdefault(group.facts.privacy, []).append(group)
    for groups in alike.values():
        found |= _of_groups(ws, measures, groups)
    for rule, owner in functions:
        found[rule.id] = _tried(rule, partial(_of_function, ws, measures, rule, owner))
    burnt: dict[tuple[str, str | None], Burned] = {}
    standings: dict[Privacy, Sequence[BudgetStanding]] = {}
    for rule, owner in asked:
        if rule.kind is AlertKind.BURN_RATE:
            found[rule.id] = _tried(rule, partial(_burn, ws, measures, rule, burnt))
        elif rule.kind is AlertKind.ANOMALY:
            found[rule.id] = _tried(rule, partial(_of_anomaly, measures, rule, owner))
        elif rule.kind is AlertKind.BUDGET:
            found[rule.id] = _tried(rule, partial(_of_budget, ws, measures, rule, owner, standings))
    return found


def _of_function(ws: Workspace, measures: Measures, rule: AlertRuleRow, owner: Owner) -> list[Verdict]:
    return _judged(ws, rule, measures.of_function(rule, owner))


def _of_anomaly(measures: Measures, rule: AlertRuleRow, owner: Owner) -> list[Verdict]:
    [(_, verdicts)] = anomaly_verdicts(measures.facts(owner, Filters(measures.today, measures.today)), rule)
    return verdicts


def _of_budget(
    ws: Workspace,
    measures: Measures,
    rule: AlertRuleRow,
    owner: Owner,
    standings: dict[Privacy, Sequence[BudgetStanding]],
) -> list[Verdict]:
    """How the budgets stand is read once for all owners who may see the same."""
    if owner.privacy not in standings:
        standings[owner.privacy] = budget_standings(ws, owner.actor, measures.today, reach=measures.reach)
    return budget_verdicts(rule, standings[owner.privacy])


def _of_groups(ws: Workspace, measures: Measures, groups: Sequence[Group]) -> dict[int, list[Verdict]]:
    """Groups whose query fails are read each by itself, and then rule by rule, so that one does not take the others along."""
    try:
        read = measures.read(groups)
    except Exception:
        alone = _taken_apart(groups)
        if len(alone) > 1:
            return {key: each for part in alone for key, each in _of_groups(ws, measures, [part]).items()}
        [rule] = groups[0].rules
        return {rule.id: _tried(rule, lambda: _judged(ws, rule, measures.read(groups)[rule.id]))}
    return {rule.id: _judged(ws, rule, read[rule.id]) for group in groups for rule in group.rules}


def _taken_apart(groups: Sequence[Group]) -> list[Group]:
    if len(groups) > 1:
        return list(groups)
    return [Group(groups[0].facts, [rule]) for rule in groups[0].rules]


def _judged(ws: Workspace, rule: AlertRuleRow, measures: Sequence[Measure]) -> list[Verdict]:
    return [verdict(rule, each, ws.currency) for each in measures]


def _burn(
    ws: Workspace, measures: Measures, rule: AlertRuleRow, burnt: dict[tuple[str, str | None], Burned]
) -> list[Verdict]:
    figure = str(rule.figure)
    key = (figure, rule.dimension)
    if key not in burnt:
        burnt[key] = burned(ws, *key, measures.now)
    return burn_verdicts(rule, burnt[key], newest_of(figure, measures.reach), measures.now, ws.currency)


def _tried(rule: AlertRuleRow, read: Callable[[], list[Verdict]]) -> list[Verdict]:
    try:
        return read()
    except OrchflowError as error:
        return [unknown("", "", f"{error}. {error.hint}".strip())]
    except Exception as error:
        log_failure(log, f"The alert rule {rule.id} could not be evaluated", error)
        return [
            unknown(
                "", "", f"Its evaluation failed ({type(error).__name__}); the log of the server tells more"
            )
        ]
