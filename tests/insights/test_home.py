from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from orchflow.costs.budgets import BUDGETS
from orchflow.ingest.quality import unmatched_users
from orchflow.insights.home import HomeReport, home_report
from orchflow.metrics.metric import Figure
from orchflow.metrics.movers import Change
from orchflow.metrics.privacy import privacy_of
from orchflow.people.permissions import Actor
from orchflow.people.users import add_user
from orchflow.subscribers import dispatcher
from orchflow.workspace import Workspace
from tests.metrics.facts import TODAY, SmallFacts, ago

NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 15, tzinfo=UTC)
LAST_MONTH = date(2026, 10, 1)


@pytest.fixture
def facts(ws: Workspace) -> SmallFacts:
    return SmallFacts(ws.warehouse)


def home(ws: Workspace, actor: Actor) -> HomeReport:
    return home_report(ws, actor, NOW, privacy_of(actor))


def two_months(facts: SmallFacts) -> None:
    facts.agents(claims="active", writer="active")
    facts.calls(
        facts.call(LAST_MONTH, "4"),
        facts.call(LAST_MONTH, "4", caller="writer", model="gpt"),
        facts.call(ago(1), "10"),
        facts.call(ago(1), "3", caller="writer", model="gpt"),
    )
    facts.runs(
        facts.run("claims", LAST_MONTH),
        facts.run("claims", ago(1)),
        facts.run("writer", ago(1), "failed"),
        facts.run("writer", ago(1)),
    )


def test_home_says_which_day_of_the_journey_it_is(ws: Workspace, admin: Actor) -> None:
    # Day 1 is 1 May 2026
    assert home(ws, admin).journey_day == 204


def test_there_are_six_figures_so_that_no_card_stands_alone(
    ws: Workspace, facts: SmallFacts, viewer: Actor
) -> None:
    two_months(facts)
    assert [figure.key for figure in home(ws, viewer).figures] == [
        "time_to_first_agent", "time_to_production", "cost_month_to_date", "error_rate", "adoption_rate", "active_agents",
    ]  # fmt: skip


def test_every_figure_has_its_definition(ws: Workspace, facts: SmallFacts, viewer: Actor) -> None:
    two_months(facts)
    assert all(figure.definition for figure in home(ws, viewer).figures)


def test_a_change_of_cost_names_the_agents_whose_parts_add_up_to_it(
    ws: Workspace, facts: SmallFacts, admin: Actor
) -> None:
    two_months(facts)
    change = moved(ws, admin, "cost")
    assert (change.figure.value, change.figure.previous, change.by) == (Decimal(13), Decimal(8), "agent")
    assert [(mover.name, mover.delta) for mover in change.movers] == [("Claims", 6), ("Writer", -1)]
    assert [mover.name for mover in change.strongest(2)] == ["Claims"]


def test_a_change_of_the_error_rate_is_taken_apart_by_the_agents_failed_runs(
    ws: Workspace, facts: SmallFacts, admin: Actor
) -> None:
    two_months(facts)
    change = moved(ws, admin, "error_rate")
    assert (change.figure.previous, change.figure.value) == (0.0, pytest.approx(1 / 3))
    assert [(mover.name, mover.delta) for mover in change.strongest(2)] == [("Writer", pytest.approx(1 / 3))]


def moved(ws: Workspace, actor: Actor, key: str) -> Change:
    change = next(news.change for news in home(ws, actor).changes if news.key == key)
    assert change is not None
    return change


def test_first_runs_of_the_month_are_news(ws: Workspace, facts: SmallFacts, admin: Actor) -> None:
    two_months(facts)
    assert [change.label for change in home(ws, admin).changes][3:] == ["Writer completed its first run"]


def test_nothing_is_compared_when_the_month_before_is_not_known(
    ws: Workspace, facts: SmallFacts, viewer: Actor
) -> None:
    facts.calls(facts.call(ago(1), "3"))
    assert home(ws, viewer).changes == ()


def test_without_a_source_connecting_one_is_a_beginning_and_no_step(ws: Workspace, admin: Actor) -> None:
    report = home(ws, admin)
    assert report.own.beginnings.platform
    assert (report.steps, report.do_first) == ((), False)


def test_failing_agents_come_before_what_can_wait(ws: Workspace, facts: SmallFacts, admin: Actor) -> None:
    facts.agents(claims="active")
    facts.users(u1="acme")
    facts.calls(
        facts.call(ago(1), "1"), facts.call(ago(1), "1", caller="direct_call"), facts.call(ago(1), None)
    )
    facts.runs(*(facts.run("claims", ago(1), "failed") for _ in range(3)))
    steps = home(ws, admin).steps
    assert [step.key for step in steps] == ["agent-claims", "unattributed", "unpriced", "unmatched"]
    assert (steps[0].urgency, steps[0].query) == ("broken", {"agent": "claims"})
    assert steps[1].title == "50 % of this month's cost belongs to no agent"


def test_home_and_sources_agree_on_who_is_nobody_here(ws: Workspace, facts: SmallFacts, admin: Actor) -> None:
    def told() -> tuple[int, str]:
        titles = [step.title for step in home(ws, admin).steps if step.key == "unmatched"]
        return len(unmatched_users(ws, admin)), "".join(titles)

    facts.calls(facts.call(ago(1), "1"))
    facts.users(u1="acme", u2="acme", service="acme")
    facts.load("users", {"user_id": "left", "email": "left@acme.example", "status": "inactive"}, source="b")
    assert told() == (2, "2 platform users not matched to a person")

    add_user(ws.store, admin, username="u1", email="U1@acme.example", display_name="", role="member")
    dispatcher(ws).deliver()

    assert told() == (1, "1 platform user not matched to a person")


def test_the_steps_of_others_are_not_shown(ws: Workspace, facts: SmallFacts, viewer: Actor) -> None:
    facts.agents(claims="active")
    facts.users(u1="acme")
    facts.runs(*(facts.run("claims", ago(1), "failed") for _ in range(3)))
    found = home(ws, viewer)
    assert [step.key for step in found.steps] == ["agent-claims"]
    assert not found.do_first


def test_a_failed_source_says_why(ws: Workspace, facts: SmallFacts, admin: Actor) -> None:
    facts.calls(facts.call(TODAY, "1", caller="claims"))
    record_run(ws, "failed", "It refused the password")
    steps = home(ws, admin).steps
    assert (steps[0].urgency, steps[0].title, steps[0].detail) == (
        "broken", "platform: usage not loaded", "It refused the password",
    )  # fmt: skip


def record_run(ws: Workspace, state: str, error: str) -> None:
    from orchflow.warehouse.sql import Query

    text = """insert into ingest_runs (run_id, source, job, trigger, started_at, state, error)
        values ('1', 'platform', 'usage', 'manual', now(), $state, $error)"""
    with ws.warehouse.write() as tx:
        tx.execute(Query.of("record", text), {"state": state, "error": error})


def test_old_data_is_said_to_be_old(ws: Workspace, facts: SmallFacts, admin: Actor) -> None:
    facts.calls(facts.call(ago(3), "1"))
    assert home(ws, admin).steps[0].title == "No new data for 3 days"


@pytest.mark.parametrize(("hours", "said"), [(48, []), (49, ["stale"])])
def test_data_is_old_after_two_days(
    ws: Workspace, facts: SmallFacts, admin: Actor, hours: int, said: list[str]
) -> None:
    facts.agents(claims="active")
    facts.load("usage", facts.call(ago(3)) | {"occurred_at": NOW - timedelta(hours=hours)})
    assert [step.key for step in home(ws, admin).steps if step.key == "stale"] == said


def test_the_cost_of_the_month_stands_against_the_budget_that_is_kept(
    ws: Workspace, facts: SmallFacts, admin: Actor
) -> None:
    two_months(facts)

    def cost() -> Figure:
        return next(figure for figure in home(ws, admin).figures if figure.key == "cost_month_to_date")

    assert (cost().target, cost().besides.split(" · ")[0]) == (
        None,
        "No budget of a month is kept: add one on Costs",
    )
    BUDGETS.create(
        ws.store,
        admin,
        name="All",
        scope="workspace",
        period="month",
        amount=26,
        currency="USD",
        valid_from=LAST_MONTH,
    )
    dispatcher(ws).deliver()
    assert (cost().value, cost().target, cost().aimed_at) == (Decimal(13), Decimal(26), "budget")
    assert "No budget" not in cost().besides
    facts.calls(*(facts.call(ago(days), "1") for days in range(20, 60)))
    assert re.match(r"likely \$[\d.]+, \d+ % of the budget, at its end", cost().besides)


def test_amounts_without_a_rate_are_told_at_the_cost_and_are_something_to_do(
    ws: Workspace, facts: SmallFacts, admin: Actor, viewer: Actor
) -> None:
    two_months(facts)
    facts.calls(facts.call(ago(1), "1200", currency="GBP"))
    said = "Not converted: 1,200.00 GBP, 1 row; add a rate"
    report = home(ws, admin)
    cost = next(figure for figure in report.figures if figure.key == "cost_month_to_date")
    assert (cost.value, cost.left_out) == (Decimal(13), said)
    step = next(step for step in report.steps if step.key == "unconverted")
    assert (step.title, step.screen) == ("Amounts in GBP have no rate", "exchange_rates")
    assert "unconverted" not in [step.key for step in home(ws, viewer).steps]
