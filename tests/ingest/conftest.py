"""Sources whose rows a test decides, and small PostgreSQL databases in the shape of both versions."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import psycopg
import pyarrow as pa
import pytest

from orchflow.config.settings import Settings
from orchflow.ingest.source import Batch, Check, Watermark
from orchflow.warehouse.sql import Query
from orchflow.workspace import Workspace, open_workspace

SHARED_TABLES = """
create table public.llm_usage (
    id uuid primary key, run_id text, user_id uuid, conversation_id uuid, provider_name text, model_name text,
    route text, input_tokens integer, output_tokens integer, total_cost numeric(18, 8), duration_ms integer, status text,
    agent_name text, is_local boolean, started_at timestamptz, created_at timestamptz,
    thinking_content text, pseudonym_mappings jsonb
);
create table public.observability_events (
    id bigserial primary key, source_app text, hook_event_type text, user_id uuid, conversation_id uuid, task_id text,
    agent_slug text, organization_slug text, status text, payload jsonb not null, timestamp bigint, created_at timestamptz
);
create table public.conversations (
    id uuid primary key, user_id uuid, agent_name text, organization_slug text, started_at timestamptz,
    last_active_at timestamptz, created_at timestamptz
);
create table public.organizations (slug text primary key, name text, description text);
create table public.teams (id uuid primary key, org_slug text, name text, description text);
create table public.team_members (id uuid primary key, team_id uuid, user_id uuid, role text);
"""
ENTERPRISE = (
    SHARED_TABLES
    + """
create schema authz;
create table authz.users (
    id uuid primary key, email text, display_name text, organization_slug text, status text, created_at timestamptz
);
create table authz.rbac_roles (id uuid primary key, name text);
create table authz.rbac_user_org_roles (
    id uuid primary key, user_id uuid, organization_slug text, role_id uuid, expires_at timestamptz
);
create table public.agents (
    slug text primary key, organization_slug text[], name text, description text, agent_type text, department text,
    llm_config jsonb, created_at timestamptz, updated_at timestamptz, status text
);
create table public.tasks (
    id uuid primary key, user_id uuid, conversation_id uuid, status text, created_at timestamptz, updated_at timestamptz,
    hitl_pending boolean, hitl_pending_since timestamptz
);
"""
)
V2 = (
    SHARED_TABLES
    + """
create table public.users (id uuid primary key, email text, display_name text, status text, created_at timestamptz);
create table public.rbac_roles (id uuid primary key, name text);
create table public.rbac_user_org_roles (id uuid primary key, user_id uuid, organization_slug text, role_id uuid);
create table public.agents (
    slug text primary key, organization_slug text[], name text, description text, agent_type text, department text,
    llm_config jsonb, created_at timestamptz, updated_at timestamptz
);
"""
)
CALLS = """
insert into public.llm_usage (id, agent_name, provider_name, model_name, route, input_tokens, output_tokens, total_cost,
    status, is_local, started_at, created_at, thinking_content)
select gen_random_uuid(), 'writer-context', 'openai', 'gpt-5', 'remote', 100, 10, 0.00012345, 'completed', false,
    timestamptz '2026-05-01 00:00:00+00' + n * interval '1 minute',
    timestamptz '2026-05-01 00:00:05+00' + n * interval '1 minute', 'secret thoughts'
from generate_series(1, {calls}) as n;
insert into public.observability_events (source_app, hook_event_type, task_id, agent_slug, organization_slug, status,
    payload, timestamp, created_at)
select 'llm-plane', 'llm.usage', gen_random_uuid()::text, 'writer', 'global', 'completed',
    '{{"model": "m", "provider": "openrouter", "costUsd": 0.01, "inputTokens": 5, "outputTokens": 7, "success": true}}',
    1777593600000 + n * 60000, timestamptz '2026-05-01 00:00:00+00' + n * interval '1 minute'
from generate_series(1, {events}) as n;
insert into public.agents (slug, organization_slug, name, agent_type, created_at, updated_at)
values ('writer', '{{global}}', 'Writer', 'context', '2026-05-01', '2026-05-01');
"""

Sql: TypeAlias = Callable[[str, str], list[tuple[Any, ...]]]


def run_sql(address: str, statements: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(address, autocommit=True) as connection:
        cursor = connection.execute(statements)  # type: ignore[arg-type]
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def sql() -> Sql:
    """Runs statements on the database at an address."""
    return run_sql


@pytest.fixture
def enterprise(new_database: Callable[[], str]) -> str:
    """The address of an enterprise database with 60 calls in llm_usage and 40 in the events."""
    address = new_database()
    run_sql(address, ENTERPRISE)
    run_sql(address, CALLS.format(calls=60, events=40))
    return address


@pytest.fixture
def v2(new_database: Callable[[], str]) -> str:
    """The address of a v2 database with 30 calls in llm_usage and none in the events."""
    address = new_database()
    run_sql(address, V2)
    run_sql(address, CALLS.format(calls=30, events=0))
    return address


@pytest.fixture
def open_with(
    make_settings: Callable[..., Settings], migrated_home: Path
) -> Iterator[Callable[..., Workspace]]:
    """Opens a workspace with the sources given, empty when it is opened first."""
    opened: list[Workspace] = []

    def open_it(*sources: dict[str, Any], **values: Any) -> Workspace:
        settings = make_settings(sources=list(sources), **values)
        if not settings.home.exists():
            shutil.copytree(migrated_home, settings.home)
        opened.append(open_workspace(settings))
        return opened[-1]

    yield open_it
    for ws in opened:
        ws.close()


def ask(ws: Workspace, text: str) -> list[tuple[Any, ...]]:
    return ws.warehouse.rows(Query.of("question", text))


@pytest.fixture
def totals() -> Callable[[Workspace], tuple[Any, ...]]:
    """Calls and cost in the raw events, after making sure that the rollup says the same."""

    def count(ws: Workspace) -> tuple[Any, ...]:
        raw = ask(ws, "select count(*), sum(cost) from usage_events")
        assert ask(ws, "select coalesce(sum(events), 0)::bigint, sum(cost) from usage_daily") == raw
        return raw[0]

    return count


class GivenSource:
    """A source that delivers the batches it was given, and then fails if it was told to."""

    kind = "given"

    def __init__(self, name: str, jobs: dict[str, list[Batch]], error: Exception | None = None) -> None:
        self.name = name
        self.given = jobs
        self.error = error
        self.asked: list[tuple[str, Watermark | None, bool]] = []
        self.closed = False

    def jobs(self) -> Sequence[str]:
        return list(self.given)

    def check(self) -> list[Check]:
        return []

    def read(self, job: str, watermark: Watermark | None, full: bool) -> Iterator[Batch]:
        self.asked.append((job, watermark, full))
        yield from self.given[job]
        if self.error is not None:
            raise self.error

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def given() -> type[GivenSource]:
    return GivenSource


@pytest.fixture
def calls() -> Callable[..., pa.Table]:
    """Makes usage rows: calls(3, first=10) are three with the ids 10 to 12, a minute apart, a cent each."""

    def make(count: int, first: int = 0, **columns: Any) -> pa.Table:
        ids = range(first, first + count)
        table = {
            "event_id": [f"call-{n}" for n in ids],
            "occurred_at": [f"2026-05-{1 + n // 1440:02}T{n // 60 % 24:02}:{n % 60:02}:00Z" for n in ids],
            "caller": ["writer"] * count,
            "provider": ["openai"] * count,
            "status": ["completed"] * count,
            "cost": ["0.01"] * count,
        }
        return pa.table(table | {name: [value] * count for name, value in columns.items()})

    return make


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "files"
    made.mkdir()
    return made
