"""Which rules follow which news: rows of the plan store by their kind, and topics of facts."""

from __future__ import annotations

from collections.abc import Collection

from orchflow.alerts.evaluate import Moved, evaluate_rules
from orchflow.alerts.rules import ALERT_RULES, AlertRuleRow
from orchflow.alerts.tables import AlertKind, AlertRule, Cause
from orchflow.metrics.catalogue import METRICS
from orchflow.metrics.compiler import bases
from orchflow.metrics.inputs import COSTS, INPUTS
from orchflow.metrics.metric import MADE_OF, Base
from orchflow.people.permissions import SYSTEM, Permission
from orchflow.people.tables import User
from orchflow.planning.tables import MODELS
from orchflow.store.events import Event
from orchflow.workspace import Workspace

RULES = AlertRule.__tablename__
OWNERS = User.__tablename__
FACTS = frozenset(
    {"usage", "runs", "agents", "platform", "people", "ingest", "rates", "prices", "costs", "expenses"}
)
TOPIC_OF: dict[Base, str] = {
    "usage_lines": "usage", "expense_lines": "expenses", "run_lines": "runs", "run_records": "runs",
}  # fmt: skip
PRICED = frozenset({"rates", "prices"})
OF_BUSINESS = frozenset({"business_measure"})
WRITTEN = frozenset(INPUTS) - frozenset(COSTS)
"""What people write down beside costs; what they write down about these moves topics of facts."""
_WHO = frozenset({"agents", "platform", "people"})
ENTITIES = frozenset(
    {
        RULES,
        OWNERS,
        *MODELS,
        "check_result",
        "budget",
        "cost_entry",
        "hourly_rate",
        "exchange_rate",
        *OF_BUSINESS,
        *WRITTEN,
    }
)


def evaluate_after(ws: Workspace, events: Collection[Event], *, anew: bool) -> list[Moved]:
    """Evaluate the rules whose figure may have changed by what was committed; a rule that was changed, and all when told anew."""
    if anew:
        return evaluate_rules(ws, cause=Cause.EVENT, about="what was missed")
    changed = {number for event in events if event.entity == RULES for number in event.ids}
    people = {number for event in events if event.entity == OWNERS for number in event.ids}
    news = {event.entity or event.topic for event in events} - {RULES}
    concerned = [
        rule.id
        for rule in ALERT_RULES.list(ws.store, SYSTEM, paused=False)
        if rule.id in changed or rule.owner_id in people or follows(rule) & news
    ]
    about = ", ".join(sorted(name.replace("_", " ") for name in news or {RULES}))
    return evaluate_rules(ws, concerned, cause=Cause.EVENT, about=about) if concerned else []


def follows(rule: AlertRuleRow) -> frozenset[str]:
    """The kinds of rows and topics of facts from which a rule reads."""
    if rule.kind is AlertKind.BUDGET:
        return FACTS | {"budget", "cost_entry", "hourly_rate", "task"}
    figure = METRICS.get(rule.figure or "")
    if figure is None:
        return frozenset()
    if figure.read is None:
        own = {TOPIC_OF[base] for each in bases(figure.key) for base in MADE_OF.get(each, (each,))}
        if figure.unit == "money":
            own |= PRICED
        if "benefit_lines" in bases(figure.key):
            own |= WRITTEN
        return frozenset(own | _WHO) if rule.dimension or "runs" in own else frozenset(own)
    if figure.written:
        return WRITTEN
    return (
        frozenset(MODELS) | {"check_result"}
        if figure.permission is Permission.PLAN_VIEW
        else FACTS | OF_BUSINESS | WRITTEN
    )
