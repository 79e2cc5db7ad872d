"""A day out of the ordinary of its weekday, of any figure that is counted by day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from orchflow.alerts.evaluate import evaluate_rules
from orchflow.alerts.preview import preview
from orchflow.alerts.standings import list_alerts
from orchflow.errors import Invalid
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.planning.calendar import add_day_off
from orchflow.workspace import Workspace
from tests.alerts.conftest import AddRule
from tests.alerts.test_rules import store_address  # noqa: F401  of one engine
from tests.metrics.facts import SmallFacts, ago
from tests.planning.clockwork import Clock

FIELDS = {"kind": "anomaly", "figure": "cost", "limit": 5, "window": "own"}


def load(facts: SmallFacts, **days: str) -> None:
    """Sixty days of 20 and 21 by turns, today among them, and other costs on the days so many before (`d3="80"`)."""
    costs = {back: str(20 + back % 2) for back in range(61)} | {
        int(name[1:]): cost for name, cost in days.items()
    }
    facts.calls(*(facts.call(ago(back), cost) for back, cost in costs.items()))


@pytest.mark.parametrize(
    ("yesterday", "more", "state"),
    [
        ("80", {}, "fired"),
        ("25", {}, "armed"),
        ("1", {}, "armed"),
        ("1", {"side": "below"}, "fired"),
        ("80", {"limit": 70}, "armed"),
    ],
)
def test_the_last_whole_day_is_judged(
    space: Workspace, facts: SmallFacts, add_rule: AddRule, yesterday: str, more: dict[str, Any], state: str
) -> None:
    load(facts, d1=yesterday)
    add_rule(**(FIELDS | more))
    evaluate_rules(space)
    [told] = list_alerts(space.store, SYSTEM)
    assert told.state == state, told.words


def test_it_says_what_would_have_been_ordinary(
    space: Workspace, facts: SmallFacts, add_rule: AddRule
) -> None:
    load(facts, d1="80")
    add_rule(**FIELDS, dimension="provider")
    evaluate_rules(space)
    [told] = list_alerts(space.store, SYSTEM)
    assert told.words == (
        "Model cost of anthropic, 19 Nov 2026: $80.00, above the ordinary of its weekday, which is $20.50, up to $25.62"
    )


def test_a_fall_on_a_day_off_is_as_on_a_sunday(
    space: Workspace, facts: SmallFacts, ada: Actor, add_rule: AddRule
) -> None:
    """19 November is a Thursday; Sundays cost 1."""
    load(facts, d1="1", **{f"d{back}": "1" for back in range(61) if ago(back).weekday() == 6})
    add_rule(**FIELDS, side="below")
    evaluate_rules(space)
    assert [each.state for each in list_alerts(space.store, SYSTEM)] == ["fired"]
    add_day_off(space.store, ada, ago(1), "Company day")
    evaluate_rules(space)
    [told] = list_alerts(space.store, SYSTEM)
    assert told.state == "back_to_normal"
    assert told.words.startswith(
        "Model cost, 19 Nov 2026: $1.00, inside the ordinary of a day off, which is $1.00"
    )


def test_before_four_weeks_nothing_is_said(space: Workspace, facts: SmallFacts, add_rule: AddRule) -> None:
    facts.calls(*(facts.call(ago(back), "20") for back in range(20)))
    add_rule(**FIELDS)
    evaluate_rules(space)
    [told] = list_alerts(space.store, SYSTEM)
    assert (told.state, told.words) == (
        "no_data",
        "Model cost, 19 Nov 2026: fewer than 28 days are known before it",
    )


def test_the_preview_names_the_days(space: Workspace, facts: SmallFacts, ada: Actor, time: Clock) -> None:
    load(facts, d3="80", d9="70")
    told = preview(space, ada, {"name": "Odd", **FIELDS}, now=time.now)
    assert [each.day for each in told.firings] == [ago(9), ago(3)]
    assert told.days == 60
    assert time.now.date() - timedelta(days=3) == ago(3)


def test_what_is_not_counted_by_day_has_no_anomaly(add_rule: AddRule) -> None:
    with pytest.raises(Invalid, match="not counted by day"):
        add_rule(**(FIELDS | {"figure": "seats"}))
