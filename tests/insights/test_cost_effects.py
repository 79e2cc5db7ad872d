"""Why the cost of models moved, read from calls and runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from orchflow.errors import Forbidden
from orchflow.insights.cost_effects import CostEffects, cost_effects
from orchflow.metrics.filters import Filters
from orchflow.metrics.privacy import SMALL_GROUPS
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.workspace import Workspace
from tests.metrics.cost_facts import expense, hours, load_expenses
from tests.metrics.facts import TODAY, SmallFacts, ago, asked

WEEK = Filters(ago(7), ago(1))


def explained(
    ws: Workspace, dimension: str = "model", actor: Actor = SYSTEM, **narrowing: tuple[str, ...]
) -> CostEffects:
    return cost_effects(asked(ws, replace(WEEK, **narrowing), actor), dimension)  # type: ignore[arg-type]


@pytest.fixture
def two_weeks(facts: SmallFacts) -> SmallFacts:
    """Before 10 calls of A at 2 and none of B; now 12 of A at 3 and 4 of B at 5; and, since before both, something."""
    facts.agents(claims="active")
    facts.calls(facts.call(ago(40), "1"))
    facts.calls(*(facts.call(ago(10), "2", model="A") for _ in range(10)))
    facts.calls(*(facts.call(ago(3), "3", model="A") for _ in range(12)))
    facts.calls(*(facts.call(ago(3), "5", model="B") for _ in range(4)))
    return facts


def test_the_change_is_taken_apart_by_calls(ws: Workspace, two_weeks: SmallFacts) -> None:
    """20 → 56. Volume 6 × 2 = 12; mix: B at its own 4 × (5 − 2) = 12; price 12 × (3 − 2) = 12, all of it rate."""
    told = explained(ws)
    assert told.explained is not None
    effects = told.explained.effects
    assert (effects.volume, effects.mix, effects.tokens, effects.rate) == (12, 12, 0, 12)
    assert (told.unit, told.count_before, told.count) == ("call", 10, 16)
    assert {told.names[key.key]: key.state for key in told.explained.keys} == {"A": "", "B": "new"}


def test_volume_is_counted_in_runs_where_they_are_known(ws: Workspace, two_weeks: SmallFacts) -> None:
    """5 → 4 runs: a run had two calls and has four. Volume −1 × 4 = −4, so what is left is in tokens and mix."""
    two_weeks.runs(two_weeks.run("claims", ago(40)))
    two_weeks.runs(
        *(two_weeks.run("claims", ago(10)) for _ in range(5)),
        *(two_weeks.run("claims", ago(3)) for _ in range(4)),
    )
    told = explained(ws)
    assert told.explained is not None
    effects = told.explained.effects
    assert (told.unit, told.count_before, told.count, effects.volume, effects.total) == ("run", 5, 4, -4, 36)
    # 3 runs' worth of A at 4 each, 1 of B at 20: 32 − 16 = 16; A has 60 tokens a run instead of 30: 3 × 30 × 2/15 = 12
    assert (effects.mix, effects.tokens, effects.rate) == (16, 12, 12)
    assert explained(ws, providers=("anthropic",)).unit == "call", "runs are not known by provider"


def test_the_other_parts_stand_beside_the_effects_and_all_add_up_to_what_all_cost(
    ws: Workspace, two_weeks: SmallFacts
) -> None:
    """Models 20 → 56; a server 7 → 10, hours 30 → 0, a licence of a third of a cent more than nothing: cut to the cent together."""
    third = Decimal("0.003333")
    load_expenses(
        ws.warehouse,
        [
            expense(ago(9), 7, "infrastructure"), expense(ago(3), 10, "infrastructure"), hours(ago(9), 30, 1), expense(ago(3), third),
        ],
    )  # fmt: skip
    told = explained(ws)
    assert [(each.part, each.before, each.now) for each in told.others] == [
        ("infrastructure", 7, 10), ("development", 30, 0), ("operations", 0, 0),
    ]  # fmt: skip
    assert told.explained is not None
    assert (told.before, told.now, told.delta) == (57, 66, 9)
    assert told.explained.effects.total + sum(each.delta for each in told.others) == told.delta
    development = explained(ws, parts=("development",))
    assert (development.delta, [each.part for each in development.others]) == (-30, ["development"])


def test_by_any_dimension_the_effects_add_up_to_the_same(ws: Workspace, two_weeks: SmallFacts) -> None:
    for dimension in ("provider", "model", "agent", "organization", "user"):
        told = explained(ws, dimension)
        assert told.explained is not None
        assert told.explained.effects.total == told.explained.delta == Decimal(36)


def test_without_a_whole_period_before_nothing_is_explained(ws: Workspace, facts: SmallFacts) -> None:
    facts.calls(facts.call(ago(9), "2"), facts.call(ago(3), "2"))
    told = explained(ws)
    assert (told.explained, told.missing[:11]) == (None, "data begins")


def test_a_month_against_a_shorter_one_is_told_a_day(ws: Workspace, facts: SmallFacts) -> None:
    facts.calls(facts.call(ago(300), "1"))
    march, february = (
        Filters(*(TODAY.replace(month=3, day=day) for day in (1, 31))),
        TODAY.replace(month=2, day=10),
    )
    facts.calls(facts.call(february, "28"), facts.call(march.start, "62"))
    told = cost_effects(asked(ws, march))
    assert told.explained is not None
    assert (told.per_day, told.explained.before, told.explained.now) == (True, 1, 2)


def test_what_few_did_is_told_together(ws: Workspace, facts: SmallFacts, viewer: Actor) -> None:
    facts.calls(facts.call(ago(60), "1"))
    for day, cost in ((10, "1"), (3, "2")):
        facts.calls(*(facts.call(ago(day), cost, user_id=f"u{n}", organization="many") for n in range(8)))
        facts.calls(*(facts.call(ago(day), cost, user_id=f"few{n}", organization="few") for n in range(2)))
        facts.calls(*(facts.call(ago(day), cost, user_id=f"v{n}", organization="next") for n in range(5)))
    told = explained(ws, "organization", viewer)
    assert told.explained is not None
    assert {key.key for key in told.explained.keys} == {"many", SMALL_GROUPS}
    assert told.explained.effects.total == told.explained.delta
    with pytest.raises(Forbidden):
        explained(ws, "user", viewer)


def test_nothing_to_nothing(ws: Workspace, facts: SmallFacts) -> None:
    facts.calls(facts.call(ago(60) - timedelta(days=1), "1"), facts.call(TODAY, "1"))
    assert explained(ws).missing == "No calls in either period"
