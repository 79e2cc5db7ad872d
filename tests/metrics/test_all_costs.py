"""The four parts of cost, and what the whole comes to by run, user, outcome and agent, counted by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchflow.metrics.compiler import dimensions
from orchflow.metrics.document import answer, facts_for
from orchflow.metrics.filters import FILTERED, UNATTRIBUTED, Filters
from orchflow.metrics.metric import Figure
from orchflow.metrics.movers import change
from orchflow.metrics.names import filter_options
from orchflow.metrics.plan_scope import PlanScope
from orchflow.metrics.privacy import Privacy
from orchflow.metrics.read import figures, lines
from orchflow.metrics.rows_behind import rows_behind
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.people.small_groups import WITHHELD
from orchflow.reports.figure_rows import rows_of, shown_rows
from orchflow.warehouse.sql import Query
from orchflow.workspace import Workspace
from tests.metrics.cost_facts import expense, hours, load_expenses, unpriced
from tests.metrics.facts import AFTER, NOW, TODAY, SmallFacts, ago, asked

PERIOD = Filters(ago(27), TODAY)
LAST_MONTH = ago(40)
D = Decimal
COMPLETED = Query.of(
    "completed",
    "select conversation_id, ended_at from agent_runs where agent = 'claims' and status = 'completed' order by ended_at limit 1",
)


def read(ws: Workspace, *keys: str, actor: Actor = SYSTEM, over: Filters = PERIOD) -> dict[str, Figure]:
    return {figure.key: figure for figure in figures(asked(ws, over, actor, now=AFTER), keys, trends=False)}


@pytest.fixture
def costs(ws: Workspace, facts: SmallFacts) -> SmallFacts:
    """Models 4 + 3 (of no agent), infrastructure 20 + 5, development 100, operations 60 + 8; six runs, of which one failed."""
    facts.agents(claims="active", writer="active")
    facts.users(u1="acme", u2="acme")
    facts.calls(facts.call(ago(3), "4"), facts.call(ago(2), "3", caller="nobody", provider="openai"))
    facts.runs(
        *(facts.run("claims", ago(3), minute=place) for place in (1, 2, 3)),
        facts.run("claims", ago(3), "failed", minute=4),
        *(facts.run("writer", ago(2), user="u2", minute=place) for place in (5, 6)),
    )
    load_expenses(
        ws.warehouse,
        [
            expense(
                ago(3), 20, "infrastructure", provider="openai", service="Search", agent="claims", cash=D(240)
            ),
            expense(ago(2), 5, "infrastructure", provider="azure", cash=D(0)),
            hours(ago(2), 100, 1, project_id=7),
            expense(ago(2), 60, service="licence", team_id=3),
            expense(ago(1), 8, project_id=7, service="support"),
        ],
    )
    return facts


def test_each_part_and_the_whole_have_the_value_counted_by_hand(ws: Workspace, costs: SmallFacts) -> None:
    counted = {
        "cost": D(7), "infrastructure_cost": D(25), "infrastructure_cash": D(240), "development_cost": D(100),
        "operations_cost": D(68), "total_cost": D(200), "cost_month_to_date": D(200), "unattributed_expenses": D(173),
        "total_unattributed": D(176), "total_cost_per_run": D(200) / 6, "cost_per_run": D(7) / 6, "cost_per_accepted": D(40),
        "accepted": 5, "rejected": 0, "cost_per_user": D(100),
    }  # fmt: skip
    found = read(ws, *counted)
    for key, value in counted.items():
        assert float(found[key].value or 0) == pytest.approx(float(value)), key
        assert not found[key].missing
    assert found["cost_per_accepted"].besides.startswith("No decision of a person is delivered")
    assert found["total_cost"].besides == "Calls are known only since 17 Nov 2026"


def test_an_outcome_that_a_person_rejected_costs_and_is_none(ws: Workspace, costs: SmallFacts) -> None:
    [(conversation, ended)] = ws.warehouse.rows(COMPLETED)
    costs.load(
        "tasks",
        {
            "task_id": "t1", "conversation_id": conversation, "status": "rejected", "waiting": "false",
            "created_at": ended - timedelta(hours=1), "updated_at": ended + timedelta(hours=1),
        },
    )  # fmt: skip
    found = read(ws, "accepted", "rejected", "cost_per_accepted", "total_cost_per_run")
    assert (found["accepted"].value, found["rejected"].value) == (4, 1)
    assert found["cost_per_accepted"].value == D(50)
    assert float(found["total_cost_per_run"].value or 0) == pytest.approx(200 / 6)
    assert found["cost_per_accepted"].besides == ""


def test_by_each_dimension_every_part_has_its_place(ws: Workspace, costs: SmallFacts) -> None:
    def by(dimension: Any) -> dict[str, Any]:
        return {
            line["value"]: int(line["total_cost"])
            for line in lines(asked(ws, PERIOD), ["total_cost"], by=dimension)
        }

    assert by("part") == {"llm": 7, "infrastructure": 25, "development": 100, "operations": 68}
    assert by("project") == {"7": 108, UNATTRIBUTED: 92}
    assert by("team") == {"3": 60, UNATTRIBUTED: 140}
    assert by("agent") == {"claims": 24, UNATTRIBUTED: 176}
    assert by("provider") == {"anthropic": 4, "openai": 23, "azure": 5, UNATTRIBUTED: 168}
    assert by("model") == {"claude": 7, UNATTRIBUTED: 193}


def test_what_is_narrowed_and_what_is_told_apart_are_the_same(ws: Workspace, costs: SmallFacts) -> None:
    for dimension, field in FILTERED.items():
        for line in lines(asked(ws, PERIOD), ["total_cost"], by=dimension):
            narrowed = replace(PERIOD, **{field: (line["value"],)})
            assert read(ws, "total_cost", over=narrowed)["total_cost"].value == line["total_cost"], dimension


def test_a_program_narrows_the_cost_by_the_project_as_it_does_the_plan(
    ws: Workspace, costs: SmallFacts
) -> None:
    facts = facts_for(
        ws, SYSTEM, "total_cost", start=PERIOD.start, end=PERIOD.end, now=NOW, plan=PlanScope.of({"project": 7})
    )  # fmt: skip
    told = answer(facts, "total_cost", by="part")
    assert told.value == D(108)
    assert {part.label: part.value for part in told.parts} == {
        "Development time": D(100),
        "Operations": D(8),
    }


def test_a_workspace_with_usage_only_has_a_whole_total_that_says_what_is_not_in_it(
    ws: Workspace, facts: SmallFacts
) -> None:
    facts.calls(facts.call(ago(1), "4"))
    found = read(ws, "total_cost", "infrastructure_cost", "development_cost", "operations_cost")
    assert found["total_cost"].value == D(4)
    assert (
        found["total_cost"].besides
        == "Nothing is recorded of infrastructure or development time or operations"
    )
    assert {figure.value for figure in found.values()} == {D(4), None}
    assert found["infrastructure_cost"].missing == "Nothing is recorded yet: add entries on Costs"


def test_costs_without_usage_are_told_as_well(ws: Workspace) -> None:
    load_expenses(ws.warehouse, [expense(ago(1), 8)])
    found = read(ws, "total_cost", "cost", "infrastructure_cost")
    assert found["total_cost"].value == D(8)
    assert (
        found["total_cost"].besides == "Nothing is recorded of models or infrastructure or development time"
    )
    assert found["cost"].missing == "No usage has been loaded yet"
    assert "add entries" in str(found["infrastructure_cost"].missing)


def test_without_anything_nothing_is_a_zero(ws: Workspace) -> None:
    found = read(ws, "total_cost", "cost_per_accepted", "total_unattributed")
    assert {figure.value for figure in found.values()} == {None}
    assert found["total_cost"].missing == "No cost is known yet: load usage, or add entries on Costs"


def test_before_anything_is_known_and_of_days_to_come_nothing_is_a_zero(
    ws: Workspace, costs: SmallFacts
) -> None:
    keys = ("cost", "calls", "runs", "accepted", "infrastructure_cost")
    long_ago, to_come = Filters(ago(300), ago(290)), Filters(ago(-5), ago(-9))
    told = {key: figure.missing or "" for key, figure in read(ws, *keys, over=long_ago).items()}
    assert all("choose days from then on" in told[key] for key in keys[:-1]), told
    assert told["infrastructure_cost"].startswith("No infrastructure is recorded")
    told = {key: figure.missing or "" for key, figure in read(ws, *keys, over=to_come).items()}
    assert set(told.values()) == {"These days are still to come"}
    quiet = read(ws, *keys, over=Filters(ago(1), ago(1)))
    assert [quiet[key].value for key in keys] == [0, 0, 0, 0, None], "a quiet day that is known is 0"


def test_outcomes_of_months_of_unequal_length_are_compared_a_day(ws: Workspace, facts: SmallFacts) -> None:
    facts.agents(claims="active")
    february, march = (
        Filters(date(2026, 2, 1), date(2026, 2, 28)),
        Filters(date(2026, 3, 1), date(2026, 3, 31)),
    )
    first = facts.run("claims", date(2026, 1, 31))
    days = [february.start, *(march.start + timedelta(days=place) for place in range(31))]
    facts.runs(first, *(facts.run("claims", day) for day in days))
    told = read(ws, "accepted", "completed", over=march)
    for figure in told.values():
        assert (figure.value, figure.compared, figure.previous) == (31, 1, 1 / 28), figure.key


def test_an_amount_without_a_rate_is_in_no_sum_and_told(ws: Workspace, costs: SmallFacts) -> None:
    load_expenses(
        ws.warehouse,
        [expense(ago(1), 8), expense(ago(1), None, currency="GBP", amount=D(50))],
    )
    whole = read(ws, "total_cost", "cost")
    assert whole["total_cost"].value == D(15)
    assert whole["total_cost"].left_out == "Not converted: 50.00 GBP, 1 row; add a rate"
    assert whole["cost"].left_out == ""


def test_hours_without_an_hourly_rate_are_in_no_sum_and_told(ws: Workspace, costs: SmallFacts) -> None:
    load_expenses(
        ws.warehouse,
        [expense(ago(1), 8), unpriced(ago(1), "2.5", 1, project_id=7), unpriced(ago(2), 4, 2)],
    )
    found = read(ws, "total_cost", "development_cost", "operations_cost")
    said = "Without an hourly rate: 6.5 hours; add hourly rates on Costs"
    assert (found["development_cost"].value, found["development_cost"].missing) == (None, said)
    assert (found["total_cost"].value, found["total_cost"].left_out) == (D(15), said)
    assert found["operations_cost"].left_out == ""
    narrowed = read(ws, "development_cost", over=replace(PERIOD, projects=("7",)))
    assert "2.5 hours" in narrowed["development_cost"].left_out
    told = answer(asked(ws, PERIOD), "total_cost", by="part")
    assert told.unpriced == said
    assert {part.label: part.value for part in told.parts}["Development time"] is None


def test_parts_are_compared_like_for_like_and_say_what_moved(ws: Workspace, facts: SmallFacts) -> None:
    load_expenses(
        ws.warehouse, [expense(ago(30), 10), expense(ago(1), 16), expense(ago(1), 5, "infrastructure")]
    )
    moved = change(asked(ws, PERIOD, now=AFTER), "total_cost", "part")
    assert moved is not None
    assert (moved.figure.value, moved.figure.previous) == (D(21), D(10))
    assert {mover.name: mover.delta for mover in moved.movers} == {"Operations": D(6), "Infrastructure": D(5)}


def test_filters_offer_what_expenses_name(ws: Workspace, costs: SmallFacts) -> None:
    options = filter_options(ws.warehouse, Privacy(people=True))
    assert options["part"] == {
        "development": "Development time", "infrastructure": "Infrastructure", "llm": "Models", "operations": "Operations",
    }  # fmt: skip
    assert set(options["provider"]) == {"anthropic", "azure", "openai", UNATTRIBUTED}
    assert set(options["project"]) == {"7", UNATTRIBUTED}


def test_the_hours_of_few_people_are_told_to_nobody_who_may_not_see_them(
    ws: Workspace, facts: SmallFacts, viewer: Actor
) -> None:
    people = [f"u{number}" for number in range(6)]
    facts.users(**dict.fromkeys(people, "acme"))
    facts.calls(*(facts.call(ago(2), "1", user_id=person) for person in people))
    infrastructure = expense(ago(2), 20, "infrastructure")
    load_expenses(ws.warehouse, [infrastructure, hours(ago(2), 100, 1), hours(ago(2), 90, 2)])
    told = read(ws, "total_cost", "development_cost", "infrastructure_cost", actor=viewer)
    assert told["development_cost"].value is None
    assert told["development_cost"].missing == WITHHELD
    assert (told["total_cost"].value, told["infrastructure_cost"].value) == (D(26), D(20))
    assert (
        told["total_cost"].besides
        == "Development time is not in it: groups under 5 people are not shown to you"
    )
    load_expenses(
        ws.warehouse, [infrastructure, *(hours(day, 10, person) for person in range(5) for day in (LAST_MONTH, ago(2)))]
    )  # fmt: skip
    told = read(ws, "total_cost", "development_cost", actor=viewer)
    assert (told["total_cost"].value, told["development_cost"].value) == (D(76), D(50))


def test_people_without_an_hourly_rate_hide_nobody_elses_cost(
    ws: Workspace, facts: SmallFacts, viewer: Actor
) -> None:
    people = [f"u{number}" for number in range(6)]
    facts.users(**dict.fromkeys(people, "acme"))
    facts.calls(*(facts.call(ago(2), "1", user_id=person) for person in people))
    lacking = [unpriced(ago(2), 8, person, project_id=7) for person in range(10, 14)]
    load_expenses(ws.warehouse, [hours(ago(2), 100, 1, project_id=7), *lacking])
    told = read(ws, "total_cost", "development_cost", actor=viewer)
    assert (told["development_cost"].value, told["development_cost"].missing) == (None, WITHHELD)
    assert told["total_cost"].value == D(6)
    paid = [hours(ago(2), 10, person, project_id=8) for person in range(2, 7)]
    before = [hours(LAST_MONTH, 10, person) for person in range(2, 7)]
    load_expenses(ws.warehouse, [hours(ago(2), 100, 1, project_id=7), *lacking, *paid, *before])
    told = read(ws, "development_cost", actor=viewer)
    assert told["development_cost"].value == D(60), "six hours at the mean rate"
    assert told["development_cost"].left_out == "Hours without a rate that can be told are in no sum"
    by_project = lines(asked(ws, PERIOD, viewer, now=AFTER), ["development_cost"], by="project")
    assert [part["value"] for part in by_project] == ["SMALL_GROUPS"]


def test_calls_without_a_price_are_told_on_every_sum_that_lacks_them(
    ws: Workspace, facts: SmallFacts
) -> None:
    facts.calls(facts.call(ago(1), "4"), facts.call(ago(1), None), facts.call(ago(1), None, model="gpt"))
    found = read(ws, "total_cost", "cost", "cost_per_user", "infrastructure_cost", "calls")
    said = "Without a price: 2 calls; price them on Prices"
    assert (found["total_cost"].left_out, found["cost"].left_out) == (said, said)
    assert (found["infrastructure_cost"].left_out, found["calls"].left_out) == ("", "")
    narrowed = read(ws, "cost", over=replace(PERIOD, models=("gpt",)))["cost"]
    assert (narrowed.value, narrowed.missing) == (None, "Without a price: 1 call; price them on Prices")
    assert answer(asked(ws, PERIOD), "cost").unpriced == said


def test_people_whose_calls_have_no_price_hide_nobody_elses_cost(
    ws: Workspace, facts: SmallFacts, viewer: Actor
) -> None:
    people = [f"u{number}" for number in range(7)]
    facts.users(**dict.fromkeys(people, "acme"))
    facts.agents(claims="active", writer="active")
    paying = [facts.call(ago(2), "1", user_id=person) for person in people]
    few = [
        facts.call(ago(2), "1" if n < 2 else None, caller="writer", user_id=who)
        for n, who in enumerate(people)
    ]
    facts.calls(*paying, *few)
    told = {
        line["value"]: line["cost"]
        for line in lines(asked(ws, PERIOD, viewer, now=AFTER), ["cost"], by="agent")
    }
    assert told == {"SMALL_GROUPS": 9}
    facts.calls(*(facts.call(ago(2), "1", caller="writer", user_id=who) for who in people))
    told = {
        line["value"]: line["cost"]
        for line in lines(asked(ws, PERIOD, viewer, now=AFTER), ["cost"], by="agent")
    }
    assert told == {"claims": 7, "writer": 9}


def test_days_on_which_few_peoples_calls_have_a_price_are_told_with_others(
    ws: Workspace, facts: SmallFacts, viewer: Actor
) -> None:
    people = [f"u{number}" for number in range(7)]
    facts.users(**dict.fromkeys(people, "acme"))
    facts.calls(*(facts.call(ago(4), "1", user_id=person) for person in people))
    facts.calls(*(facts.call(ago(3), "5" if n < 2 else None, user_id=who) for n, who in enumerate(people)))
    facts.calls(*(facts.call(ago(2), "1", user_id=person) for person in people))
    days = lines(asked(ws, PERIOD, viewer, now=AFTER), ["cost"], grain="day")
    assert [(line["bucket"], line["cost"]) for line in days] == [(ago(4), 7), (ago(2), 17)]


def test_an_amount_of_few_peoples_hours_without_a_rate_of_exchange_is_told_to_nobody_who_may_not_see_it(
    ws: Workspace, facts: SmallFacts, viewer: Actor
) -> None:
    facts.users(u1="acme")
    load_expenses(
        ws.warehouse,
        [hours(ago(1), None, 1, currency="GBP", amount=D(90)), expense(ago(1), None, currency="CHF", amount=D(5))],
    )  # fmt: skip
    assert [line.currency for line in asked(ws, PERIOD, now=AFTER).unconverted] == ["CHF", "GBP"]
    assert [line.currency for line in asked(ws, PERIOD, viewer, now=AFTER).unconverted] == ["CHF"]


line = st.fixed_dictionaries(
    {
        "day": st.integers(0, 27).map(ago),
        "cost": st.none() | st.decimals("-50", "500", places=6),
        "part": st.sampled_from(["infrastructure", "development", "operations"]),
    },
    optional={
        name: st.sampled_from([None, *values])
        for name, values in {
            "provider": ["openai", "azure"], "service": ["licence", "Search"], "agent": ["claims", "writer"],
            "team_id": [1, 2], "project_id": [7, 8], "source": ["bill"], "currency": ["USD", "GBP"], "person_id": [1, 2],
        }.items()
    },
)  # fmt: skip


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(line, max_size=25))
def test_by_any_dimension_the_parts_add_up_to_the_total(
    ws: Workspace, costs: SmallFacts, expenses: list[dict[str, Any]]
) -> None:
    load_expenses(ws.warehouse, [expense(**one) for one in expenses])
    facts = asked(ws, PERIOD)
    keys = (
        "total_cost",
        "infrastructure_cost",
        "infrastructure_cash",
        "development_cost",
        "operations_cost",
        "total_unattributed",
    )
    [whole] = lines(facts, keys)
    assert whole["total_cost"] == 7 + sum(one["cost"] or 0 for one in expenses)
    for key in keys:
        for by in dimensions(key):
            assert sum(part[key] or 0 for part in lines(facts, [key], by=by)) == (whole[key] or 0), (key, by)
        for grain in ("day", "week", "month"):
            assert sum(part[key] or 0 for part in lines(facts, [key], grain=grain)) == (whole[key] or 0)


@pytest.mark.parametrize("part", ["infrastructure", "development", "operations"])
def test_the_rows_behind_a_part_give_it_again(ws: Workspace, costs: SmallFacts, part: str) -> None:
    facts = asked(ws, PERIOD)
    key = f"{part}_cost"
    [behind] = rows_behind(facts, key)
    page, _ = shown_rows(facts, rows_of(facts, key), None, 50)
    assert (behind.dataset, sum(page.rows["cost"].to_pylist())) == ("expenses", read(ws, key)[key].value)
