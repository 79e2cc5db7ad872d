"""The recorded rows of a real installation, put into PostgreSQL and ingested, give the same figures as SQL on them."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest

from orchflow.config.settings import Settings
from orchflow.ingest.run import SourceResult, run_source
from orchflow.people.permissions import SYSTEM
from orchflow.warehouse.sql import Query
from orchflow.workspace import Workspace, open_workspace

RECORDED = Path(__file__).resolve().parents[3] / "shared" / "orchestrator-ai" / "database"
pytestmark = pytest.mark.skipif(
    not RECORDED.is_dir(), reason=f"no recorded rows of Orchestrator AI in {RECORDED}"
)

FILES = {
    "authz_users": "authz.users",
    "authz_rbac_roles": "authz.rbac_roles",
    "authz_rbac_user_org_roles": "authz.rbac_user_org_roles",
    "orch_flow_efforts": "orch_flow.efforts",
    "orch_flow_projects": "orch_flow.projects",
}


def fill(address: str) -> None:
    """Create every table that columns.csv describes and copy the recorded rows into them."""
    tables: dict[str, list[str]] = defaultdict(list)
    with (RECORDED / "columns.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            kind = {"ARRAY": "text[]", "USER-DEFINED": "text"}.get(row["data_type"], row["data_type"])
            kind = "numeric(18,8)" if kind == "numeric" else kind
            tables[f"{row['table_schema']}.{row['table_name']}"].append(f'"{row["column_name"]}" {kind}')
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("create schema authz; create schema orch_flow")
        for table, columns in tables.items():
            connection.execute(f"create table {table} ({', '.join(columns)})")  # type: ignore[arg-type]
        for path in sorted(RECORDED.glob("*.csv")):
            if path.stem == "columns":
                continue
            text = path.read_text(encoding="utf-8")
            header = ", ".join(f'"{name}"' for name in text.splitlines()[0].split(","))
            table = FILES.get(path.stem, f"public.{path.stem}")
            copy = f"copy {table} ({header}) from stdin (format csv, header true)"
            with connection.cursor() as cursor, cursor.copy(copy) as stream:  # type: ignore[arg-type]
                stream.write(text)
        connection.execute("alter table public.observability_events add primary key (id)")
        connection.execute("analyze")


@pytest.fixture(scope="module")
def recorded(postgres: str) -> Iterator[str]:
    name = "recorded_rows"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"create database {name}")
    address = postgres.replace("/postgres?", f"/{name}?", 1)
    fill(address)
    yield address
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)")


@pytest.fixture(scope="module")
def loaded(
    recorded: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Workspace, SourceResult]]:
    home = tmp_path_factory.mktemp("recorded")
    source = {"name": "orchestrator", "kind": "orchestrator_db", "url": recorded}
    ws = open_workspace(Settings.model_validate({"home": home, "sources": (source,)}))
    yield ws, run_source(ws, SYSTEM, "orchestrator")
    ws.close()


@pytest.fixture
def theirs(recorded: str) -> Iterator[Callable[[str], list[tuple[object, ...]]]]:
    with psycopg.connect(recorded) as connection:
        connection.execute("set timezone = 'UTC'")
        yield lambda sql: connection.execute(sql).fetchall()  # type: ignore[arg-type]


CALLS = """
with calls as (
    select
        id::text as id, coalesce(started_at, created_at) as at, agent_name as caller, provider_name as provider,
        total_cost as cost, status, coalesce(input_tokens, 0) as input, coalesce(output_tokens, 0) as output
    from public.llm_usage
    union all
    select
        id::text, to_timestamp(timestamp / 1000.0), agent_slug, payload ->> 'provider',
        (payload ->> 'costUsd')::numeric,
        case payload ->> 'success' when 'false' then 'failed' else 'completed' end,
        coalesce((payload ->> 'inputTokens')::bigint, 0), coalesce((payload ->> 'outputTokens')::bigint, 0)
    from public.observability_events
    where hook_event_type = 'llm.usage'
)
"""


def ours(ws: Workspace, sql: str) -> list[tuple[object, ...]]:
    return ws.warehouse.rows(Query.of("question", sql))


def test_every_job_is_done_and_says_what_it_read(loaded: tuple[Workspace, SourceResult]) -> None:
    _, result = loaded
    assert result.state == "done"
    read = {job.job: (job.state, job.read) for job in result.jobs}
    assert read["usage"] == ("done", 2004 + 404)
    assert read["agents"] == ("done", len((RECORDED / "agents.csv").read_text().splitlines()) - 1)
    assert {state for state, _ in read.values()} == {"done"}


def test_no_recorded_row_is_refused(loaded: tuple[Workspace, SourceResult]) -> None:
    ws, result = loaded
    assert sum(job.rejected for job in result.jobs) == 0
    assert ours(ws, "select count(*) from rejects") == [(0,)]


def test_calls_cost_and_tokens_are_the_same_in_total(
    loaded: tuple[Workspace, SourceResult], theirs: Callable[[str], list[tuple[object, ...]]]
) -> None:
    total = "select count(*), sum(cost), sum(input), sum(output) from calls"
    mine = "select count(*), sum(cost), sum(input_tokens), sum(output_tokens) from usage_events"
    assert ours(loaded[0], mine) == theirs(CALLS + total)


def test_rollups_hold_the_same_cost_per_day(
    loaded: tuple[Workspace, SourceResult], theirs: Callable[[str], list[tuple[object, ...]]]
) -> None:
    per_day = "select (at at time zone 'UTC')::date, count(*), sum(cost) from calls group by 1 order by 1"
    mine = "select day, sum(events)::bigint, sum(cost) from usage_daily group by 1 order by 1"
    assert ours(loaded[0], mine) == theirs(CALLS + per_day)


def test_cost_per_caller_is_the_same(
    loaded: tuple[Workspace, SourceResult], theirs: Callable[[str], list[tuple[object, ...]]]
) -> None:
    per_caller = 'select caller, count(*), sum(cost) from calls group by 1 order by caller collate "C"'
    mine = "select caller, sum(events)::bigint, sum(cost) from usage_daily group by 1 order by 1"
    assert ours(loaded[0], mine) == theirs(CALLS + per_caller)


def test_every_caller_is_attributed_or_stays_visible(
    loaded: tuple[Workspace, SourceResult], theirs: Callable[[str], list[tuple[object, ...]]]
) -> None:
    mine = """
        select coalesce(c.agent, 'UNATTRIBUTED'), sum(u.cost)
        from usage_daily as u left join callers as c using (source, caller)
        group by 1
    """
    figures: dict[object, Decimal] = dict(ours(loaded[0], mine))  # type: ignore[arg-type]
    slugs = {str(slug) for (slug,) in theirs("select slug from public.agents")}
    assert figures.keys() <= slugs | {"UNATTRIBUTED"}
    assert "UNATTRIBUTED" in figures
    assert len(figures) > 5
    assert theirs(CALLS + "select sum(cost) from calls") == [
        (sum(cost for cost in figures.values() if cost),)
    ]


def test_runs_by_status_are_those_of_the_events(
    loaded: tuple[Workspace, SourceResult], theirs: Callable[[str], list[tuple[object, ...]]]
) -> None:
    ended = """
        select split_part(hook_event_type, '.', 2), count(*) from public.observability_events
        where source_app <> 'llm-plane' and hook_event_type in ('invocation.completed', 'invocation.failed')
        group by 1 order by 1
    """
    mine = "select status, count(*) from agent_runs where status <> 'running' group by 1 order by 1"
    assert ours(loaded[0], mine) == theirs(ended)


def test_people_agents_and_plans_arrive_whole(
    loaded: tuple[Workspace, SourceResult], theirs: Callable[[str], list[tuple[object, ...]]]
) -> None:
    for mine, table in (
        ("platform_users", "authz.users"),
        ("platform_roles", "authz.rbac_user_org_roles"),
        ("platform_teams", "public.teams"),
        ("platform_team_members", "public.team_members"),
        ("agents", "public.agents"),
        ("conversations", "public.conversations"),
        ("agent_tasks", "public.tasks"),
        ("platform_efforts", "orch_flow.efforts"),
        ("platform_projects", "orch_flow.projects"),
    ):
        assert ours(loaded[0], f"select count(*) from {mine}") == theirs(f"select count(*) from {table}"), (
            mine
        )


def test_a_second_run_and_a_full_one_change_nothing(loaded: tuple[Workspace, SourceResult]) -> None:
    ws, _ = loaded
    before = ours(ws, "select count(*), sum(cost) from usage_events")
    for full in (False, True):
        again = run_source(ws, SYSTEM, "orchestrator", full=full)
        assert again.state == "done"
        assert [(job.job, job.new, job.changed) for job in again.jobs if job.new or job.changed] == []
    assert ours(ws, "select count(*), sum(cost) from usage_events") == before
