"""What was spent of a budget, counted by hand and against a slow count over random days."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchflow.costs.budgets import BUDGETS
from orchflow.costs.exchange_rates import EXCHANGE_RATES
from orchflow.metrics.budget_standings import BudgetStanding, budget_standings
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.people.small_groups import WITHHELD
from orchflow.subscribers import dispatcher
from orchflow.workspace import Workspace
from tests.metrics.cost_facts import expense, hours, load_expenses, unpriced
from tests.metrics.facts import SmallFacts

TODAY = date(2026, 11, 20)
D = Decimal
VIEWER = Actor(None, "v", "Vera", Role.VIEWER)


@pytest.fixture
def facts(ws: Workspace) -> SmallFacts:
    return SmallFacts(ws.warehouse)


def budget(ws: Workspace, amount: int | str = 100, **more: Any) -> None:
    values = {"name": "All", "currency": "USD", "valid_from": date(2026, 1, 1), "amount": amount} | more
    BUDGETS.create(ws.store, SYSTEM, **values)


def standing(ws: Workspace, today: date = TODAY, actor: Actor = SYSTEM) -> BudgetStanding:
    [only] = budget_standings(ws, actor, today)
    return only


def test_a_month_counts_models_and_all_other_costs(ws: Workspace, facts: SmallFacts) -> None:
    budget(ws)
    facts.calls(
        facts.call(date(2026, 10, 31), "7"), facts.call(date(2026, 11, 1), "30"), facts.call(TODAY, None)
    )
    load_expenses(ws.warehouse, [expense(TODAY, 50), expense(TODAY + timedelta(1), 90), expense(TODAY, None)])
    found = standing(ws)
    assert (found.spent, found.share, found.thresholds_reached) == (D(80), 0.8, (50, 80))
    assert (found.start, found.end) == (date(2026, 11, 1), TODAY)
    assert found.arithmetic == (
        "$80.00 of $100 from 1 Nov to 20 Nov 2026 is 80.0 %; 1 amount without a rate of exchange not in it; "
        "1 call without a price not in it"
    )


def test_thirty_days_roll_on_and_say_where_data_begin(ws: Workspace, facts: SmallFacts) -> None:
    budget(ws, period="rolling30")
    facts.calls(facts.call(date(2026, 10, 22), "7"), facts.call(date(2026, 11, 1), "30"))
    found = standing(ws)
    assert (found.spent, found.start) == (D(37), date(2026, 10, 22))
    assert "known only" not in found.arithmetic
    later = standing(ws, TODAY + timedelta(1))
    assert later.spent == D(30)
    assert "usage is known only since 22 Oct 2026" in standing(ws, TODAY - timedelta(1)).arithmetic


def test_nothing_spent_is_nothing_and_not_unknown(ws: Workspace) -> None:
    budget(ws)
    found = standing(ws)
    assert (found.spent, found.share, found.thresholds_reached, found.missing) == (D(0), 0.0, (), "")


def test_hours_without_an_hourly_rate_are_told_and_alone_are_no_zero(ws: Workspace) -> None:
    budget(ws)
    load_expenses(ws.warehouse, [expense(TODAY, 50), unpriced(TODAY, "2.5", 1)])
    assert standing(ws).arithmetic.endswith("is 50.0 %; 2.5 hours without an hourly rate not in it")
    load_expenses(ws.warehouse, [unpriced(TODAY, 2, 1)])
    found = standing(ws)
    assert (found.spent, found.missing) == (
        None,
        "Nothing of it has a price, an hourly rate or a rate of exchange",
    )


def test_the_version_of_the_day_counts(ws: Workspace) -> None:
    budget(ws, 100, valid_to=date(2026, 11, 10))
    budget(ws, 200, valid_from=date(2026, 11, 10))
    assert standing(ws, date(2026, 11, 9)).allowed == D(100)
    assert standing(ws, date(2026, 11, 10)).allowed == D(200)
    assert budget_standings(ws, SYSTEM, date(2025, 12, 31)) == ()


def test_another_currency_is_converted_or_lacks_a_rate(ws: Workspace, facts: SmallFacts) -> None:
    budget(ws, currency="EUR")
    facts.calls(facts.call(TODAY, "55"))
    found = standing(ws)
    assert (found.share, found.missing) == (
        None,
        "No rate of exchange from EUR into USD holds on 20 Nov 2026: add one",
    )
    EXCHANGE_RATES.create(
        ws.store, SYSTEM, currency="EUR", into_currency="USD", valid_from="2026-11-01", rate="1.1"
    )
    dispatcher(ws).deliver()
    found = standing(ws)
    assert (found.allowed, found.thresholds_reached) == (D(110), (50,))
    assert "$110 (€100 by the rate of the day)" in found.arithmetic


def test_who_may_not_see_small_groups_is_told_what_the_figure_of_all_cost_tells_them(
    ws: Workspace, facts: SmallFacts
) -> None:
    budget(ws)
    load_expenses(ws.warehouse, [expense(TODAY, 50), hours(TODAY, 10, 1)])
    found = standing(ws, actor=VIEWER)
    assert found.spent == D(50)
    assert f"Development time is not in it: {WITHHELD[0].lower()}{WITHHELD[1:]}" in found.arithmetic
    facts.calls(*(facts.call(TODAY, "2", user_id=f"u{number}") for number in range(5)))
    assert standing(ws, actor=VIEWER).spent == D(60)
    assert standing(ws).spent == D(70)


def test_what_few_people_spent_of_a_provider_is_withheld(ws: Workspace, facts: SmallFacts) -> None:
    budget(ws, scope="provider", provider="openai")
    facts.calls(
        *(facts.call(TODAY, "2", user_id=f"u{number}", provider="anthropic") for number in range(5)),
        *(facts.call(TODAY, "3", user_id=f"u{number}", provider="openai") for number in range(2)),
    )
    assert standing(ws).spent == D(6)
    assert (standing(ws, actor=VIEWER).spent, standing(ws, actor=VIEWER).share) == (None, None)


LINE = st.tuples(
    st.integers(0, 70),
    st.integers(-5, 50),
    st.sampled_from([None, "openai", "azure"]),
    st.sampled_from([None, "claims"]),
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(LINE, max_size=20), st.integers(0, 40))
def test_it_equals_a_slow_count(
    ws: Workspace, lines: list[tuple[int, int, str | None, str | None]], ago: int
) -> None:
    if not BUDGETS.list(ws.store, SYSTEM):
        for period in ("month", "rolling30"):
            budget(ws, name=f"All {period}", period=period)
            budget(ws, name=f"OpenAI {period}", period=period, scope="provider", provider="openai")
            budget(ws, name=f"Claims {period}", period=period, scope="agent", agent="claims")
    load_expenses(
        ws.warehouse,
        [
            expense(TODAY - timedelta(days), cost, provider=provider, agent=agent)
            for days, cost, provider, agent in lines
        ],
    )
    today = TODAY - timedelta(ago)
    for found in budget_standings(ws, SYSTEM, today):
        spent = 0
        for days, cost, provider, agent in lines:
            day = TODAY - timedelta(days)
            within = day.month == today.month if found.budget.period == "month" else (today - day).days < 30
            named = {"provider": provider == "openai", "agent": agent == "claims"}.get(
                found.budget.scope, True
            )
            if day <= today and within and named:
                spent += cost
        assert found.spent == spent
        assert found.thresholds_reached == tuple(p for p in (50, 80, 100) if spent >= p)
