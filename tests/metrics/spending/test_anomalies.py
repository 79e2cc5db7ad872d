"""Days out of the ordinary, read from calls: found for each scope, with what they came of and what was said of them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import cycle

import numpy as np
import pytest

from orchflow.costs.anomaly_opinions import ANOMALY_OPINIONS
from orchflow.costs.occasions import TIMELINE_EVENTS
from orchflow.metrics.filters import Filters
from orchflow.metrics.read import figure
from orchflow.metrics.spending.anomalies import Anomalies, anomalies
from orchflow.metrics.spending.anomaly_scopes import DIMENSIONS, at_once, one_by_one
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.people.small_groups import WITHHELD
from orchflow.workspace import Workspace
from tests.metrics.cost_facts import expense, hours, load_expenses
from tests.metrics.facts import TODAY, SmallFacts, ago, asked

LATELY = Filters(ago(13), TODAY)
PEOPLE = [f"u{number}" for number in range(1, 7)]
DAY = timedelta(days=1)


def usual(facts: SmallFacts, days: int = 70) -> None:
    """Two agents with 20 a day each: of one provider and organisation each, by six people."""
    facts.agents(claims="active", writer="active")
    people = cycle(PEOPLE)
    facts.calls(
        *(
            facts.call(ago(day), "4", caller=caller, user_id=next(people), **told)
            for day in range(days, 0, -1)
            for caller, told in (
                ("claims", {}),
                ("writer", {"provider": "openai", "model": "gpt", "organization": "north"}),
            )
            for _ in range(5)
        )
    )


def found(ws: Workspace, actor: Actor = SYSTEM, filters: Filters = LATELY) -> Anomalies:
    return anomalies(asked(ws, filters, actor))


def scopes(of: Anomalies) -> list[tuple[str, str, str]]:
    return [(str(each.day), each.dimension, each.value) for each in of.items]


def test_of_ordinary_days_nothing_is_said(ws: Workspace, facts: SmallFacts) -> None:
    usual(facts)
    none = found(ws)
    assert (none.items, none.start, none.end, none.scopes, none.missing) == ((), ago(13), ago(1), 9, "")
    assert figure(asked(ws, LATELY), "anomalies_open").value == 0


def test_a_dear_day_is_found_with_what_it_came_of(ws: Workspace, facts: SmallFacts) -> None:
    usual(facts)
    facts.calls(
        facts.call(ago(3), "36", caller="writer", provider="openai", model="gpt-next", organization="north")
    )
    told = found(ws)
    of_all = told.items[0]
    assert (of_all.dimension, of_all.cost, of_all.expected, of_all.excess) == ("workspace", 76, 40, 36)
    assert [(part.dimension, part.value, part.excess) for part in of_all.parts] == [
        ("agent", "writer", 36), ("model", "gpt-next", 36), ("provider", "openai", 36), ("organization", "north", 36),
    ]  # fmt: skip
    assert {each.dimension for each in told.items} == {"workspace", "agent", "provider", "organization"}
    of_agent = next(each for each in told.items if each.dimension == "agent")
    assert (of_agent.label, of_agent.cost, of_agent.expected, of_agent.low, of_agent.high) == (
        "Writer",
        56,
        20,
        15,
        25,
    )
    assert [(part.dimension, part.value, part.excess, part.is_new) for part in of_agent.parts] == [
        ("model", "gpt-next", 36, True), ("provider", "openai", 36, False), ("organization", "north", 36, False),
    ]  # fmt: skip


def test_folds_need_only_what_the_worst_day_of_each_episode_came_of(ws: Workspace, facts: SmallFacts) -> None:
    usual(facts)
    facts.calls(facts.call(ago(4), "20", caller="writer"), facts.call(ago(3), "36", caller="writer"))
    in_full, told = found(ws), anomalies(asked(ws, LATELY), each_day=False)
    assert all(each.parts for each in in_full.items if each.dimension != "part")
    assert {each.day for each in told.items if each.parts} == {ago(3)}
    worst = [episode.worst for episode in told.episodes]
    assert worst == [episode.worst for episode in in_full.episodes]
    assert [fold.head.worst for fold in told.folds] == [fold.head.worst for fold in in_full.folds]


def test_opposite_moves_of_two_agents_are_found_in_each(ws: Workspace, facts: SmallFacts) -> None:
    usual(facts)
    facts.calls(facts.call(ago(2), "15", caller="claims"), facts.call(ago(2), "-15", caller="writer"))
    assert {(each.dimension, each.value, each.excess) for each in found(ws).items} == {
        ("agent", "claims", Decimal(15)), ("agent", "writer", Decimal(-15)),
    }  # fmt: skip


def test_days_on_end_are_one_episode_and_a_week_apart_they_are_two(ws: Workspace, facts: SmallFacts) -> None:
    usual(facts)
    facts.calls(*(facts.call(ago(day), "30", caller="claims") for day in (13, 5, 4, 2)))
    of_agent = [each for each in found(ws).episodes if each.worst.dimension == "agent"]
    assert [[day.day for day in each.days] for each in of_agent] == [[ago(5), ago(4), ago(2)], [ago(13)]]
    assert (of_agent[0].excess, of_agent[0].worst.excess) == (90, 30)


@pytest.mark.parametrize("verdict", ["expected", "planned", "not_useful"])
def test_what_somebody_has_said_something_of_does_not_ring_again(
    ws: Workspace, facts: SmallFacts, verdict: str
) -> None:
    usual(facts)
    facts.calls(*(facts.call(ago(day), "30", caller="claims", provider="xai") for day in (9, 1)))
    ringing = len([each for each in found(ws).episodes if each.open])
    ANOMALY_OPINIONS.create(
        ws.store, SYSTEM, scope="agent", value="claims", valid_from=ago(9), valid_to=ago(9) + DAY, verdict=verdict, note="A trial",
    )  # fmt: skip
    told = found(ws)
    opinions = {(each.day, each.opinion.verdict) for each in told.items if each.opinion is not None}
    assert opinions == {(ago(9), verdict)}, "of no other day and no other scope"
    assert len([each for each in told.episodes if each.open]) == ringing - 1
    for each in (each for each in told.episodes if each.open and each.worst.day == ago(9)):
        ANOMALY_OPINIONS.create(
            ws.store, SYSTEM, scope=each.worst.dimension, value=each.worst.value or None, valid_from=ago(9), valid_to=ago(9) + DAY,
            verdict=verdict, note=None,
        )  # fmt: skip
    shown = figure(asked(ws, LATELY), "anomalies_open")
    assert (shown.value, shown.note) == (1, "1 other answered"), "that of yesterday, in all its scopes"


def test_one_cause_is_told_once_and_two_of_a_day_are_two(ws: Workspace, facts: SmallFacts) -> None:
    usual(facts)
    facts.calls(
        facts.call(ago(3), "60", caller="claims"),
        facts.call(ago(3), "30", caller="writer", provider="openai", model="gpt", organization="north"),
        facts.call(ago(2), "-15", caller="writer", provider="openai", model="gpt", organization="north"),
    )
    told = [
        (each.head.worst.day, each.head.worst.value, {other.worst.dimension for other in each.others})
        for each in found(ws).folds
    ]
    apart = {"model", "provider", "organization"}
    assert told == [
        (ago(2), "writer", {*apart, "workspace"}), (ago(3), "claims", {*apart, "workspace"}), (ago(3), "writer", apart),
    ]  # fmt: skip


def test_all_costs_are_judged_by_part_service_and_team_up_to_the_last_bill(
    ws: Workspace, facts: SmallFacts
) -> None:
    """A licence of ten a day that once cost ninety; bills of twenty a day end four days ago, which is no fall of what they are of."""
    usual(facts)
    days = [ago(day) for day in range(70, 0, -1)]
    load_expenses(
        ws.warehouse,
        [expense(day, 90 if day == ago(6) else 10, service="licence", team_id=3) for day in days]
        + [expense(day, 20, "infrastructure", origin="focus", service="Search") for day in days[:-4]],
    )
    told = found(ws)
    assert [(each.worst.day, each.worst.dimension, each.worst.value, each.excess) for each in told.episodes] == [
        (ago(6), "part", "operations", 80), (ago(6), "service", "licence", 80), (ago(6), "team", "3", 80),
        (ago(6), "workspace", "", 80),
    ]  # fmt: skip
    (fold,) = told.folds
    assert (fold.head.worst.value, len(fold.others)) == ("licence", 3)


def test_scopes_are_the_samein_one_query_andone_by_one(ws: Workspace, facts: SmallFacts) -> None:
    usual(facts)
    facts.calls(
        facts.call(ago(3), "60.123456789", caller="nobody", provider=None, model=None, organization=None)
    )
    load_expenses(
        ws.warehouse, [expense(ago(3), 7, team_id=3), expense(ago(2), 5, service="Search", source="platform")]
    )
    of = asked(ws, Filters(ago(13), ago(1)))
    asked_for = (of, list(DIMENSIONS), True, ago(60), ago(1))
    for (name, fast), (same, slow) in zip(at_once(*asked_for), one_by_one(*asked_for), strict=True):
        assert (name, fast.keys, dict(fast.exact)) == (
            same,
            slow.keys,
            {k: v for k, v in slow.exact.items() if k[0] in slow.keys},
        )
        assert np.array_equal(fast.values, slow.values, equal_nan=True), name


def test_events_of_the_day_are_named_where_they_may_explain_it(ws: Workspace, facts: SmallFacts) -> None:
    usual(facts)
    facts.calls(facts.call(ago(3), "60", caller="claims"))
    for title, told in (("Everybody", {}), ("Claims", {"agent": "claims"}), ("Writer", {"agent": "writer"})):
        TIMELINE_EVENTS.create(ws.store, SYSTEM, day=ago(3), kind="launch", title=title, **told)
    TIMELINE_EVENTS.create(ws.store, SYSTEM, day=ago(4), kind="launch", title="The day before")
    by_scope = {each.dimension: each.events for each in found(ws).items}
    assert by_scope["agent"] == ("Everybody (launch)", "Claims (launch)")
    assert by_scope["provider"] == ("Everybody (launch)",)
    assert by_scope["workspace"] == ("Everybody (launch)", "Claims (launch)", "Writer (launch)")


def test_a_scope_younger_than_four_weeks_is_not_judged(ws: Workspace, facts: SmallFacts) -> None:
    usual(facts)
    facts.calls(*(facts.call(ago(day), "9", caller="claims", model="new") for day in (20, 2, 1)))
    told = found(ws)
    assert "new" not in {each.value for each in told.items}
    assert (told.scopes, told.young) == (9, 1)


def test_filters_choose_the_scopes_and_narrow_none(ws: Workspace, facts: SmallFacts) -> None:
    usual(facts)
    facts.calls(facts.call(ago(3), "60", caller="claims"))
    only = found(ws, filters=Filters(LATELY.start, LATELY.end, agents=("claims",)))
    assert scopes(only) == [(str(ago(3)), "agent", "claims")]
    assert not found(ws, filters=Filters(LATELY.start, LATELY.end, agents=("writer",))).items


def test_too_young_a_workspace_says_when_the_first_day_can_be_judged(
    ws: Workspace, facts: SmallFacts
) -> None:
    assert found(ws).missing == "No usage has been loaded yet"
    usual(facts, 20)
    assert (
        found(ws).missing
        == f"A day is judged by at least 28 days before it: the first of them is {ago(20) + 28 * DAY}"
    )
    shown = figure(asked(ws, LATELY), "anomalies_open")
    assert (shown.value, shown.missing) == (None, found(ws).missing)


def test_small_groups_are_told_to_nobody_who_may_not_see_them(
    ws: Workspace, facts: SmallFacts, viewer: Actor
) -> None:
    """The writer is used by everybody, the two of *few* by one person: only of everybody's does a viewer hear."""
    usual(facts)
    facts.calls(
        *(
            facts.call(ago(day), "6", caller="few", user_id="u1", organization="few")
            for day in range(70, 0, -1)
        )
    )
    facts.calls(facts.call(ago(3), "50", caller="few", user_id="u1", organization="few"))
    assert ("agent", "UNATTRIBUTED") in {(each.dimension, each.value) for each in found(ws).items}
    told = found(ws, viewer)
    assert not [each for each in told.items if each.value in ("few", "UNATTRIBUTED")]
    assert not [part for each in told.items for part in each.parts if part.value in ("few", "UNATTRIBUTED")]


def test_of_too_few_people_nothing_is_judged(ws: Workspace, facts: SmallFacts, viewer: Actor) -> None:
    facts.calls(*(facts.call(ago(day), "6") for day in range(70, 0, -1)))
    assert found(ws, viewer).missing == WITHHELD


def test_what_hours_cost_is_judged_at_mean_rates_for_who_may_not_see_hourly_rates(
    ws: Workspace, facts: SmallFacts
) -> None:
    """Five people work an hour a day each at 50 to 90, so 70 on average; once the first works ten more."""
    usual(facts)
    days = [ago(day) for day in range(70, 0, -1)]
    rates = {1: 50, 2: 60, 3: 70, 4: 80, 5: 90}
    load_expenses(
        ws.warehouse,
        [hours(day, rate, person, team_id=3) for day in days for person, rate in rates.items()]
        + [hours(ago(3), 500, 1, worked=10, team_id=3)],
    )
    for actor, cost in ((SYSTEM, 500), (Actor(None, "a", "Ann", Role.ANALYST), 700)):
        told = {each.dimension: each for each in found(ws, actor).items}
        assert {told[name].excess for name in ("workspace", "part", "team")} == {cost}, actor.username
        assert [(part.dimension, part.excess) for part in told["team"].parts] == [("part", cost)]
