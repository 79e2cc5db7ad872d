"""What fired is told once for each cause."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from orchflow.alerts.answers import acknowledge
from orchflow.alerts.evaluate import evaluate_rules
from orchflow.alerts.folds import Fold, list_folds
from orchflow.alerts.standings import list_alerts
from orchflow.costs.budgets import BUDGETS
from orchflow.errors import Invalid
from orchflow.guidance.what_next import what_next
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.workspace import Workspace
from tests.alerts.conftest import AddRule
from tests.alerts.test_rules import store_address  # noqa: F401  of one engine
from tests.metrics.facts import NOW, TODAY, SmallFacts, ago
from tests.planning.clockwork import Clock


def told(space: Workspace, actor: Actor = SYSTEM) -> list[list[str]]:
    """The scope of each alert of each fold."""
    return [[each.scope for each in fold.alerts] for fold in list_folds(space, actor)]


def leap(facts: SmallFacts, provider: str = "anthropic", **models: int) -> None:
    """A week in which every model cost 7, and one in which each cost that and so much more today; all of one provider."""
    days = [(ago(back), 1, model) for back in range(14) for model in models]
    today = [(TODAY, more, model) for model, more in models.items() if more]
    facts.calls(
        *(facts.call(day, str(cost), model=model, provider=provider) for day, cost, model in days + today)
    )


def test_thresholds_of_a_budget_are_one_with_the_highest_first(
    space: Workspace, facts: SmallFacts, ada: Actor, add_rule: AddRule, time: Clock
) -> None:
    BUDGETS.create(space.store, SYSTEM, name="All", amount=100, currency="USD", valid_from=date(2026, 1, 1))
    add_rule(kind="budget", figure=None, limit=None, window="own")
    facts.calls(facts.call(TODAY, "60"))
    evaluate_rules(space)
    time.now = NOW + timedelta(days=1)
    facts.calls(facts.call(TODAY + timedelta(days=1), "30"))
    evaluate_rules(space)
    [fold] = list_folds(space, ada)
    assert [(each.scope, each.fired_at) for each in fold.alerts] == [("All 80", time.now), ("All 50", NOW)]
    [first, *_] = what_next(space, ada)
    assert (first.title, first.reason) == (
        "Answer the alert: Cost · All, 80 %",
        f"With 1 more alert of the same cause: {fold.head.words}",
    )


@pytest.mark.parametrize("chosen", ["one", "all"])
def test_one_or_all_of_a_cause_are_answered(
    space: Workspace, facts: SmallFacts, ada: Actor, add_rule: AddRule, chosen: str
) -> None:
    add_rule()
    add_rule(dimension="provider", name="Of a provider")
    leap(facts, opus=20)
    evaluate_rules(space)
    [fold] = list_folds(space, ada)
    numbers = [each.id or 0 for each in fold.to_answer]
    assert len(numbers) == 2
    acknowledge(space.store, ada, numbers[0] if chosen == "one" else numbers, "A load test")
    [fold] = list_folds(space, ada)
    assert [each.waits for each in fold.alerts] == ([True, False] if chosen == "one" else [False, False])
    assert fold.waits == (chosen == "one")
    with pytest.raises(Invalid, match="nothing to acknowledge"):
        acknowledge(space.store, ada, numbers, "All again")
    assert [each.reason for each in list_alerts(space.store, ada) if each.waits] == [""] * (chosen == "one")


def rules_of_every_scope(add_rule: AddRule) -> None:
    for number, dimension in enumerate((None, "provider", "model")):
        add_rule(name=f"Cost {number}", dimension=dimension)


def test_a_leap_is_told_once_under_what_it_came_of(
    space: Workspace, facts: SmallFacts, add_rule: AddRule
) -> None:
    rules_of_every_scope(add_rule)
    leap(facts, opus=40, haiku=0)
    evaluate_rules(space)
    assert told(space) == [["opus", "", "anthropic"]]


def test_two_causes_of_a_day_stay_two(space: Workspace, facts: SmallFacts, add_rule: AddRule) -> None:
    """Most of all came of the larger one."""
    rules_of_every_scope(add_rule)
    leap(facts, opus=40, haiku=20)
    evaluate_rules(space)
    assert sorted(told(space)) == [["haiku"], ["opus", "", "anthropic"]]


def test_what_a_cause_came_of_is_followed_to_its_root(
    space: Workspace, facts: SmallFacts, add_rule: AddRule
) -> None:
    """Most of all is of one provider, and most of that of opus, which alone is not most of all."""
    rules_of_every_scope(add_rule)
    leap(facts, opus=40, sonnet=30)
    leap(facts, provider="openai", gpt=45)
    evaluate_rules(space)
    assert sorted(map(sorted, told(space))) == [["", "anthropic", "opus"], ["gpt", "openai"], ["sonnet"]]


def test_of_three_alike_none_is_what_all_came_of(
    space: Workspace, facts: SmallFacts, add_rule: AddRule
) -> None:
    rules_of_every_scope(add_rule)
    leap(facts, opus=20, sonnet=20, haiku=20)
    evaluate_rules(space)
    assert sorted(map(sorted, told(space))) == [["", "anthropic"], ["haiku"], ["opus"], ["sonnet"]]


def test_other_days_and_directions_are_other_causes(
    space: Workspace, facts: SmallFacts, add_rule: AddRule, time: Clock
) -> None:
    add_rule()
    add_rule(name="Little", side="below", limit=100)
    leap(facts, opus=20)
    evaluate_rules(space)
    assert len(told(space)) == 2
    time.now = NOW + timedelta(days=1)
    facts.calls(facts.call(TODAY + timedelta(days=1), "30"))
    add_rule(name="Next day", dimension="provider")
    evaluate_rules(space)
    folds: list[Fold] = list_folds(space, SYSTEM)
    assert [len(fold.alerts) for fold in folds] == [1, 1, 1]
