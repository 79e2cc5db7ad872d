"""One installation read through its API and through its database: the same rows, attribute by attribute."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from orchflow.config.settings import Settings
from orchflow.config.sources import OrchestratorDbSettings
from orchflow.ingest.run import run_source
from orchflow.ingest.sources.orchestrator_api import OrchestratorApi
from orchflow.ingest.sources.orchestrator_db import OrchestratorDb
from orchflow.people.permissions import SYSTEM
from orchflow.warehouse.sql import Query
from orchflow.workspace import Workspace, open_workspace
from tests.contract.fake_database import Version
from tests.contract.fake_dataset import USERS, Dataset
from tests.contract.fake_orchestrator import FakeOrchestrator
from tests.contract.test_api_source import EAGER, settings_for

USAGE = """
select event_id, occurred_at, day, organization, caller, user_id, conversation_id, run_id, provider, model, route, status,
    input_tokens, output_tokens, cost, provenance, duration_ms
from usage_events order by event_id
"""
RUNS = """
select agent, conversation_id, organization, user_id, day, started_at, ended_at, status, duration_ms, error
from agent_runs order by all
"""
DAYS = "select day, organization, caller, user_id, sum(events), sum(cost) from usage_daily group by all order by all"
AGENTS = "select slug, name, agent_type, organizations, status, fault from agents order by slug"


def read_api(ws: Workspace, fake: FakeOrchestrator, *, full: bool = False) -> None:
    assert run_source(ws, SYSTEM, OrchestratorApi(settings_for(fake), EAGER), full=full).state == "done"


def read_database(ws: Workspace, address: str, *, full: bool = False) -> None:
    settings = OrchestratorDbSettings.model_validate(
        {"name": "orchestrator", "kind": "orchestrator_db", "url": address}
    )
    assert run_source(ws, SYSTEM, OrchestratorDb(settings), full=full).state == "done"


def ask(ws: Workspace, sql: str) -> list[tuple[Any, ...]]:
    return ws.warehouse.rows(Query.of("question", sql))


@pytest.mark.parametrize("version", ["enterprise", "v2"])
def test_api_and_database_agree_row_by_row(
    dataset: Dataset, address: str, open_empty: Callable[[], Workspace], version: Version
) -> None:
    through_database, through_api = open_empty(), open_empty()
    read_database(through_database, address)
    with FakeOrchestrator(version, dataset) as fake:
        read_api(through_api, fake)
        for question in (USAGE, RUNS, DAYS, AGENTS):
            assert ask(through_api, question) == ask(through_database, question)
        assert ask(through_api, "select count(*) from usage_events where organization = 'unknown'") == [(0,)]
        read_api(through_api, fake, full=True)
    read_database(through_database, address, full=True)
    for question in (USAGE, RUNS, DAYS, AGENTS):
        assert ask(through_api, question) == ask(through_database, question)


def test_a_call_belongs_to_its_conversations_organisation_as_soon_as_that_is_known(
    dataset: Dataset, open_empty: Callable[[], Workspace]
) -> None:
    """The ledger is read before the runs that tell of its conversations."""
    homes = {user[0]: user[3] for user in USERS}
    held = {id: organization for id, _, organization, _ in dataset.conversations}
    ws = open_empty()
    with FakeOrchestrator("enterprise", dataset) as fake:
        read_api(ws, fake)
    told = dict(ask(ws, "select event_id, organization from usage_events"))
    expected = {
        call.id: held.get(str(call.conversation)) or homes.get(str(call.user)) for call in dataset.calls
    }
    assert {id: told[id] for id in expected} == expected
    assert any(
        held.get(str(call.conversation)) not in (None, homes.get(str(call.user))) for call in dataset.calls
    )
    days = "select organization, sum(events)::bigint, sum(cost) from {} group by 1 order by 1"
    events = "select organization, count(*), sum(cost) from usage_events group by 1 order by 1"
    assert ask(ws, days.format("usage_daily")) == ask(ws, events)


def test_usage_follows_a_conversation_and_a_user_to_another_organisation(
    dataset: Dataset, address: str, open_empty: Callable[[], Workspace]
) -> None:
    ws = open_empty()
    read_database(ws, address)
    held, member = dataset.conversations[0][0], USERS[2][0]
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "update public.conversations set organization_slug = 'legal', last_active_at = now() where id = %s",
            (held,),
        )
        connection.execute("update authz.users set organization_slug = 'finance' where id = %s", (member,))
    read_database(ws, address)
    again = open_empty()
    read_database(again, address)
    for question in (USAGE, RUNS, DAYS):
        assert ask(ws, question) == ask(again, question)
    moved = f"select distinct organization from usage_events where conversation_id = '{held}' and contains(event_id, '-')"
    assert ask(ws, moved) == [("legal",)]


def test_a_call_whose_conversation_was_deleted_keeps_its_organisation(
    dataset: Dataset, address: str, open_empty: Callable[[], Workspace]
) -> None:
    ws = open_empty()
    read_database(ws, address)
    before = ask(ws, USAGE)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("update public.llm_usage set conversation_id = null")
    read_database(ws, address, full=True)
    assert ask(ws, USAGE) == before


def test_rows_of_a_warehouse_that_took_the_users_organisation_are_put_right_when_it_is_opened(
    dataset: Dataset, open_empty: Callable[[], Workspace]
) -> None:
    ws = open_empty()
    with FakeOrchestrator("enterprise", dataset) as fake:
        read_api(ws, fake)
    right = ask(ws, USAGE), ask(ws, DAYS)
    with ws.warehouse.write() as tx:
        tx.execute(
            Query.of(
                "spoil",
                "update usage_events set organization = 'x' where organization is not null and contains(event_id, '-')",
            )
        )
        tx.execute("meta_put", {"key": "timezone", "value": ""})
    home = ws.settings.home
    ws.close()
    opened = open_workspace(Settings.model_validate({"home": home}))
    try:
        assert (ask(opened, USAGE), ask(opened, DAYS)) == right
    finally:
        opened.close()
