from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from orchflow.errors import Forbidden, NotFound
from orchflow.insights.agents import Agent, AgentsReport, agent_report, agents_report
from orchflow.metrics.filters import Filters
from orchflow.people.permissions import Actor
from orchflow.workspace import Workspace
from tests.metrics.facts import TODAY, SmallFacts, ago, asked

PERIOD = Filters(ago(29), TODAY)


def report(ws: Workspace, filters: Filters = PERIOD) -> AgentsReport:
    return agents_report(asked(ws, filters))


def agent(ws: Workspace, slug: str = "claims", filters: Filters = PERIOD) -> Agent:
    return next(found for found in report(ws, filters).agents if found.slug == slug)


def value(found: AgentsReport, key: str) -> object:
    return next(figure.value for figure in found.figures if figure.key == key)


def test_error_rate_is_failed_of_those_that_ended(facts: SmallFacts, ws: Workspace) -> None:
    facts.runs(*(facts.run("claims", ago(1)) for _ in range(3)), facts.run("claims", ago(1), "failed"))
    assert agent(ws).error_rate == 0.25
    assert value(report(ws), "error_rate") == 0.25


def test_latency_is_that_of_completed_runs(facts: SmallFacts, ws: Workspace) -> None:
    facts.runs(
        *(facts.run("claims", ago(1), duration=100 * number) for number in range(1, 6)),
        facts.run("claims", ago(1), "failed", duration=90_000),
    )
    # linear between 100 … 500: the middle, and 95 % of the way from the first to the last
    assert (agent(ws).p50, agent(ws).p95) == (300.0, pytest.approx(480.0))


def test_a_run_without_an_end_runs_now_for_a_day(facts: SmallFacts, ws: Workspace) -> None:
    now = datetime.now(UTC)
    for number, hours in enumerate((1, 30)):
        facts.load(
            "run_events",
            {
                "event_id": f"open-{number}",
                "occurred_at": now - timedelta(hours=hours),
                "type": "started",
                "agent": "claims",
                "conversation_id": f"open-{number}",
                "user_id": "u1",
            },
        )
    found = agents_report(asked(ws, Filters(now.date() - timedelta(days=3), now.date()), now=now))
    assert [(one.runs, one.running_now, one.error_rate) for one in found.agents] == [(2, 1, None)]


def test_cost_per_run_is_the_agents_own(facts: SmallFacts, ws: Workspace) -> None:
    facts.agents(claims="active", writer="active")
    facts.calls(
        facts.call(ago(1), "3"),
        facts.call(ago(1), "1", caller="claims-rag"),
        facts.call(ago(1), "9", caller="writer"),
    )
    facts.runs(facts.run("claims", ago(1)), facts.run("claims", ago(1)))
    assert (agent(ws).cost, agent(ws).cost_per_run) == (Decimal(4), Decimal(2))


def test_users_are_counted_once(facts: SmallFacts, ws: Workspace) -> None:
    facts.runs(*(facts.run("claims", ago(day), user=user) for day in (1, 2) for user in ("u1", "u2")))
    assert agent(ws).users == 2


def test_the_trend_has_28_days_with_the_empty_ones(facts: SmallFacts, ws: Workspace) -> None:
    facts.runs(facts.run("claims", TODAY), facts.run("claims", TODAY), facts.run("claims", ago(27)))
    assert agent(ws).trend == (1, *(0,) * 26, 2)


def test_an_agent_that_the_platform_lists_but_nobody_ran_is_there(facts: SmallFacts, ws: Workspace) -> None:
    facts.agents(quiet="active")
    found = agent(ws, "quiet")
    assert (found.status, found.runs, found.name) == ("idle", 0, "Quiet")


def test_an_agent_known_only_by_its_runs_is_there(facts: SmallFacts, ws: Workspace) -> None:
    facts.runs(facts.run("stranger", ago(1)))
    assert (agent(ws, "stranger").status, agent(ws, "stranger").listed) == ("healthy", False)


def test_those_that_want_attention_come_first(facts: SmallFacts, ws: Workspace) -> None:
    facts.agents(off="disabled", fine="active", broken="active")
    facts.runs(facts.run("fine", ago(1)), *(facts.run("broken", ago(1), "failed") for _ in range(3)))
    assert [found.slug for found in report(ws).agents] == ["broken", "fine", "off"]
    assert report(ws).statuses == {"failing": 1, "healthy": 1, "disabled": 1}


def test_last_runs_are_those_that_ended_last(facts: SmallFacts, ws: Workspace) -> None:
    facts.runs(*(facts.run("claims", ago(2), "failed") for _ in range(3)), facts.run("claims", ago(1)))
    assert agent(ws).status == "degraded"


def test_p95_of_the_week_is_judged_against_the_median_of_its_days(facts: SmallFacts, ws: Workspace) -> None:
    facts.runs(
        *(facts.run("claims", ago(day), duration=1000) for day in range(8, 20)),
        *(facts.run("claims", ago(1), duration=5000) for _ in range(3)),
    )
    assert agent(ws).health.reason == "P95 of the last 7 days is 5.0 times its median of 4 weeks."


def test_what_waits_for_a_person_is_counted_with_its_age(facts: SmallFacts, ws: Workspace) -> None:
    since = datetime(2026, 11, 18, 8, tzinfo=UTC)
    facts.runs(facts.run("claims", ago(1)))
    facts.load("conversations", {"conversation_id": "waits", "agent": "claims", "user_id": "u1"})
    facts.load(
        "tasks",
        {
            "task_id": "t1",
            "conversation_id": "waits",
            "status": "running",
            "waiting": "true",
            "waiting_since": since,
        },
        {
            "task_id": "t2",
            "conversation_id": "waits",
            "status": "running",
            "waiting": "false",
            "waiting_since": None,
        },
    )
    assert (agent(ws).waiting, agent(ws).waiting_since) == (1, since)


def test_active_agents_are_those_not_idle_of_the_not_switched_off(facts: SmallFacts, ws: Workspace) -> None:
    facts.agents(claims="active", quiet="active", sketch="draft")
    facts.runs(facts.run("claims", ago(1)), facts.run("sketch", ago(1)))
    found = report(ws)
    active = next(figure for figure in found.figures if figure.key == "active_agents")
    assert (active.value, active.note) == (1, "of 2 in use")


def test_a_status_of_the_database_outlives_the_silence_of_the_api(facts: SmallFacts, ws: Workspace) -> None:
    listed = [
        {"slug": slug, "name": slug, "status": "disabled", "updated_at": "2026-11-01T00:00:00Z"}
        for slug in ("claims", "quiet")
    ]
    silent = [
        {"slug": slug, "name": slug, "status": None, "updated_at": "2026-11-19T00:00:00Z"}
        for slug in ("claims", "quiet", "new")
    ]
    facts.load("agents", *listed, source="database")
    facts.load("agents", *silent, source="api")
    facts.runs(facts.run("claims", ago(1)), facts.run("new", ago(1)))
    assert {one.slug: one.status for one in report(ws).agents} == {
        "claims": "disabled",
        "quiet": "disabled",
        "new": "healthy",
    }
    facts.load("agents", *({**row, "status": "active"} for row in listed), source="database")
    assert {one.slug: one.status for one in report(ws).agents} == {
        "claims": "healthy",
        "quiet": "idle",
        "new": "healthy",
    }


def test_an_organisations_agents_are_those_it_owns_or_ran(facts: SmallFacts, ws: Workspace) -> None:
    facts.load(
        "agents",
        {"slug": "owned", "organizations": ["acme"], "status": "active"},
        {"slug": "other", "organizations": ["else"], "status": "active"},
    )
    facts.runs(facts.run("ran", ago(1), organization="acme"))
    found = report(ws, replace(PERIOD, organizations=("acme",)))
    assert {one.slug for one in found.agents} == {"owned", "ran"}


def test_single_users_runs_are_refused_without_the_permission(ws: Workspace, viewer: Actor) -> None:
    with pytest.raises(Forbidden):
        agents_report(asked(ws, replace(PERIOD, users=("u1",)), viewer))


def test_one_agents_page_has_every_day_and_its_errors(facts: SmallFacts, ws: Workspace) -> None:
    facts.agents(claims="active")
    facts.calls(facts.call(ago(1), "3"), facts.call(ago(1), "9", caller="direct_call"))
    facts.runs(
        facts.run("claims", ago(2)),
        facts.run("claims", ago(1), "failed", error="rate limit"),
        facts.run("claims", ago(1), "failed", error="rate limit"),
        facts.run("claims", ago(1), "failed", error="time out"),
        facts.run("writer", ago(1), "failed", error="not this one"),
    )
    found = agent_report(asked(ws, PERIOD), "claims")
    assert (len(found.history), int(found.history["runs"].sum())) == (30, 4)
    assert list(zip(found.errors["error"], found.errors["times"], strict=True)) == [
        ("rate limit", 2),
        ("time out", 1),
    ]
    assert list(found.cost_by_model["cost"]) == [Decimal(3)]
    assert found.milestones is not None
    assert found.milestones.first_run_day == ago(2)


def test_an_unknown_agent_is_not_found(ws: Workspace) -> None:
    with pytest.raises(NotFound, match="no agent 'nobody'"):
        agent_report(asked(ws, PERIOD), "nobody")
