"""A reader without a right on one table or list after the other: what it may see is read, what it may not is said, nothing goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from orchflow.ingest.reconcile import list_removed, reconcile_source
from orchflow.ingest.run import SourceResult, check_source, run_source
from orchflow.ingest.sources.database_columns import SUMMED
from orchflow.ingest.sources.database_schema import TABLES
from orchflow.people.permissions import SYSTEM
from orchflow.workspace import Workspace
from tests.contract.fake_dataset import Dataset
from tests.contract.fake_orchestrator import FakeOrchestrator
from tests.contract.test_reconcile import reconcile
from tests.contract.test_same_rows import ask, read_database

COMPARED = ("public.conversations", "public.llm_usage", "public.observability_events", "public.tasks")
COST = ("public.llm_usage", "public.observability_events")
HELD = (
    "usage_events", "run_events", "agent_runs", "agent_tasks", "conversations", "agents", "organizations", "platform_users",
    "platform_roles", "usage_daily",
)  # fmt: skip


def held(ws: Workspace) -> list[list[tuple[Any, ...]]]:
    return [ask(ws, f"select * from {table} order by all") for table in HELD]


def told(result: SourceResult) -> str:
    return f"{result.error or ''} {result.hint or ''}"


@pytest.fixture
def reader(address: str) -> Iterator[str]:
    """A role that may read everything."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "create role narrow login bypassrls; grant usage on schema public, authz to narrow;"
            "grant select on all tables in schema public, authz to narrow"
        )
        yield "narrow"
        connection.execute("drop owned by narrow; drop role narrow")


def test_each_table_in_turn(
    address: str, reader: str, dataset: Dataset, open_with_sources: Callable[..., Workspace]
) -> None:
    with FakeOrchestrator("enterprise", dataset) as fake:
        ws = open_with_sources(fake, address.replace("//postgres:@", f"//{reader}:@", 1))
        assert run_source(ws, SYSTEM, "database").state == "done"
        before = held(ws)
        tables = {table.replace("identity.", "authz.") for tables in TABLES.values() for table in tables}
        for table in sorted(table for table in tables if not table.startswith("orch_flow.")):
            with psycopg.connect(address, autocommit=True) as connection:
                connection.execute(f"revoke select on {table} from {reader}")  # type: ignore[arg-type]
                result = run_source(ws, SYSTEM, "database")
                compared = reconcile_source(ws, SYSTEM, "database") if table in COMPARED else None
                wrong = [check for check in check_source(ws, "database") if check.ok is False]
                connection.execute(f"grant select on {table} to {reader}")  # type: ignore[arg-type]
            assert result.state == ("failed" if table in COST else "partial"), table
            assert f"narrow may not read {table}" in told(result)
            assert f"grant select on {table} to" in told(result)
            assert [check.name for check in wrong] == [f"permission {table}"]
            assert compared is None or compared.state == "partial"
            assert held(ws) == before, table
        assert list_removed(ws, SYSTEM).empty
        assert run_source(ws, SYSTEM, "database").state == "done"


ENTERPRISE = (
    "/admin/organizations",
    "/auth/admin/users",
    "/admin/agents",
    "/api/rbac",
    "/admin/llm",
    "/admin/observability",
)
V2 = (
    "/admin/organizations",
    "/teams",
    "/orgs",
    "/api/rbac",
    "/agent-conversations",
    "/observability/history",
)


@pytest.mark.parametrize(("version", "lists"), [("enterprise", ENTERPRISE), ("v2", V2)])
def test_each_list_in_turn(
    version: str,
    lists: tuple[str, ...],
    address: str,
    dataset: Dataset,
    open_with_sources: Callable[..., Workspace],
) -> None:
    with FakeOrchestrator(version, dataset) as fake:  # type: ignore[arg-type]
        ws = open_with_sources(fake, address)
        assert run_source(ws, SYSTEM, "api").state == "done"
        before = held(ws)
        for path in lists:
            fake.faults.denied = path
            result = run_source(ws, SYSTEM, "api")
            compared = reconcile_source(ws, SYSTEM, "api") if path in (*ENTERPRISE[-2:], *V2[-2:]) else None
            fake.faults.denied = None
            cost = path in ("/admin/llm", "/admin/observability")
            assert result.state == ("failed" if cost else "partial"), path
            assert "flow-sync@example.org lacks the permission some:thing" in told(result)
            assert compared is None or compared.state == (
                "failed" if cost else "partial" if path in V2[-2:] else "done"
            ), path
            assert held(ws) == before, path
        assert list_removed(ws, SYSTEM).empty
        assert run_source(ws, SYSTEM, "api").state == "done"
        assert held(ws) == before


def test_a_second_source_that_sees_less_takes_nothing_from_the_first(
    address: str, reader: str, dataset: Dataset, open_with_sources: Callable[..., Workspace]
) -> None:
    """The database reader sees half of the calls and no events; whoever reads the API sees all."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            f"alter role {reader} nobypassrls; alter table public.llm_usage enable row level security;"
            "create policy a_part on public.llm_usage using (input_tokens % 2 = 0);"
            "alter table public.observability_events enable row level security;"
            "alter table public.conversations enable row level security"
        )
    with FakeOrchestrator("enterprise", dataset) as fake:
        ws = open_with_sources(fake, address.replace("//postgres:@", f"//{reader}:@", 1))
        assert run_source(ws, SYSTEM, "api").state == "done"
        alone = [
            ask(ws, f"select * exclude (source) from {table} order by all")
            for table in ("usage_events", "agent_runs")
        ]
        result = run_source(ws, SYSTEM, "database")
        assert result.state == "partial"
        hints = "\n".join(str(job.hint) for job in result.jobs)
        assert "usage: row-level security may hide rows of public.llm_usage from narrow" in hints
        assert "usage left out: public.observability_events shows 0 rows to narrow" in hints
        for name in ("database", "api", "database"):
            reconcile_source(ws, SYSTEM, name)
        seen = [
            ask(ws, f"select * exclude (source) from {table} order by all")
            for table in ("usage_events", "agent_runs")
        ]
        assert seen == alone
        assert list_removed(ws, SYSTEM).empty


def test_without_a_column_of_the_sums_nothing_is_compared(
    address: str, reader: str, open_empty: Callable[[], Workspace], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows whose day is withheld seem to be of 1970 and gone from their own."""
    monkeypatch.setattr("orchflow.ingest.reconcile.ROWS_AT_ONCE", 1)
    ws = open_empty()
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("update public.conversations set started_at = now() - interval '9 days'")
        connection.execute(
            "insert into public.tasks (id, status, created_at, updated_at, hitl_pending)"
            " select gen_random_uuid(), 'running', now() - day * interval '1 day', now(), false"
            " from generate_series(1, 3) as day"
        )
        read_database(ws, address)
        before = held(ws)
        for table, columns in SUMMED.items():
            for column in (columns[0], columns[-1]):
                connection.execute(f"revoke select on {table} from {reader}")  # type: ignore[arg-type]
                grant_others(connection, table, column, reader)
                result = reconcile(ws, address.replace("//postgres:@", f"//{reader}:@", 1))
                connection.execute(f"grant select on {table} to {reader}")  # type: ignore[arg-type]
                (job,) = result.jobs
                assert (job.state, job.read, job.gone) == ("partial", 0, 0), (table, column)
                assert f"not compared: narrow may not read the column {column} of {table}, so" in told(result)
                assert f'grant select ({column}) on {table} to "narrow";' in told(result)
        assert held(ws) == before
    assert list_removed(ws, SYSTEM).empty


def grant_others(connection: psycopg.Connection[Any], table: str, column: str, reader: str) -> None:
    """Let `reader` read the columns of a table but one."""
    (others,) = connection.execute(
        "select string_agg(quote_ident(attname), ', ') from pg_attribute"
        " where attrelid = %s::regclass and attnum > 0 and attname <> %s",
        (table, column),
    ).fetchone() or ("",)
    connection.execute(f"grant select ({others}) on {table} to {reader}")  # type: ignore[arg-type]
