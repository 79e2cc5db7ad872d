"""What agents bring, counted by hand: hours saved from runs and assumptions, amounts by their days, evidence, overlaps."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from orchflow import clock
from orchflow.metrics.filters import Filters
from orchflow.metrics.metric import Figure
from orchflow.metrics.read import figures, lines
from orchflow.metrics.rows_behind import rows_behind
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.people.small_groups import WITHHELD
from orchflow.people.users import add_user
from orchflow.subscribers import dispatcher
from orchflow.value.assumptions import ASSUMPTIONS
from orchflow.value.benefits import BENEFITS
from orchflow.value.use_cases import USE_CASES
from orchflow.workspace import Workspace
from tests.metrics.cost_facts import expense, load_expenses
from tests.metrics.facts import AFTER, SmallFacts, ago, asked

D = Decimal
NOVEMBER = Filters(date(2026, 11, 1), date(2026, 11, 30))
FIRST = date(2026, 11, 1)


def read(ws: Workspace, *keys: str, over: Filters = NOVEMBER, actor: Actor = SYSTEM) -> dict[str, Figure]:
    return {one.key: one for one in figures(asked(ws, over, actor, now=AFTER), keys, trends=False)}


def assume(ws: Workspace, kind: str, likely: Any, **more: Any) -> None:
    ASSUMPTIONS.create(ws.store, SYSTEM, kind=kind, likely=likely, **({"valid_from": FIRST} | more))


def gain(ws: Workspace, title: str, **more: Any) -> int:
    row = BENEFITS.create(ws.store, SYSTEM, title=title, **({"starts": FIRST, "evidence_day": FIRST} | more))
    return int(row.id)


@pytest.fixture
def agents(ws: Workspace, facts: SmallFacts) -> SmallFacts:
    """Four completed runs of claims and one that failed, two of writer."""
    facts.agents(claims="active", writer="active")
    facts.users(u1="acme")
    facts.runs(
        *(facts.run("claims", ago(2), minute=place) for place in range(4)),
        facts.run("claims", ago(2), "failed", minute=5),
        *(facts.run("writer", ago(1), minute=place) for place in (6, 7)),
    )
    return facts


def kept(ws: Workspace) -> None:
    dispatcher(ws).deliver()


HOURS = {"agent": "claims", "minutes_likely": 30, "minutes_low": 15, "grade": "measured"}
PAPER = {"agent": "writer", "kind": "cost_avoided", "likely": 300, "currency": "USD"}


def test_hours_saved_are_runs_times_minutes_rate_and_recapture(ws: Workspace, agents: SmallFacts) -> None:
    assume(ws, "recapture", 50, low=25)
    assume(ws, "loaded_rate", 60, currency="USD")
    assume(ws, "checking_minutes", 3)
    gain(ws, "Typing", **HOURS)
    kept(ws)
    found = read(
        ws,
        "agent_value",
        "value_low",
        "value_high",
        "gross_value",
        "capacity_value",
        "value_verified",
        "checking_cost",
    )
    assert (
        found["agent_value"].value == found["capacity_value"].value == 60
    )  # 4 runs, 2 hours of 60, half of it
    assert found["value_low"].value == 15  # a quarter hour each and a quarter of it
    assert (found["value_high"].value, found["gross_value"].value) == (60, 120)
    assert found["checking_cost"].value == 18  # six runs of three minutes
    assert found["value_verified"].value is None
    assert found["value_verified"].missing == "No benefit of this period is verified"


def test_an_agents_own_assumption_beats_that_of_all_and_holds_from_its_day(
    ws: Workspace, agents: SmallFacts
) -> None:
    assume(ws, "recapture", 50)
    assume(ws, "recapture", 100, agent="claims", valid_to=ago(2))
    assume(ws, "recapture", 80, agent="claims", valid_from=ago(2))
    assume(ws, "loaded_rate", 60, currency="USD")
    gain(ws, "Typing", **HOURS)
    kept(ws)
    assert read(ws, "agent_value")["agent_value"].value == 96


def test_amounts_are_spread_to_the_last_decimal(ws: Workspace, agents: SmallFacts) -> None:
    gain(ws, "Paper", **PAPER, grade="measured")
    gain(
        ws,
        "Fewer complaints",
        **{**PAPER, "kind": "quality", "likely": 120, "every": "year"},
        grade="measured",
    )
    gain(
        ws,
        "Contract",
        **{**PAPER, "kind": "revenue", "likely": 100, "every": "once"},
        grade="measured",
        ends=ago(13),
    )
    kept(ws)
    until = Filters(FIRST, date(2026, 11, 20))
    found = read(ws, "avoided_value", "quality_value", "revenue_value", over=until)
    assert found["avoided_value"].value == 200  # twenty of thirty days
    assert round(D(str(found["quality_value"].value)), 9) == D("6.666666667")
    assert found["revenue_value"].value == 100
    week = lines(asked(ws, until, now=AFTER), ["avoided_value"], grain="day")
    assert sum(line["avoided_value"] for line in week) == 200


def test_what_is_only_declared_or_modelled_is_in_no_headline(ws: Workspace, agents: SmallFacts) -> None:
    gain(ws, "Paper", **PAPER, grade="declared")
    gain(ws, "More", **{**PAPER, "kind": "revenue", "likely": 30}, grade="modelled")
    kept(ws)
    found = read(
        ws,
        "agent_value",
        "value_declared",
        "value_modelled",
        "gross_value",
        over=Filters(FIRST, date(2026, 11, 20)),
    )
    assert found["agent_value"].value is None
    assert found["agent_value"].missing == "No benefit of this period is measured or verified"
    assert [found[key].value for key in ("value_declared", "value_modelled", "gross_value")] == [200, 20, 220]


def test_of_two_benefits_of_one_agent_and_kind_the_better_known_counts(
    ws: Workspace, agents: SmallFacts
) -> None:
    case = USE_CASES.create(ws.store, SYSTEM, title="Write", agent="writer")
    gain(ws, "Paper", **PAPER, grade="declared")
    gain(
        ws,
        "Half",
        **{**PAPER, "agent": None, "likely": 150},
        use_case_id=case.id,
        grade="measured",
        starts=date(2026, 11, 11),
    )
    kept(ws)
    found = read(ws, "agent_value", "value_declared", over=Filters(FIRST, date(2026, 11, 20)))
    assert (found["agent_value"].value, found["value_declared"].value) == (50, 100)
    by = lines(asked(ws, NOVEMBER, now=AFTER), ["agent_value"], by="agent")
    assert [(line["value"], line["agent_value"]) for line in by if line["agent_value"]] == [
        ("writer", 55)
    ]  # until today, the 21st


def test_what_is_missing_is_said_and_is_no_0(ws: Workspace, agents: SmallFacts) -> None:
    assert read(ws, "agent_value")["agent_value"].missing == "No benefits are recorded yet: add them on Value"
    gain(ws, "Typing", **HOURS)
    gain(ws, "Paper", **{**PAPER, "currency": "GBP"}, grade="measured")
    kept(ws)
    found = read(ws, "agent_value", "roi")
    assert found["agent_value"].value is None
    assert found["agent_value"].missing == (
        "1 benefit of hours saved without a recapture on 1 day: add the assumption on Value · "
        "1 benefit of hours saved without a loaded rate on 1 day: add the assumption on Value · Amounts in GBP lack a rate of exchange"
    )
    assert (found["roi"].value, found["roi"].missing) == (None, found["agent_value"].missing)


def test_what_holds_on_a_part_of_the_days_or_has_no_rate_of_exchange_is_said(
    ws: Workspace, agents: SmallFacts
) -> None:
    assume(ws, "recapture", 50, valid_from=ago(1))
    assume(ws, "loaded_rate", 60, currency="GBP", agent="claims")
    assume(ws, "loaded_rate", 60, currency="USD")
    gain(ws, "Typing", **HOURS)
    gain(ws, "Letters", **{**HOURS, "agent": "writer"})
    gain(ws, "Calls", **{**HOURS, "agent": "caller"})
    kept(ws)
    told = read(ws, "agent_value", "roi", "avoided_value")
    assert told["agent_value"].value == 30  # two runs of half an hour, half of it at 60
    assert told["agent_value"].left_out == (
        "1 benefit of hours saved without a recapture on 1 day: add the assumption on Value · "
        "1 benefit of hours saved without a completed run: caller · Amounts in GBP lack a rate of exchange"
    )
    assert told["avoided_value"].missing == "No cost avoided of this period is measured or verified"
    writer = Filters(NOVEMBER.start, NOVEMBER.end, agents=("writer",))
    assert read(ws, "agent_value", over=writer)["agent_value"].left_out == ""


def test_checking_without_a_loaded_rate_is_said_where_it_would_be_a_cost(
    ws: Workspace, agents: SmallFacts
) -> None:
    assume(ws, "checking_minutes", 5)
    gain(ws, "Paper", **PAPER, grade="measured")
    load_expenses(ws.warehouse, [expense(ago(3), 50)])
    kept(ws)
    load_expenses(ws.warehouse, [expense(ago(3), 50)])
    told = read(ws, "net_value", "roi", "checking_cost", "agent_value")
    said = "Checking without a loaded rate on 2 days: add the assumption on Value"
    assert [told[key].left_out for key in ("net_value", "roi", "agent_value")] == [said, said, ""]
    assert told["checking_cost"].missing == said


def test_without_any_cost_nothing_is_set_against_the_value(ws: Workspace, agents: SmallFacts) -> None:
    gain(ws, "Paper", **PAPER, grade="measured")
    kept(ws)
    told = read(ws, "agent_value", "net_value", "roi")
    assert told["agent_value"].value is not None
    for key in ("net_value", "roi"):
        assert told[key].value is None
        assert told[key].missing == "No cost of this period is known: load usage, or add entries on Costs"


def test_where_nothing_was_spent_there_is_no_roi(ws: Workspace, agents: SmallFacts) -> None:
    gain(ws, "Paper", **PAPER, grade="measured")
    load_expenses(ws.warehouse, [expense(ago(3), 0)])
    kept(ws)
    load_expenses(ws.warehouse, [expense(ago(3), 0)])
    told = read(ws, "net_value", "roi")
    assert told["net_value"].value == 210  # until today, the 21st
    assert told["roi"].missing == "Nothing was spent in this period, so the value is no part of anything"


def test_checking_that_is_not_told_is_no_cost_of_0(ws: Workspace, facts: SmallFacts, viewer: Actor) -> None:
    people = [f"u{place}" for place in range(6)]
    facts.agents(claims="active", writer="active")
    facts.users(**dict.fromkeys(people, "acme"))
    facts.runs(
        *(facts.run("claims", ago(days), user=user) for user in people for days in range(1, 28)),
        *(facts.run("writer", ago(2), user="u1", minute=place) for place in range(3)),
    )
    assume(ws, "loaded_rate", 60, currency="USD")
    assume(ws, "checking_minutes", 5)
    gain(ws, "Paper", **{**PAPER, "agent": "claims"}, grade="measured")
    load_expenses(ws.warehouse, [expense(ago(3), 50)])
    kept(ws)
    load_expenses(ws.warehouse, [expense(ago(3), 50)])
    everybody = read(ws, "net_value", "checking_cost")
    assert everybody["checking_cost"].value is not None
    told = read(ws, "agent_value", "checking_cost", "checked_value", "net_value", "roi", actor=viewer)
    assert told["agent_value"].value is not None
    for key in ("checking_cost", "checked_value", "net_value", "roi"):
        assert (key, told[key].value, told[key].missing) == (key, None, WITHHELD)


def test_what_is_gained_is_set_against_all_cost_and_the_work_of_checking(
    ws: Workspace, agents: SmallFacts
) -> None:
    assume(ws, "loaded_rate", 60, currency="USD")
    assume(ws, "checking_minutes", 5)
    gain(ws, "Paper", **PAPER, grade="verified", owner_id=_person(ws, "ada"), approver_id=_person(ws, "bo"))
    load_expenses(ws.warehouse, [expense(ago(3), 50)])
    kept(ws)
    load_expenses(ws.warehouse, [expense(ago(3), 50)])
    found = read(
        ws, "net_value", "roi", "total_cost", "checking_cost", over=Filters(FIRST, date(2026, 11, 20))
    )
    assert (found["total_cost"].value, found["checking_cost"].value) == (50, 30)
    assert found["net_value"].value == 120
    assert float(found["roi"].value or 0) == pytest.approx(1.5)


def test_value_of_few_peoples_runs_is_not_told(ws: Workspace, agents: SmallFacts, viewer: Actor) -> None:
    assume(ws, "recapture", 50)
    assume(ws, "loaded_rate", 60, currency="USD")
    gain(ws, "Typing", **HOURS)
    gain(ws, "Paper", **PAPER, grade="measured")
    kept(ws)
    found = read(ws, "agent_value", "avoided_value", actor=viewer)
    assert found["agent_value"].value is None
    assert found["agent_value"].missing == WITHHELD


def test_rows_behind_are_the_benefits_of_the_grade(ws: Workspace, agents: SmallFacts) -> None:
    (behind,) = rows_behind(asked(ws, NOVEMBER, now=AFTER), "agent_value")
    assert (behind.dataset, behind.where, behind.start) == (
        "benefits",
        {"grade": ("measured", "verified")},
        None,
    )


def test_use_cases_are_counted_by_stage_and_by_how_long_they_stand(ws: Workspace) -> None:
    for title, stage, value in (
        ("A", "idea", 10),
        ("B", "pilot", None),
        ("C", "production", None),
        ("D", "dropped", 5),
    ):
        money = {"value_likely": value, "currency": "USD"} if value else {}
        USE_CASES.create(ws.store, SYSTEM, title=title, stage=stage, reason="Law", **money)
    case = USE_CASES.list(ws.store, SYSTEM)[1]
    keys = ("use_cases_open", "use_cases_production", "use_cases_stalled", "use_cases_never_built")

    def counted(days: int) -> list[Any]:
        facts = asked(ws, NOVEMBER, now=clock.now() + timedelta(days=days))
        return [one.value for one in figures(facts, keys, trends=False)]

    assert counted(0) == [2, 1, 0, 1]
    assert counted(61) == [2, 1, 2, 2]
    USE_CASES.update(ws.store, SYSTEM, case.id, case.version, {"stage": "production"})
    assert counted(61) == [1, 2, 1, 2]
    built = USE_CASES.create(ws.store, SYSTEM, title="E", stage="pilot", value_likely=7, currency="USD")
    USE_CASES.update(ws.store, SYSTEM, built.id, built.version, {"stage": "dropped", "reason": "Law"})
    assert counted(61) == [1, 2, 1, 2]  # it was built and dropped later


def _person(ws: Workspace, name: str) -> int:
    person, _ = add_user(ws.store, SYSTEM, username=name, display_name=name.title(), role="member")
    return person.id
