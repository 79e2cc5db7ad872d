"""The workspace after `fill`: what was loaded is what was simulated, and people can sign in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from orchflow.config.settings import SecuritySettings
from orchflow.demo.calls import calls_of
from orchflow.demo.models import UNITS_PER_DOLLAR
from orchflow.demo.runs import runs_of
from orchflow.demo.simulation import Simulation
from orchflow.demo.simulator import DemoReport, fill, is_empty
from orchflow.demo.source import SimulatedSource
from orchflow.errors import UsageError
from orchflow.ingest.run import run_source
from orchflow.ingest.status import source_status
from orchflow.insights.agents import list_agents
from orchflow.metrics.filters import Filters
from orchflow.metrics.time_to_value import milestones
from orchflow.people.kept_sign_ins import FILE, kept_sign_ins
from orchflow.people.permissions import SYSTEM, Role
from orchflow.people.sign_in import ensure_first_admin, verify_password
from orchflow.people.teams import list_teams
from orchflow.people.users import list_users
from orchflow.warehouse.sql import Query
from orchflow.workspace import Workspace
from tests.metrics.facts import asked

from .conftest import NOW

Filled = tuple[Workspace, DemoReport]


def simulation_of(ws: Workspace) -> Simulation:
    return Simulation(1, 180, 30_000, ws.zone, NOW)


def sign_in(ws: Workspace, line: str) -> Role:
    username, password, *_ = line.split()
    signed_in = verify_password(ws.store, username, password, "", SecuritySettings())
    assert not signed_in.must_change_password
    return signed_in.actor.role


def value(ws: Workspace, sql: str) -> object:
    return ws.warehouse.value(Query("check", sql, "one row"))


def test_events_and_cost_are_those_simulated_to_the_last_digit(filled: Filled) -> None:
    ws, report = filled
    days = [calls_of(simulation_of(ws), day) for day in range(1, 181)]
    assert report.events == sum(len(calls) for calls in days)
    units = sum(int(calls.cost[calls.priced].sum()) for calls in days)
    assert report.cost == Decimal(units) / UNITS_PER_DOLLAR
    assert value(ws, "select sum(cost) from usage_events") == report.cost


def test_runs_are_those_simulated(filled: Filled) -> None:
    ws, report = filled
    days = [runs_of(simulation_of(ws), day) for day in range(1, 181)]
    assert report.runs == sum(len(runs) for runs in days)
    failed = sum(int((runs.failed & ~runs.open).sum()) for runs in days)
    assert value(ws, "select count(*) from agent_runs where status = 'failed'") == failed
    waiting = sum(int(runs.waiting.sum()) for runs in days)
    assert waiting
    assert value(ws, "select count(*) from agent_runs where waiting_since is not null") == waiting


def test_unreadable_rows_are_set_aside_and_repeats_are_dropped(filled: Filled) -> None:
    ws, _ = filled
    assert value(ws, "select count(*) from rejects") == 36
    assert value(ws, "select sum(rows_duplicate) from ingest_runs") == 4


def test_reading_it_again_changes_nothing(filled: Filled) -> None:
    ws, report = filled
    result = run_source(ws, SYSTEM, SimulatedSource(simulation_of(ws)), full=True)
    assert result.state == "done"
    assert sum(job.new + job.changed for job in result.jobs) == 0
    assert value(ws, "select sum(cost) from usage_daily") == report.cost


def test_the_history_of_the_sources_is_there_though_they_are_not_configured(filled: Filled) -> None:
    ws, _ = filled
    assert {(status.name, status.configured, status.state) for status in source_status(ws)} == {
        ("demo", False, "ok"),
        ("cloud-bills", False, "ok"),
    }


def test_the_first_agent_works_within_two_weeks_and_one_is_in_production_within_eight(filled: Filled) -> None:
    ws, _ = filled
    reached = milestones(ws.warehouse, ws.settings.targets)
    start = ws.start_date
    assert start is not None
    first = min(way.first_run_day for way in reached.values() if way.first_run_day)
    production = min(way.production_day for way in reached.values() if way.production_day)
    assert 8 <= (first - start).days < 14
    assert 42 <= (production - start).days < 56


def test_agents_in_every_state_are_there_today(filled: Filled) -> None:
    ws, _ = filled
    today = NOW.date()
    agents = list_agents(asked(ws, Filters(today - timedelta(days=29), today), now=NOW))
    statuses = {agent.slug: agent.status for agent in agents}
    assert set(statuses.values()) == {
        "healthy",
        "degraded",
        "failing",
        "idle",
        "disabled",
        "draft",
        "archived",
    }
    assert statuses["subrogation-finder"] == "failing"
    assert statuses["customer-reply-writer"] == "degraded"


def test_some_cost_belongs_to_no_agent_and_some_calls_have_no_amount(filled: Filled) -> None:
    ws, report = filled
    unattributed = value(
        ws, "select sum(cost) from usage_daily left join callers using (source, caller) where agent is null"
    )
    assert isinstance(unattributed, Decimal)
    assert 0 < unattributed < report.cost / 5
    assert value(ws, "select sum(events) from usage_daily where provenance = 'unpriced'")


def test_one_person_of_each_role_can_sign_in(filled: Filled) -> None:
    ws, report = filled
    assert {sign_in(ws, line) for line in report.sign_ins} == set(Role)


def test_the_sign_ins_are_kept_for_their_owner_only(filled: Filled) -> None:
    ws, report = filled
    assert kept_sign_ins(ws.settings.home) == list(report.sign_ins)
    assert (ws.settings.home / FILE).stat().st_mode & 0o777 == 0o600


def test_passwords_are_random_each_time(filled: Filled, open_new: Callable[[], Workspace]) -> None:
    _, report = filled
    again = fill(open_new(), days=14, events=200, now=NOW)
    assert set(again.sign_ins).isdisjoint(report.sign_ins)


def test_people_teams_and_name_are_in_the_plan_store(filled: Filled) -> None:
    ws, _ = filled
    people = list_users(ws.store, SYSTEM)
    assert len(people) == 120
    assert sum(person.has_password for person in people) == 5
    assert all(person.teams and person.platform_user_id for person in people)
    assert len(list_teams(ws.store, SYSTEM)) == 12
    assert ws.name == "Northwind Claims"
    assert value(ws, "select count(*) from people") == 120


def test_a_used_workspace_is_refused_and_stays_as_it_is(filled: Filled) -> None:
    ws, _ = filled
    before = ws.warehouse.version("usage", "people"), len(list_users(ws.store, SYSTEM))
    with pytest.raises(UsageError, match="in use already") as refused:
        fill(ws, days=20, events=100, now=NOW)
    assert "ORCHFLOW_HOME" in refused.value.hint
    assert (ws.warehouse.version("usage", "people"), len(list_users(ws.store, SYSTEM))) == before
    assert not is_empty(ws)


def test_the_administrator_of_the_first_start_becomes_the_simulated_one(
    open_new: Callable[[], Workspace],
) -> None:
    ws = open_new()
    ensure_first_admin(ws.store)
    assert is_empty(ws)
    report = fill(ws, days=14, events=200, now=NOW)
    assert sign_in(ws, report.sign_ins[0]) is Role.ADMIN
    assert len(list_users(ws.store, SYSTEM)) == 120


def test_a_small_demo_has_about_as_many_events_as_asked_for(open_new: Callable[[], Workspace]) -> None:
    report = fill(open_new(), days=20, events=2_000, now=NOW)
    assert 1_500 < report.events < 2_500
