"""What those are told who may not see figures of small groups: cells of enough people, and nothing to work others out by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from orchflow.errors import Forbidden
from orchflow.insights.agents import agent_report, agents_report
from orchflow.insights.cost import CostReport, calls_behind, cost_report
from orchflow.insights.home import home_report
from orchflow.metrics import stretches
from orchflow.metrics.document import answer, facts_for
from orchflow.metrics.filters import Filters, month_to_date
from orchflow.metrics.movers import change
from orchflow.metrics.names import filter_options
from orchflow.metrics.privacy import SMALL_GROUPS, Privacy, privacy_of
from orchflow.metrics.read import figure, lines
from orchflow.people.permissions import Actor
from orchflow.people.small_groups import TOGETHER, WITHHELD
from orchflow.workspace import Workspace
from tests.metrics.facts import NOW, TODAY, SmallFacts, ago, asked

MONTH = month_to_date(TODAY)
YESTERDAY = Filters(ago(1), ago(1))


def used(facts: SmallFacts, day: date, cost: str = "1", **people: int) -> None:
    """A call on `day` by each of so many people of each organisation."""
    facts.calls(
        *(
            facts.call(day, cost, organization=name, user_id=f"{name}{number}", caller=name)
            for name, size in people.items()
            for number in range(size)
        )
    )


def costs(
    ws: Workspace, actor: Actor, by: str = "organization", filters: Filters = MONTH
) -> Mapping[str, Decimal]:
    return {line["value"]: line["cost"] for line in lines(asked(ws, filters, actor), ["cost"], by=by)}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("people", "told"),
    [
        (
            {"four": 4, "five": 5, "six": 6},
            {"six": 6, SMALL_GROUPS: 9},
        ),  # what is left of fifteen is nine, not four
        ({"five": 5, "six": 6}, {"five": 5, "six": 6}),
        ({"two": 2, "three": 3, "six": 6}, {"six": 6, SMALL_GROUPS: 5}),
        ({"two": 2, "one": 1, "six": 6, "seven": 7}, {"seven": 7, SMALL_GROUPS: 9}),
        ({"four": 4}, {}),
    ],
)
def test_cells_of_fewer_than_five_are_told_together(
    facts: SmallFacts,
    ws: Workspace,
    viewer: Actor,
    admin: Actor,
    people: dict[str, int],
    told: dict[str, int],
) -> None:
    used(facts, ago(1), **people)
    assert costs(ws, viewer) == told
    assert costs(ws, admin) == people


def test_the_total_and_one_of_two_groups_do_not_tell_the_other(
    facts: SmallFacts, ws: Workspace, viewer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stretches, "SMALLEST_GROUP", 6)
    used(facts, ago(1), ten=10, five=5)
    assert costs(ws, viewer) == {SMALL_GROUPS: 15}


def test_the_same_three_people_twice_are_not_six(facts: SmallFacts, ws: Workspace, viewer: Actor) -> None:
    used(facts, ago(1), large=7, wide=8)
    facts.calls(
        *(facts.call(ago(1), organization=name, user_id=f"u{n}") for name in ("a", "b") for n in range(3))
    )
    assert costs(ws, viewer) == {"wide": 8, SMALL_GROUPS: 13}


def test_people_are_counted_in_the_cell_and_not_in_the_organisation(
    facts: SmallFacts, ws: Workspace, viewer: Actor
) -> None:
    facts.users(**{f"large{number}": "large" for number in range(20)})
    used(facts, ago(1), large=2, wide=6)
    assert costs(ws, viewer) == {SMALL_GROUPS: 8}


def test_what_nobody_did_is_nobodys_figure(facts: SmallFacts, ws: Workspace, viewer: Actor) -> None:
    facts.users(service="night")
    used(facts, ago(1), large=6)
    facts.calls(
        facts.call(ago(1), organization="night", user_id="service"),
        facts.call(ago(1), organization="batch", user_id=None),
    )
    assert costs(ws, viewer) == {"large": 6, "night": 1, "batch": 1}


def test_a_period_ends_with_days_of_enough_people(facts: SmallFacts, ws: Workspace, viewer: Actor) -> None:
    friday, saturday, monday = date(2026, 11, 13), date(2026, 11, 14), date(2026, 11, 16)
    used(facts, friday, acme=6)
    used(facts, saturday, acme=2)
    used(facts, monday, acme=7)

    def until(end: date, actor: Actor = viewer) -> Decimal | None:
        return answer(facts_for(ws, actor, "cost", start=friday, end=end, now=NOW), "cost").value  # type: ignore[return-value]

    assert [until(day) for day in (friday, saturday, monday)] == [6, 15, 15]
    weekend = answer(
        facts_for(ws, viewer, "cost", start=saturday, end=saturday, now=NOW), "cost", grain="day"
    )
    assert (weekend.start, weekend.end, weekend.value) == (saturday, monday, 9)
    assert [(part.start, part.value) for part in weekend.parts] == [(monday, 9)]
    assert weekend.withheld.startswith(TOGETHER)


def test_today_is_told_when_enough_people_were_there(facts: SmallFacts, ws: Workspace, viewer: Actor) -> None:
    used(facts, ago(1), acme=6)
    used(facts, TODAY, acme=4)
    assert figure(asked(ws, MONTH, viewer), "cost").value == 6
    used(facts, TODAY, other=1)
    assert figure(asked(ws, MONTH, viewer), "cost").value == 11


def test_what_is_left_of_a_month_is_told_with_its_last_days(
    facts: SmallFacts, ws: Workspace, viewer: Actor
) -> None:
    used(facts, date(2026, 10, 30), acme=6)
    used(facts, date(2026, 10, 31), acme=1)
    used(facts, date(2026, 11, 2), acme=6)
    october = Filters(date(2026, 10, 1), date(2026, 10, 31))
    assert figure(asked(ws, october, viewer), "cost").value == 7
    assert figure(asked(ws, replace(october, end=date(2026, 10, 30)), viewer), "cost").value == 7


def test_what_is_withheld_is_not_nothing(facts: SmallFacts, ws: Workspace, viewer: Actor) -> None:
    used(facts, ago(1), large=7, small=2, wide=8)
    for narrowed in (
        {"organizations": ("small",)},
        {"organizations": ("large",)},
        {"organizations": ("nowhere",)},
    ):
        found = figure(asked(ws, replace(MONTH, **narrowed), viewer), "cost")
        assert (found.value, found.missing, found.previous, found.spark) == (None, WITHHELD, None, ())
    assert figure(asked(ws, replace(MONTH, organizations=("wide",)), viewer), "cost").value == 8


def test_fewer_than_five_in_all_are_told_nothing(facts: SmallFacts, ws: Workspace, viewer: Actor) -> None:
    used(facts, ago(1), acme=4)
    assert (figure(asked(ws, MONTH, viewer), "cost").missing, costs(ws, viewer)) == (WITHHELD, {})
    assert cost_report(asked(ws, MONTH, viewer), "provider").by_value.empty


def test_runs_of_too_few_people_do_not_keep_usage_from_being_told(
    facts: SmallFacts, ws: Workspace, viewer: Actor
) -> None:
    facts.agents(acme="active")
    used(facts, ago(1), acme=6)
    facts.runs(facts.run("acme", ago(1), user="acme0"))
    assert figure(asked(ws, MONTH, viewer), "cost").value == 6
    assert {figure(asked(ws, MONTH, viewer), key).missing for key in ("runs", "cost_per_run", "users")} == {
        WITHHELD
    }
    assert lines(asked(ws, MONTH, viewer), ["cost", "runs", "cost_per_run"], by="agent") == [
        {"value": "acme", "cost": 6, "runs": None, "cost_per_run": None}
    ]


def test_two_conditions_are_judged_by_those_who_meet_both(
    facts: SmallFacts, ws: Workspace, viewer: Actor
) -> None:
    used(facts, ago(1), acme=12)
    facts.calls(
        *(
            facts.call(ago(1), "1", organization="acme", user_id=f"acme{n}", caller="acme", model="m")
            for n in range(6)
        ),
        *(
            facts.call(ago(1), "1", organization="other", user_id=f"o{n}", caller="acme", model="m")
            for n in range(3)
        ),
        *(facts.call(ago(1), "1", organization="other", user_id=f"o{n}", caller="acme") for n in range(9)),
    )
    assert costs(ws, viewer, "model") == {"claude": 21, "m": 9}
    assert costs(ws, viewer) == {"acme": 18, "other": 12}
    both = replace(MONTH, organizations=("other",))
    assert costs(ws, viewer, "model", both) == {SMALL_GROUPS: 12}
    assert figure(asked(ws, replace(both, models=("m",)), viewer), "cost").missing == WITHHELD
    one = replace(MONTH, organizations=("acme",))  # six and twelve, but what is left of the model is of three
    assert costs(ws, viewer, "model", one) == {"claude": 12, SMALL_GROUPS: 6}


def test_single_calls_and_runs_are_not_told(
    facts: SmallFacts, ws: Workspace, viewer: Actor, admin: Actor
) -> None:
    used(facts, ago(1), acme=9)
    facts.runs(*(facts.run("claims", ago(1), "failed", user=f"u{n}", error="Broken") for n in range(9)))
    with pytest.raises(Forbidden, match=WITHHELD):
        calls_behind(asked(ws, MONTH, viewer), "provider", ago(1), None)
    assert calls_behind(asked(ws, MONTH, admin), "provider", ago(1), None).count == 9
    page = agent_report(asked(ws, MONTH, viewer), "claims")
    assert (page.recent, page.errors, page.agent.last_run_at) == (None, None, None)
    assert page.agent.health.reason == "Its last 3 runs failed."
    assert page.agent.runs == 9


def test_an_agent_of_few_people_has_no_figures(facts: SmallFacts, ws: Workspace, viewer: Actor) -> None:
    facts.agents(quiet="active", claims="active")
    facts.runs(
        *(facts.run("claims", ago(1), user=f"u{n}") for n in range(12)),
        *(facts.run("quiet", ago(1), "failed", user=f"u{n}") for n in range(2)),
        *(facts.run("mail", ago(1), user=f"u{n}") for n in range(6)),
    )
    found = {agent.slug: agent for agent in agents_report(asked(ws, MONTH, viewer)).agents}
    quiet = found["quiet"]
    assert (quiet.runs, quiet.error_rate, quiet.users, quiet.cost, quiet.trend) == (
        None,
        None,
        None,
        None,
        (),
    )
    assert "14" not in quiet.health.reason
    assert (found["mail"].runs, found["claims"].runs) == (None, 12)
    page = agent_report(asked(ws, MONTH, viewer), "quiet")
    assert (page.history.empty, page.cost_by_model.empty) == (True, True)
    assert {shown.value for shown in page.figures} == {None}


def test_a_part_that_is_withheld_on_one_side_moved_nothing_of_its_own(
    facts: SmallFacts, ws: Workspace, viewer: Actor
) -> None:
    before = date(2026, 10, 8)
    used(facts, date(2026, 9, 30), large=8)
    used(facts, before, large=8, small=6, wide=9)
    used(facts, ago(8), large=8, small=2, wide=9)
    facts.agents(large="active", small="active", wide="active")
    moved = change(asked(ws, MONTH, viewer), "cost", "agent")
    assert moved is not None
    assert {mover.value: mover.delta for mover in moved.movers} == {"wide": 0, SMALL_GROUPS: -4}
    found: CostReport = cost_report(asked(ws, MONTH, viewer), "agent")
    table = found.by_value.set_index("value")
    assert table.loc["wide", "delta"] == 0
    assert "small" not in table.index or table.loc["small", "delta"] is None


def test_adoption_of_all_and_of_nobody_is_told_in_words(
    facts: SmallFacts, ws: Workspace, viewer: Actor
) -> None:
    def adoption(key: str = "adoption_rate") -> tuple[object, object]:
        found = figure(asked(ws, MONTH, viewer), key)
        return found.value, found.missing

    facts.users(a="acme", b="acme", c="acme", d="acme")
    facts.runs(facts.run("claims", ago(1), user="a"))
    assert adoption("seats") == adoption() == (None, WITHHELD)
    facts.users(**{f"u{n}": "acme" for n in range(16)})
    assert adoption("monthly_active_users") == adoption() == (None, "Fewer than 5 of 16 people")
    facts.runs(*(facts.run("claims", ago(1), user=f"u{n}") for n in range(10)))
    assert adoption() == (10 / 16, None)
    facts.runs(*(facts.run("claims", ago(1), user=f"u{n}") for n in range(10, 12)))
    assert adoption() == (None, "All but fewer than 5 of 16 people, or all")


def test_filters_offer_neither_users_nor_small_organisations(
    facts: SmallFacts, ws: Workspace, viewer: Actor, admin: Actor
) -> None:
    used(facts, ago(1), large=7, small=2)
    options = filter_options(ws.warehouse, privacy_of(viewer))
    assert list(options["organization"].values()) == ["large"]
    assert "user" not in options
    facts.runs(facts.run("claims", ago(1), organization="quiet", user="quiet0"))
    offered = filter_options(ws.warehouse, privacy_of(admin))
    assert "quiet" in offered["organization"]
    assert "quiet0" in offered["user"]


def test_home_says_what_is_withheld(facts: SmallFacts, ws: Workspace, viewer: Actor, admin: Actor) -> None:
    used(facts, ago(1), large=7)
    assert home_report(ws, viewer, NOW, privacy_of(viewer)).data.withheld.startswith(WITHHELD)
    assert home_report(ws, admin, NOW, Privacy(people=True)).data.withheld == ""


def test_a_weekend_is_told_with_its_monday(facts: SmallFacts, ws: Workspace, viewer: Actor) -> None:
    for day in range(1, 31):
        used(facts, date(2026, 10, day), acme=40 if date(2026, 10, day).weekday() < 5 else 6)
    used(facts, date(2026, 11, 7), acme=6)
    used(facts, date(2026, 11, 9), acme=40)
    found = stretches.read_stretches(ws.warehouse, TODAY)
    assert found.of(date(2026, 11, 7)) == (date(2026, 11, 7), date(2026, 11, 9))
    assert found.of(date(2026, 10, 7)) == (date(2026, 10, 7), date(2026, 10, 7))
    assert found.whole(date(2026, 11, 8), date(2026, 11, 8) + timedelta(days=30)) == (
        date(2026, 11, 7), date(2026, 12, 8),
    )  # fmt: skip


def test_a_figure_of_one_value_of_a_dimension_is_told_no_more_than_that_value(
    facts: SmallFacts, ws: Workspace, viewer: Actor, admin: Actor
) -> None:
    used(facts, ago(1), large=20)
    facts.load("agents", {"slug": "large", "name": "Large"})
    facts.calls(
        *(facts.call(ago(1), organization="large", user_id=f"large{n}", caller="cron") for n in (0, 1))
    )
    facts.calls(
        *(facts.call(ago(1), None, organization="large", user_id=f"large{n}", caller="large") for n in (2, 3))
    )
    assert set(costs(ws, viewer, "agent")) == {SMALL_GROUPS}
    keys = ("unattributed", "unattributed_calls", "unattributed_share", "unpriced_calls", "unpriced_share")
    for key in keys:
        told = figure(asked(ws, MONTH, viewer), key)
        assert (told.value, told.missing, told.spark) == (None, WITHHELD, ()), key
        assert figure(asked(ws, MONTH, admin), key).value, key
    by_organization = lines(asked(ws, MONTH, viewer), list(keys), by="organization")
    assert [line[key] for line in by_organization for key in keys] == [None] * len(keys)
    report = cost_report(asked(ws, MONTH, viewer), "organization")
    assert list(report.by_value["unpriced_calls"]) == [None]
    assert [line.provenance for line in report.lines] == []


def test_a_figure_of_one_value_of_a_dimension_is_told_of_enough_people_and_of_nobody(
    facts: SmallFacts, ws: Workspace, viewer: Actor
) -> None:
    used(facts, ago(1), large=20)
    facts.load("agents", {"slug": "large", "name": "Large"})
    over = asked(ws, MONTH, viewer)
    assert figure(over, "unattributed").value == 0
    assert figure(over, "unpriced_calls").value == 0
    facts.calls(
        *(facts.call(ago(1), organization="large", user_id=f"large{n}", caller="cron") for n in range(6))
    )
    over = asked(ws, MONTH, viewer)
    assert figure(over, "unattributed").value == 6
    assert figure(over, "unattributed_calls").value == 6


def test_runs_of_days_without_a_call_are_not_counted_for_those_who_may_not_see_few(
    facts: SmallFacts, ws: Workspace, viewer: Actor, admin: Actor
) -> None:
    used(facts, ago(2), large=20)
    facts.runs(facts.run("large", ago(1), organization="large", user="large0"))
    assert "(1 run)" in asked(ws, MONTH, admin).recording.words
    for role in (viewer, admin):
        assert "1 of 1 days with runs no call" in asked(ws, MONTH, role).recording.words
    assert "(1 run)" not in asked(ws, MONTH, viewer).recording.words
