"""What a rule would have done: the last 90 days, judged at the end of each, as it would have been then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, cast

from orchflow import clock
from orchflow.alerts.anomaly import anomaly_verdicts
from orchflow.alerts.known_parts import known_parts, meant
from orchflow.alerts.measures import Measure, Measures, first_known
from orchflow.alerts.owners import Owner, why_not
from orchflow.alerts.rules import ALERT_RULES, AlertRuleRow, of_plan, rule_of
from orchflow.alerts.states import Place, follow
from orchflow.alerts.tables import AlertKind, AlertState
from orchflow.alerts.verdicts import Verdict, verdict
from orchflow.errors import Forbidden, Invalid, Problem
from orchflow.format import day
from orchflow.metrics.catalogue import METRICS
from orchflow.metrics.coverage import coverage
from orchflow.metrics.facts import Facts
from orchflow.metrics.filters import Filters
from orchflow.metrics.metric import PLAN_DIMENSIONS
from orchflow.metrics.plan_parts import plan_lines
from orchflow.metrics.plan_scope import PlanScope
from orchflow.metrics.privacy import privacy_of
from orchflow.people.permissions import Actor
from orchflow.planning.days import midnight
from orchflow.store.written import Refused
from orchflow.workspace import Workspace

DAYS = 90
NAMED = 5


@dataclass(frozen=True)
class Firing:
    """A day at the end of which the rule would have fired, and for what."""

    day: date
    label: str
    words: str


@dataclass(frozen=True)
class Preview:
    """What a rule would have done on `days` days, from the first of which its figure is known; or why nothing is known of that."""

    days: int
    firings: tuple[Firing, ...]
    missing: str = ""

    @property
    def said(self) -> str:
        """The same in words."""
        if self.missing:
            return self.missing
        if not self.firings:
            return f"It would not have fired in the last {self.days} days."
        on = [day(each.day) + (f" ({each.label})" if each.label else "") for each in self.firings[-NAMED:]]
        more = f" and {len(self.firings) - NAMED} times before" if len(self.firings) > NAMED else ""
        times = "once" if len(self.firings) == 1 else f"{len(self.firings)} times"
        return f"It would have fired {times} in the last {self.days} days: on {', '.join(on)}{more}."


def preview(
    ws: Workspace, actor: Actor, values: Mapping[str, Any], *, now: datetime | None = None
) -> Preview:
    """What a rule with these fields would have done, as `actor` may see it; Invalid names what is wrong with them."""
    actor.require(ALERT_RULES.add)
    rule = _of_what_is_known(ws, actor, rule_of(values))
    if refused := why_not(rule, Owner(actor, active=True)):
        raise Forbidden(refused, "Choose another figure or narrowing.")
    at = now or clock.now()
    past = _past(ws, actor, rule, at)
    if isinstance(past, str):
        return Preview(0, (), past)
    places: dict[str, Place] = {}
    firings, days = [], 0
    for when, verdicts in past:
        days += 1
        for each in verdicts:
            before = places.get(each.scope, Place())
            place = places[each.scope] = follow(before, each.sign)
            if place.state is AlertState.FIRED and before.known is not AlertState.FIRED:
                firings.append(Firing(when, each.label, each.words))
    return Preview(days, tuple(firings), "" if days else "Nothing is known of the last 90 days yet.")


def _of_what_is_known(ws: Workspace, actor: Actor, rule: AlertRuleRow) -> AlertRuleRow:
    """The rule, narrowed to the value that is meant; Invalid where there is none like it."""
    if rule.part is None or rule.dimension is None or rule.figure is None:
        return rule
    plan = of_plan(rule.figure, rule.dimension)
    with ws.store.read() as session:
        known = known_parts(session, ws.warehouse, actor, rule.dimension, plan)
    try:
        known_rule: AlertRuleRow = replace(cast(Any, rule), part=meant(rule.part, rule.dimension, known))
        return known_rule
    except Refused as error:
        raise Invalid([Problem(None, "part", str(error))]) from None


def _past(
    ws: Workspace, actor: Actor, rule: AlertRuleRow, now: datetime
) -> Iterator[tuple[date, list[Verdict]]] | str:
    if rule.kind is AlertKind.BURN_RATE:
        return "A burn rate is judged minute by minute; its past is not computed."
    if rule.kind is AlertKind.BUDGET:
        return "A budget is raised once for each of its thresholds in a month; its past is not computed."
    own = METRICS[str(rule.figure)]
    if rule.kind is AlertKind.ANOMALY:
        today = now.astimezone(ws.zone).date()
        return anomaly_verdicts(
            Measures(ws, now).facts(Owner(actor, active=True), Filters(today, today)), rule, DAYS
        )
    if own.read is None:
        return _by_query(ws, actor, rule, now)
    if "day" not in own.grains or rule.kind is AlertKind.CHANGE:
        return f"{own.label} has no history of its own: it is known from now on."
    return _by_history(ws, actor, rule, now)


def _by_query(
    ws: Workspace, actor: Actor, rule: AlertRuleRow, now: datetime
) -> Iterator[tuple[date, list[Verdict]]]:
    reach, today = coverage(ws.warehouse, now), now.astimezone(ws.zone).date()
    first = first_known(reach, str(rule.figure))
    if first is None:
        return
    for back in range(DAYS, 0, -1):
        when = today - timedelta(days=back)
        if when < first:
            continue
        measures = Measures(
            ws, midnight(when + timedelta(days=1), ws.zone) - timedelta(microseconds=1), reach
        )
        [group] = measures.groups([(rule, Owner(actor, active=True))])
        yield when, _judged(ws, rule, measures.read([group])[rule.id])


def _by_history(
    ws: Workspace, actor: Actor, rule: AlertRuleRow, now: datetime
) -> Iterator[tuple[date, list[Verdict]]]:
    """A figure of the plan, as the history stood at the end of each day."""
    today, own = now.astimezone(ws.zone).date(), METRICS[str(rule.figure)]
    plan = PlanScope()
    if rule.dimension in PLAN_DIMENSIONS and rule.part is not None:
        plan = PlanScope.of({rule.dimension: int(rule.part)})
    days = Filters(today - timedelta(days=DAYS), today - timedelta(days=1))
    facts = Facts(ws, actor, days, privacy=privacy_of(actor), now=now, plan=plan)
    for line in plan_lines(facts, [own.key], grain="day"):
        measure = Measure("", "", own.unit, day(line["bucket"]), line[own.key], own.missing)
        yield line["bucket"], _judged(ws, rule, [measure])


def _judged(ws: Workspace, rule: AlertRuleRow, measures: list[Measure]) -> list[Verdict]:
    return [verdict(rule, each, ws.currency) for each in measures]
