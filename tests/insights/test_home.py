from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from orchflow.insights.filters import month_to_date
from orchflow.insights.home import HomeReport, home_report
from orchflow.insights.privacy import privacy_of
from orchflow.people.permissions import Actor
from orchflow.workspace import Workspace

from .facts import TODAY, Facts, ago

NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 15, tzinfo=UTC)
LAST_MONTH = month_to_date(TODAY).previous()


@pytest.fixture
def facts(ws: Workspace) -> Facts:
    return Facts(ws.warehouse)


def home(ws: Workspace, actor: Actor) -> HomeReport:
    return home_report(ws, actor, NOW, privacy_of(ws.warehouse, actor))


def two_months(facts: Facts) -> None:
    facts.agents(claims="active", writer="active")
    facts.calls(
        facts.call(LAST_MONTH.start, "4"),
        facts.call(LAST_MONTH.start, "4", caller="writer", model="gpt"),
        facts.call(ago(1), "10"),
        facts.call(ago(1), "3", caller="writer", model="gpt"),
    )
    facts.runs(
        facts.run("claims", LAST_MONTH.start),
        facts.run("claims", ago(1)),
        facts.run("writer", ago(1), "failed"),
        facts.run("writer", ago(1)),
    )


def test_home_says_which_day_of_the_journey_it_is(ws: Workspace, admin: Actor) -> None:
    # Day 1 is 1 May 2026
    assert home(ws, admin).journey_day == 204


def test_there_are_six_figures_so_that_no_card_stands_alone(
    ws: Workspace, facts: Facts, viewer: Actor
) -> None:
    two_months(facts)
    assert [figure.key for figure in home(ws, viewer).figures] == [
        "time_to_first_agent", "time_to_production", "cost", "error_rate", "adoption", "active_agents",
    ]  # fmt: skip


def test_every_figure_has_its_definition_and_query(ws: Workspace, facts: Facts, viewer: Actor) -> None:
    two_months(facts)
    assert all(figure.definition and "select" in figure.sql for figure in home(ws, viewer).figures)


def test_a_change_of_cost_names_the_agent_and_model_behind_it(
    ws: Workspace, facts: Facts, viewer: Actor
) -> None:
    two_months(facts)
    cost = next(change for change in home(ws, viewer).changes if change.key == "cost")
    assert (cost.now, cost.before) == (Decimal(13), Decimal(8))
    assert [(mover.name, mover.delta) for mover in cost.movers] == [
        ("Claims", Decimal(6)),
        ("claude", Decimal(6)),
    ]


def test_a_change_of_the_error_rate_names_the_agent_that_failed_more(
    ws: Workspace, facts: Facts, viewer: Actor
) -> None:
    two_months(facts)
    rate = next(change for change in home(ws, viewer).changes if change.key == "error_rate")
    assert (rate.before, rate.movers[0].name, rate.movers[0].delta) == (0.0, "Writer", 1)


def test_first_runs_of_the_month_are_news(ws: Workspace, facts: Facts, viewer: Actor) -> None:
    two_months(facts)
    assert [change.label for change in home(ws, viewer).changes][3:] == ["Writer completed its first run"]


def test_nothing_is_compared_when_the_month_before_is_not_known(
    ws: Workspace, facts: Facts, viewer: Actor
) -> None:
    facts.calls(facts.call(ago(1), "3"))
    assert home(ws, viewer).changes == ()


def test_without_a_source_the_first_step_is_to_connect_one(ws: Workspace, admin: Actor) -> None:
    found = home(ws, admin)
    assert [(step.title, step.screen) for step in found.steps] == [("Connect Orchestrator AI", "sources")]
    assert found.do_first


def test_failing_agents_come_before_what_can_wait(ws: Workspace, facts: Facts, admin: Actor) -> None:
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


def test_the_steps_of_others_are_not_shown(ws: Workspace, facts: Facts, viewer: Actor) -> None:
    facts.agents(claims="active")
    facts.users(u1="acme")
    facts.runs(*(facts.run("claims", ago(1), "failed") for _ in range(3)))
    found = home(ws, viewer)
    assert [step.key for step in found.steps] == ["agent-claims"]
    assert not found.do_first


def test_a_failed_source_says_why(ws: Workspace, facts: Facts, admin: Actor) -> None:
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


def test_old_data_is_said_to_be_old(ws: Workspace, facts: Facts, admin: Actor) -> None:
    facts.calls(facts.call(ago(3), "1"))
    assert home(ws, admin).steps[0].title == "No new data for 3 days"


@pytest.mark.parametrize(("hours", "said"), [(48, []), (49, ["stale"])])
def test_data_is_old_after_two_days(
    ws: Workspace, facts: Facts, admin: Actor, hours: int, said: list[str]
) -> None:
    facts.agents(claims="active")
    facts.load("usage", facts.call(ago(3)) | {"occurred_at": NOW - timedelta(hours=hours)})
    assert [step.key for step in home(ws, admin).steps if step.key == "stale"] == said
