"""What a rule would have done is what it did: the past judged day by day is the same as evaluating day by day."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from orchflow.alerts.evaluate import evaluate_rules
from orchflow.alerts.log import alert_log
from orchflow.alerts.preview import preview
from orchflow.errors import Invalid
from orchflow.people.permissions import Actor
from orchflow.workspace import Workspace
from tests.alerts.conftest import AddRule
from tests.alerts.test_rules import store_address  # noqa: F401  of one engine
from tests.metrics.facts import SmallFacts, ago
from tests.planning.clockwork import Clock

DAYS = 24
COSTS = [3, 12, 4, 4, 15, 16, 1, 1, 9, 10, 2, 30, 2, 2, 2, 8, 11, 10, 9, 9, 4, 12, 3, 20]
RULES = {
    "a day": {"window": "today", "limit": 10},
    "a week": {"window": "7_days", "limit": 50},
    "a change": {"window": "7_days", "kind": "change", "limit": 5},
    "by provider": {"window": "today", "limit": 10, "dimension": "provider"},
}


@pytest.mark.parametrize("fields", RULES.values(), ids=RULES)
def test_it_tells_what_evaluating_every_evening_would_have(
    space: Workspace, facts: SmallFacts, ada: Actor, add_rule: AddRule, time: Clock, fields: dict[str, Any]
) -> None:
    facts.calls(*(facts.call(ago(DAYS - place), str(cost)) for place, cost in enumerate(COSTS)))
    told = preview(space, ada, {"name": "Cost", "figure": "cost", **fields}, now=time.now)
    rule = add_rule(**fields)
    for place in range(DAYS):
        time.now = evening(ago(DAYS - place))
        evaluate_rules(space)
    entries = alert_log(space.store, ada, rule.id, limit=None, moves=True)
    assert [each.day for each in told.firings] == [
        entry.at.date() for entry in reversed(entries) if entry.after == "fired"
    ]
    assert told.days == DAYS
    assert told.firings


def evening(day: Any) -> datetime:
    return datetime.combine(day, time(), UTC) + timedelta(days=1, microseconds=-1)


def test_it_says_so_in_words_and_why_nothing_is_known(
    space: Workspace, facts: SmallFacts, ada: Actor
) -> None:
    facts.calls(facts.call(ago(3), "12"), facts.call(ago(2), "1"), facts.call(ago(1), "15"))

    def said(**fields: Any) -> str:
        return preview(space, ada, {"name": "Cost", **fields}).said

    cost = {"figure": "cost", "window": "today"}
    assert (
        said(**cost, limit=10)
        == "It would have fired 2 times in the last 3 days: on 17 Nov 2026, 19 Nov 2026."
    )
    assert said(**cost, limit=100) == "It would not have fired in the last 3 days."
    assert (
        said(figure="seats", limit=3, side="below")
        == "Seats has no history of its own: it is known from now on."
    )
    assert said(figure="runs", limit=3) == "Nothing is known of the last 90 days yet."
    with pytest.raises(Invalid, match="limit"):
        said(**cost)
