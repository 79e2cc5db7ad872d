"""Orchestrator AI's database: both versions, cursors, permissions, and what a check says of each trouble."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeAlias

import psycopg
import pyarrow as pa
import pytest

from orchflow.config.sources import OrchestratorDbSettings
from orchflow.errors import SourceError
from orchflow.ingest.run import run_source
from orchflow.ingest.source import Batch, Check
from orchflow.ingest.sources import open_source
from orchflow.people.permissions import Actor
from orchflow.warehouse.sql import Query
from orchflow.workspace import Workspace

Sql: TypeAlias = Callable[[str, str], list[tuple[Any, ...]]]
Open: TypeAlias = Callable[..., Workspace]

RLS = """
create role {role} login;
grant usage on schema public, authz to {role};
grant select on all tables in schema public, authz to {role};
insert into public.teams select gen_random_uuid(), 'global', 'Team ' || n, null from generate_series(1, 3) as n;
insert into public.team_members select gen_random_uuid(), id, gen_random_uuid(), 'member' from public.teams;
insert into public.organizations values ('global', 'Global', null);
analyze;
alter table public.team_members enable row level security;
create policy members on public.team_members using (team_id in (select team_id from public.team_members));
alter table public.teams enable row level security;
"""


def reader(address: str, sql: Sql, name: str) -> str:
    """The address for a new role that may select, but not bypass row-level security."""
    sql(address, RLS.format(role=name))
    return address.replace("//postgres:@", f"//{name}:@", 1)


def batches(
    address: str, job: str, watermark: dict[str, Any] | None = None, full: bool = False
) -> list[Batch]:
    source = open_source(OrchestratorDbSettings(name="db", kind="orchestrator_db", url=address))  # type: ignore[arg-type]
    try:
        return list(source.read(job, watermark, full))
    finally:
        source.close()


def checks(address: str) -> dict[str, Check]:
    source = open_source(OrchestratorDbSettings(name="db", kind="orchestrator_db", url=address))  # type: ignore[arg-type]
    try:
        return {check.name: check for check in source.check()}
    finally:
        source.close()


def count(found: list[Batch], dataset: str) -> int:
    return sum(batch.rows.num_rows for batch in found if batch.dataset == dataset)


def test_calls_of_both_gateways_are_loaded_to_the_last_digit(
    open_with: Open, admin: Actor, enterprise: str, totals: Callable[[Workspace], tuple[Any, ...]]
) -> None:
    ws = open_with({"name": "db", "kind": "orchestrator_db", "url": enterprise})
    assert run_source(ws, admin, "db").state == "done"
    assert totals(ws) == (100, Decimal("0.40740700"))
    attributed = Query.of("q", "select distinct caller, agent from callers order by caller")
    assert ws.warehouse.rows(attributed) == [("writer", "writer"), ("writer-context", "writer")]


def test_amounts_never_pass_through_floating_point(enterprise: str) -> None:
    usage = batches(enterprise, "usage")
    assert {batch.rows.schema.field("cost").type for batch in usage} == {pa.string()}


def test_thoughts_prompts_and_pseudonyms_are_not_read(enterprise: str) -> None:
    for batch in batches(enterprise, "usage"):
        assert "secret thoughts" not in str(batch.rows.to_pylist())


def test_the_next_read_begins_an_overlap_before_the_watermark(enterprise: str) -> None:
    mark = batches(enterprise, "usage")[-1].watermark
    assert mark == {"llm_usage": "2026-05-01T01:00:05+00:00", "events": 40}
    again = batches(enterprise, "usage", mark)
    # eleven calls were recorded within the last ten minutes; every event is within the overlap of ids
    assert [batch.rows.num_rows for batch in again] == [11, 40]


def test_a_watermark_never_goes_back(enterprise: str) -> None:
    """What was read last may be gone, and what lies in the overlap is older than it."""
    mark = {"llm_usage": "2026-05-01T01:05:00+00:00", "events": 45}
    again = batches(enterprise, "usage", mark)
    assert count(again, "usage") > 40
    assert [batch.watermark for batch in again if batch.watermark] == [mark] * len(again)


def test_a_full_read_ignores_the_watermark(enterprise: str) -> None:
    far = {"llm_usage": "2030-01-01T00:00:00+00:00", "events": 10**9}
    assert count(batches(enterprise, "usage", far), "usage") == 0
    assert count(batches(enterprise, "usage", far, full=True), "usage") == 100


def test_a_row_from_the_future_does_not_carry_the_watermark_with_it(enterprise: str, sql: Sql) -> None:
    sql(enterprise, "update public.llm_usage set created_at = '2099-01-01' where id = (select max(id::text)::uuid "
                    "from public.llm_usage)")  # fmt: skip
    mark = batches(enterprise, "usage")[-1].watermark
    assert mark is not None
    assert datetime.fromisoformat(mark["llm_usage"]) < datetime.now(UTC)


def test_v2_is_known_by_its_schema_and_its_agents_are_active(open_with: Open, admin: Actor, v2: str) -> None:
    assert checks(v2)["version"].message == "Its version is v2"
    ws = open_with({"name": "db", "kind": "orchestrator_db", "url": v2})
    assert run_source(ws, admin, "db").state == "done"
    assert ws.warehouse.rows(Query.of("q", "select slug, status from agents")) == [("writer", "active")]


def test_an_agent_has_the_status_by_which_it_runs(enterprise: str, sql: Sql) -> None:
    sql(
        enterprise,
        "alter table public.agents add column metadata jsonb;"
        "insert into public.agents (slug, name, agent_type, status, metadata, created_at) values"
        " ('seeded', 'Seeded', 'context', 'active', '{\"status\": \"disabled\"}', now()),"
        " ('plain', 'Plain', 'context', 'draft', '{}', now())",
    )
    (batch,) = batches(enterprise, "agents")
    rows = batch.rows.to_pylist()
    statuses = {row["slug"]: row["status"] for row in rows}
    assert statuses == {"plain": "draft", "seeded": "disabled", "writer": "active"}
    assert {row["slug"]: (row["column_status"], row["fault"]) for row in rows} == {
        "plain": ("draft", "metadata.status is missing"),
        "seeded": ("active", None),
        "writer": ("active", "metadata is not an object"),
    }
    told = [
        (check.name, check.ok, check.message)
        for name, check in sorted(checks(enterprise).items())
        if name.startswith("agent ")
    ]
    assert told == [
        (
            "agent plain",
            None,
            "Its row breaks the list of agents of every organisation: metadata.status is missing",
        ),
        ("agent seeded", None, "It runs as disabled, which its metadata say; its column status says active"),
        (
            "agent writer",
            None,
            "Its row breaks the list of agents of every organisation: metadata is not an object",
        ),
    ]


def test_an_event_that_v2_kept_three_times_is_read_once(v2: str, sql: Sql) -> None:
    sql(
        v2,
        """
        insert into public.observability_events (source_app, hook_event_type, task_id, agent_slug, payload, timestamp)
        select 'llm-plane', 'llm.usage', 'c', 'writer', '{"costUsd": 0.5}', 1777593600000 from generate_series(1, 3);
    """,
    )
    usage = [batch for batch in batches(v2, "usage") if "recorded_at" in batch.rows.column_names]
    assert [row["event_id"] for batch in usage for row in batch.rows.to_pylist() if row["cost"] == "0.5"] == [
        "1"
    ]


def test_a_part_that_is_not_installed_is_left_out_with_a_word(v2: str) -> None:
    left_out = [batch.note for batch in batches(v2, "journey")]
    assert left_out[0] == "efforts left out: orch_flow.efforts does not exist in this installation."
    assert [batch.warning for batch in batches(v2, "usage") if batch.warning] == []


def test_a_value_that_is_no_number_does_not_stop_the_others(
    open_with: Open, admin: Actor, enterprise: str, sql: Sql
) -> None:
    sql(
        enterprise,
        """
        update public.observability_events set payload = payload || '{"costUsd": "a lot"}' where id = 1;
        update public.observability_events set created_at = '1999-01-01' where id = 2;
        update public.observability_events set payload = '[1]' where id = 3;
    """,
    )
    ws = open_with({"name": "db", "kind": "orchestrator_db", "url": enterprise})
    usage = next(job for job in run_source(ws, admin, "db").jobs if job.job == "usage")
    assert (usage.state, usage.new, usage.rejected) == ("done", 98, 2)


def test_a_number_that_is_no_time_does_not_stop_the_others(
    open_with: Open, admin: Actor, v2: str, sql: Sql
) -> None:
    sql(
        v2,
        """
        insert into public.observability_events (source_app, hook_event_type, task_id, agent_slug, payload, timestamp)
        select 'agents', unnest(array['llm.usage', 'invocation.started']), 'c', 'writer', '{"costUsd": 0.5}', n
        from unnest(array[9000000000000000000, 1777593600000]) as n;
    """,
    )
    ws = open_with({"name": "db", "kind": "orchestrator_db", "url": v2})
    jobs = {job.job: job for job in run_source(ws, admin, "db").jobs}
    assert (jobs["usage"].new, jobs["usage"].rejected) == (31, 1)
    assert (jobs["runs"].new, jobs["runs"].rejected) == (1, 1)


def test_the_connection_cannot_write(enterprise: str, sql: Sql) -> None:
    sql(enterprise, "create function public.spoil() returns int language sql as $$ delete from public.llm_usage; select 1 $$; "
                    "drop table public.agents cascade; "
                    "create view public.agents as select public.spoil()::text as slug, null::text[] as organization_slug, 'x'::text as name, '' as description, now() as created_at, now() as updated_at")  # fmt: skip
    with pytest.raises(SourceError, match="read-only transaction"):
        batches(enterprise, "agents")
    assert sql(enterprise, "select count(*) from public.llm_usage") == [(60,)]


def test_a_good_database_passes_every_check(enterprise: str) -> None:
    found = checks(enterprise)
    assert list(found)[:4] == ["address", "sign-in", "schema", "version"]
    assert {check.ok for name, check in found.items() if "orch_flow" not in name} == {True}
    assert found["permission orch_flow.efforts"].ok is None


def test_nobody_at_the_address_is_told_from_a_wrong_user(enterprise: str) -> None:
    nobody = checks("postgresql://u:secret@127.0.0.1:1/x")
    assert list(nobody) == ["address"]
    assert nobody["address"].ok is False
    stranger = checks(enterprise.replace("//postgres:@", "//stranger:secret@", 1))
    assert (stranger["address"].ok, stranger["sign-in"].ok) == (True, False)
    assert "secret" not in str([*nobody.values(), *stranger.values()])


def test_a_database_that_is_not_orchestrator_ai_is_named_as_such(
    new_database: Callable[[], str], sql: Sql
) -> None:
    address = new_database()
    sql(address, "create table public.invoices (id int)")
    check = checks(address)["schema"]
    assert check.ok is False
    assert "is not Orchestrator AI's" in check.message
    assert "public.invoices" in check.message
    with pytest.raises(SourceError, match="is not Orchestrator AI's"):
        batches(address, "usage")


def test_the_right_tables_in_the_wrong_schema_are_named(new_database: Callable[[], str], sql: Sql) -> None:
    address = new_database()
    sql(address, "create schema copied; create table copied.llm_usage (id int)")
    assert "in the schema copied, not in public" in checks(address)["schema"].message


def test_the_two_signs_of_row_level_security_are_told_apart(enterprise: str, sql: Sql) -> None:
    found = checks(reader(enterprise, sql, "plain_reader"))
    hidden, recursive = found["permission public.teams"], found["permission public.team_members"]
    assert hidden.ok is False
    assert "shows 0 rows to plain_reader" in hidden.message
    assert "about 3 rows" in hidden.message
    assert recursive.ok is False
    assert "infinite recursion detected in policy" in recursive.message
    assert 'alter role "plain_reader" bypassrls' in hidden.hint
    assert 'alter role "plain_reader" bypassrls' in recursive.hint
    sql(enterprise, "alter role plain_reader bypassrls")
    assert (
        checks(enterprise.replace("//postgres:@", "//plain_reader:@", 1))["permission public.teams"].ok
        is True
    )


def test_tables_hidden_by_row_level_security_are_left_out_and_not_taken_for_empty(
    open_with: Open, admin: Actor, enterprise: str, sql: Sql
) -> None:
    address = reader(enterprise, sql, "hidden_reader")
    ws = open_with({"name": "db", "kind": "orchestrator_db", "url": enterprise})
    assert run_source(ws, admin, "db").state == "done"
    ws.close()
    ws = open_with({"name": "db", "kind": "orchestrator_db", "url": address})
    result = run_source(ws, admin, "db")
    users = next(job for job in result.jobs if job.job == "users")
    assert (result.state, users.state) == ("partial", "partial")
    assert users.hint is not None
    assert "teams left out" in users.hint
    assert "team_members left out" in users.hint
    assert ws.warehouse.rows(Query.of("q", "select count(*) from platform_teams")) == [(3,)]


def test_cost_that_may_not_be_read_fails_the_run_with_the_grant(enterprise: str, sql: Sql) -> None:
    address = reader(enterprise, sql, "poor_reader")
    sql(enterprise, "revoke select on public.llm_usage from poor_reader")
    with pytest.raises(SourceError, match=r"poor_reader may not read public\.llm_usage") as refused:
        batches(address, "usage")
    assert 'grant select on public.llm_usage to "poor_reader";' in refused.value.hint
    assert checks(address)["permission public.llm_usage"].ok is False


def test_an_address_that_cannot_be_read_is_not_repeated(enterprise: str) -> None:
    check = checks("postgresql://user:pass%zzword@host/db")["address"]
    assert check.ok is False
    assert "zzword" not in check.message + check.hint


def test_cached_tokens_are_read_where_the_platform_tells_them(
    open_with: Open, admin: Actor, enterprise: str
) -> None:
    with psycopg.connect(enterprise, autocommit=True) as connection:
        connection.execute(
            "update public.observability_events set payload = payload"
            """ || '{"inputTokens": 500, "cachedInputTokens": 400, "cacheWriteInputTokens": 60}' where id = 1"""
        )
    ws = open_with({"name": "db", "kind": "orchestrator_db", "url": enterprise})
    assert run_source(ws, admin, "db").state == "done"
    told = Query.of(
        "q", "select max(cached_input_tokens), max(cache_write_input_tokens), min(currency) from usage_events"
    )
    assert ws.warehouse.rows(told) == [(400, 60, "USD")]
