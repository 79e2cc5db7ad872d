"""How alerts stand, as one reader may see them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import sqlalchemy as sa

from orchflow import clock
from orchflow.alerts.rules import ALERT_RULES, AlertRuleRow
from orchflow.alerts.tables import Alert, AlertEntry, AlertState, Feedback
from orchflow.costs.hourly_rates import RATES_WITHHELD, may_see_rates
from orchflow.errors import NotFound
from orchflow.metrics.catalogue import METRICS
from orchflow.people.permissions import IN_WORDS, Actor, Permission
from orchflow.people.small_groups import WITHHELD
from orchflow.people.tables import User
from orchflow.store.engine import Store
from orchflow.store.entity import Entity
from orchflow.store.rows import row_type

if TYPE_CHECKING:
    AlertRow: TypeAlias = Alert
else:
    AlertRow = row_type("AlertRow", Alert, __name__)

ShownState: TypeAlias = Literal[
    "fired",
    "acknowledged",
    "back_to_normal",
    "armed",
    "no_data",
    "paused",
    "withheld",
    "not_evaluated",
    "ended",
]
SHOWN_STATES: tuple[ShownState, ...] = get_args(ShownState)
FLAPS, FLAP_DAYS = 3, 7
"""An alert flaps that fired so often in so many days."""
ALERTS = Entity(
    Alert,
    AlertRow,
    "How each rule of alerts stands, for each of its scopes.",
    view=Permission.PERSON_FIGURES,
    edit=Permission.ADMIN,
    order=(Alert.rule_id, Alert.scope),
)
NOT_YET = "It has not been evaluated yet"


@dataclass(frozen=True)
class AlertStanding:
    """A rule and one scope of it, and how it stands. `id` is None where it was never evaluated.

    `held` is the state that it goes on from when there is data again. `unit` is that of value and expected: that of the figure,
    `change` for a percentage, `rate` for how many times too fast. `mine` says that the reader owns it, `may_answer` that they
    may acknowledge it. What they may not see is None, with the reason in `words`.
    """

    id: int | None
    rule: AlertRuleRow
    scope: str
    label: str
    state: ShownState
    held: AlertState | None
    since: datetime | None
    fired_at: datetime | None
    value: Decimal | None
    expected: Decimal | None
    unit: str
    words: str
    evaluated_at: datetime | None
    owner: str
    mine: bool
    may_answer: bool
    answered_by: str
    reason: str
    feedback: Feedback | None
    flapping: bool

    @property
    def title(self) -> str:
        """The rule's name, and of what it stands here."""
        return f"{self.rule.name} · {self.label}" if self.label and self.rule.part is None else self.rule.name

    @property
    def raised(self) -> bool:
        """Whether it has fired and is not back to normal, also where there is no data meanwhile."""
        return (
            self.waits
            or self.state == "acknowledged"
            or (self.state == "no_data" and self.held is AlertState.ACKNOWLEDGED)
        )

    @property
    def waits(self) -> bool:
        """Whether it has fired and nobody has acknowledged it."""
        return self.state == "fired" or (self.state == "no_data" and self.held is AlertState.FIRED)

    def document(self) -> dict[str, object]:
        """What programs are told of it."""
        own = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "rule"}
        return {"id": own.pop("id"), "rule_id": self.rule.id, "title": self.title} | own


def list_alerts(
    store: Store, actor: Actor, *, state: str | None = None, rule_id: int | None = None, owner_id: int | None = None,
    ids: Collection[int] | None = None,
) -> list[AlertStanding]:  # fmt: skip
    """How every alert stands, those that fired first, then by rule and scope; a rule that was never evaluated is one, too."""
    rules = {row.id: row for row in ALERT_RULES.list(store, actor, owner_id=owner_id)}
    if rule_id is not None:
        rules = {number: row for number, row in rules.items() if number == rule_id}
    now = clock.now()
    with store.read() as session:
        names = {row.id: row.display_name for row in session.execute(sa.select(User.id, User.display_name))}
        alerts = list(
            session.scalars(
                sa.select(Alert).where(Alert.rule_id.in_(rules)).order_by(Alert.rule_id, Alert.scope)
            )
        )
        flapping = {
            (number, scope)
            for number, scope in session.execute(
                sa.select(AlertEntry.rule_id, AlertEntry.scope)
                .where(
                    AlertEntry.moved,
                    AlertEntry.after == AlertState.FIRED,
                    AlertEntry.before != AlertState.NO_DATA,
                )
                .where(AlertEntry.at > now - timedelta(days=FLAP_DAYS))
                .group_by(AlertEntry.rule_id, AlertEntry.scope)
                .having(sa.func.count() >= FLAPS)
            )
        }
    seen = {alert.rule_id for alert in alerts}
    standings = [
        _standing(actor, rules[alert.rule_id], alert, names, (alert.rule_id, alert.scope) in flapping)
        for alert in alerts
        if ids is None or alert.id in ids
    ]
    if ids is None:
        standings += [
            _standing(actor, rule, None, names, False) for rule in rules.values() if rule.id not in seen
        ]
    order = {name: place for place, name in enumerate(SHOWN_STATES)}
    standings.sort(key=lambda each: (order[each.state], each.rule.name.casefold(), each.rule.id, each.scope))
    return [each for each in standings if state in (None, each.state)]


def get_alert(store: Store, actor: Actor, alert_id: int) -> AlertStanding:
    """How one alert stands; NotFound when there is none of that number."""
    found = list_alerts(store, actor, ids=(alert_id,))
    if not found:
        raise NotFound(f"There is no alert {alert_id}", "Read the list again.")
    return found[0]


def withheld_from(actor: Actor, rule: AlertRuleRow, *, people: bool = False, rates: bool = False) -> str:
    """Why a reader is not told what a rule came to; empty where they are."""
    figure = METRICS.get(rule.figure or "")
    if people and not actor.may(Permission.PERSON_FIGURES):
        return WITHHELD
    if rates and not may_see_rates(actor):
        return RATES_WITHHELD
    if figure is not None and not actor.may(figure.permission):
        return f"You may not {IN_WORDS[figure.permission]}"
    return ""


def unit_of(rule: AlertRuleRow) -> str:
    """The unit of a rule's value and limit."""
    if rule.kind == "burn_rate":
        return "rate"
    if rule.kind == "budget":
        return "percent"
    if rule.kind == "change" and rule.change_in == "percent":
        return "change"
    figure = METRICS.get(rule.figure or "")
    return figure.unit if figure else "count"


def _standing(
    actor: Actor, rule: AlertRuleRow, alert: Alert | None, names: dict[int, str], flapping: bool
) -> AlertStanding:
    mine = rule.owner_id is not None and rule.owner_id == actor.user_id
    may = actor.may(Permission.PLAN_EDIT) or mine
    owner, unit = names.get(rule.owner_id or 0, ""), unit_of(rule)
    if alert is None:
        state: ShownState = "paused" if rule.paused else "not_evaluated"
        return AlertStanding(
            None, rule, "", "", state, None, None, None, None, rule.limit, unit, NOT_YET, None, owner, mine, False, "", "", None, False
        )  # fmt: skip
    hidden = withheld_from(actor, rule, people=alert.people, rates=alert.rates)
    value, words = alert.value, alert.words
    if hidden and alert.told_words and not withheld_from(actor, rule):
        hidden, value, words, may = "", alert.told_value, alert.told_words, False
    if hidden:
        return AlertStanding(
            alert.id, rule, alert.scope, alert.label, "withheld", None, None, None, None, None, unit, hidden, alert.evaluated_at,
            owner, mine, False, "", "", None, False,
        )  # fmt: skip
    shown: ShownState = "paused" if rule.paused else alert.state.value
    fired = AlertState.FIRED in (alert.state, alert.held)
    return AlertStanding(
        alert.id, rule, alert.scope, alert.label, shown, alert.held, alert.since, alert.fired_at, value, alert.expected, unit,
        words, alert.evaluated_at, owner, mine, may and fired and not rule.paused, names.get(alert.answered_by_id or 0, ""),
        alert.reason, alert.feedback, flapping,
    )  # fmt: skip
