"""Burn rates over a long and a short window, and the thresholds of budgets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal as D
from types import SimpleNamespace
from typing import Any

import pytest

from orchflow.alerts.answers import acknowledge
from orchflow.alerts.budgets import budget_verdicts
from orchflow.alerts.evaluate import evaluate_rules
from orchflow.alerts.standings import list_alerts
from orchflow.alerts.tables import AlertKind
from orchflow.costs.budgets import BUDGETS
from orchflow.costs.tables import BudgetPeriod
from orchflow.people.permissions import SYSTEM
from orchflow.workspace import Workspace
from tests.alerts.conftest import AddRule
from tests.alerts.test_rules import store_address  # noqa: F401  of one engine
from tests.metrics.facts import NOW, TODAY, SmallFacts
from tests.planning.clockwork import Clock


def runs(facts: SmallFacts, failed: int, completed: int, minutes: int) -> None:
    """Runs that ended so many minutes ago."""
    made = [facts.run("claims", TODAY, "failed") for _ in range(failed)]
    made += [facts.run("claims", TODAY) for _ in range(completed)]
    at = NOW - timedelta(minutes=minutes)
    facts.runs(*([{**event, "occurred_at": at} for event in each] for each in made))


def states(space: Workspace) -> dict[str, str]:
    return {each.scope: each.state for each in list_alerts(space.store, SYSTEM)}


BURN = {"kind": "burn_rate", "figure": "error_rate", "limit": "0.1", "window": "own"}


def test_an_outage_fires_the_short_windows_first(
    space: Workspace, facts: SmallFacts, add_rule: AddRule
) -> None:
    add_rule(**BURN)
    runs(facts, 0, 990, 200)
    runs(facts, 10, 0, 2)
    evaluate_rules(space)
    assert states(space) == {"1h": "fired", "6h": "fired", "3d": "fired"}
    hour = next(each for each in list_alerts(space.store, SYSTEM) if each.scope == "1h")
    assert hour.words == (
        "Error rate, 1 hour: 10 of 10 runs failed: 1,000.0 times as fast as 0.1 % lasts, 1,000.0 times in the last 5 minutes; "
        "the slower is above the limit of 14.4"
    )


def test_what_is_over_does_not_fire(space: Workspace, facts: SmallFacts, add_rule: AddRule) -> None:
    """The long window still sees it, the short one no more."""
    add_rule(**BURN, windows=["1h"])
    runs(facts, 20, 0, 40)
    runs(facts, 0, 20, 2)
    evaluate_rules(space)
    assert states(space) == {"1h": "armed"}


def test_under_the_least_volume_nothing_fires(space: Workspace, facts: SmallFacts, add_rule: AddRule) -> None:
    add_rule(**BURN, windows=["1h"], least_volume=10)
    runs(facts, 9, 0, 2)
    evaluate_rules(space)
    [told] = list_alerts(space.store, SYSTEM)
    assert told.state == "armed"
    assert told.words == "Error rate, 1 hour: 9 runs, fewer than the 10 from which it is judged"


@pytest.mark.parametrize(("failed", "fires"), [(144, True), (143, False)])
def test_the_rate_at_equal_fires(
    space: Workspace, facts: SmallFacts, add_rule: AddRule, failed: int, fires: bool
) -> None:
    """1.44 % of failures are 14.4 times what 0.1 % allows, to the digit."""
    add_rule(**BURN, windows=["1h"])
    runs(facts, failed, 10_000 - failed, 2)
    evaluate_rules(space)
    assert states(space) == {"1h": "fired" if fires else "armed"}


def test_without_new_runs_a_burn_rate_is_unknown(
    space: Workspace, facts: SmallFacts, add_rule: AddRule, time: Clock
) -> None:
    add_rule(**BURN, windows=["1h"])
    runs(facts, 50, 0, 2)
    evaluate_rules(space)
    time.now += timedelta(hours=2)
    evaluate_rules(space)
    [told] = list_alerts(space.store, SYSTEM)
    assert (told.state, told.held) == ("no_data", "fired")


def test_cost_burns_the_money_of_thirty_days(space: Workspace, facts: SmallFacts, add_rule: AddRule) -> None:
    """$720 in 30 days is $1 an hour: $14.40 within minutes is 14.4 times as fast, in the hour."""
    add_rule(
        kind="burn_rate",
        figure="cost",
        limit=720,
        window="own",
        windows=["1h"],
        least_volume=1,
        dimension="provider",
    )
    facts.calls(facts.call(TODAY, "14.40") | {"occurred_at": NOW - timedelta(minutes=1)})
    evaluate_rules(space)
    assert states(space) == {"anthropic 1h": "fired"}


@dataclass(frozen=True)
class Standing:
    share: float | None
    missing: str = ""
    start: date = date(2026, 11, 1)
    arithmetic: str = "Models: $80 of $100."
    budget: Any = field(
        default_factory=lambda: SimpleNamespace(
            name="Models", thresholds=[50, 80, 100], period=BudgetPeriod.MONTH
        )
    )


def standings(share: float | None, missing: str = "") -> Any:
    return [Standing(share, missing)]


def rule(**fields: Any) -> Any:
    return SimpleNamespace(
        **({"kind": AlertKind.BUDGET, "budget": None, "margin": D(5), "at_equal": None} | fields)
    )


def test_each_threshold_of_a_budget_is_a_scope_and_counts_at_equal() -> None:
    found = budget_verdicts(rule(), standings(0.8))
    assert [(each.scope, each.sign, each.period) for each in found] == [
        ("Models 50", "beyond", "2026-11"), ("Models 80", "beyond", "2026-11"), ("Models 100", "clear", "2026-11"),
    ]  # fmt: skip
    assert found[1].words == "Models: $80 of $100: it has reached 80 %"


def test_a_budget_that_cannot_be_told_and_one_that_is_not_there_are_unknown() -> None:
    assert [each.sign for each in budget_verdicts(rule(), standings(None, "No rate"))] == ["unknown"] * 3
    [none] = budget_verdicts(rule(budget="Other"), standings(0.8))
    assert (none.sign, none.words) == ("unknown", "There is no budget Other")


def test_the_thresholds_of_a_budget_fire_once_in_a_month(
    space: Workspace, facts: SmallFacts, add_rule: AddRule, time: Clock
) -> None:
    time.now, october = NOW - timedelta(days=31), TODAY - timedelta(days=31)
    BUDGETS.create(space.store, SYSTEM, name="All", amount=100, currency="USD", valid_from=date(2026, 1, 1))
    add_rule(kind="budget", figure=None, limit=None, window="own")
    facts.calls(facts.call(october, "80"))
    evaluate_rules(space)
    assert states(space) == {"All 50": "fired", "All 80": "fired", "All 100": "armed"}
    facts.calls(facts.call(october, "-40"))  # a credit, and then spent again
    for _ in range(2):
        evaluate_rules(space)
    assert states(space) == {"All 50": "armed", "All 80": "armed", "All 100": "armed"}
    facts.calls(facts.call(october, "45"))
    evaluate_rules(space)
    assert states(space) == {"All 50": "armed", "All 80": "armed", "All 100": "armed"}
    time.now = NOW - timedelta(days=18)
    facts.calls(facts.call(date(2026, 11, 2), "60"))
    evaluate_rules(space)
    assert states(space) == {"All 50": "fired", "All 80": "armed", "All 100": "armed"}


def test_what_burns_no_more_is_clear_under_the_least_volume_as_well(
    space: Workspace, facts: SmallFacts, add_rule: AddRule, time: Clock
) -> None:
    add_rule(**BURN, windows=["1h"], least_volume=10)
    runs(facts, 10, 0, 2)
    evaluate_rules(space)
    assert states(space) == {"1h": "fired"}
    runs(facts, 0, 3, -119)
    time.now = NOW + timedelta(hours=2)
    evaluate_rules(space)
    assert states(space) == {"1h": "back_to_normal"}


def test_a_threshold_fires_in_a_new_month_though_nothing_was_read_since_the_last(
    space: Workspace, facts: SmallFacts, add_rule: AddRule, time: Clock
) -> None:
    time.now = NOW - timedelta(days=31)
    BUDGETS.create(
        space.store,
        SYSTEM,
        name="All",
        amount=100,
        currency="USD",
        thresholds=[50],
        valid_from=date(2026, 1, 1),
    )
    add_rule(kind="budget", figure=None, limit=None, window="own")
    facts.calls(facts.call(TODAY - timedelta(days=31), "60"))
    evaluate_rules(space)
    [october] = list_alerts(space.store, SYSTEM)
    acknowledge(space.store, SYSTEM, october.id or 0, "As planned")
    evaluate_rules(space)
    assert states(space) == {"All 50": "acknowledged"}
    time.now = NOW
    facts.calls(facts.call(TODAY, "70"))
    assert [move.after for move in evaluate_rules(space)] == ["fired"]
    assert evaluate_rules(space) == []
    [november] = list_alerts(space.store, SYSTEM)
    assert (november.state, november.fired_at, november.reason) == ("fired", NOW, "")
