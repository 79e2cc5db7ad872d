"""Which rules watch a figure, and how each of them stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from orchflow.alerts.rules import ALERT_RULES
from orchflow.alerts.standings import AlertStanding, ShownState, list_alerts
from orchflow.people.permissions import Actor
from orchflow.store.engine import Store


@dataclass(frozen=True)
class FigureRule:
    """A rule over a figure: the alert of it that wants most attention, and in how many scopes it is judged."""

    rule_id: int
    name: str
    state: ShownState
    words: str
    owner: str
    scopes: int


def figure_rules(store: Store, actor: Actor, key: str) -> list[FigureRule]:
    """The rules over the figure `key` that the actor may see; those that fired first."""
    return rules_on(list_alerts(store, actor), key) if actor.may(ALERT_RULES.view) else []


def rules_on(standings: Iterable[AlertStanding], key: str) -> list[FigureRule]:
    """The same of alerts that were read, in their order."""
    by_rule: dict[int, list[AlertStanding]] = {}
    for each in standings:
        if each.rule.figure == key:
            by_rule.setdefault(each.rule.id, []).append(each)
    return [
        FigureRule(number, first.rule.name, first.state, first.words, first.owner, len(own))
        for number, own in by_rule.items()
        for first in own[:1]
    ]
