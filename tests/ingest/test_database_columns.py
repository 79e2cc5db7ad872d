"""A table without a column that is read, or a reader who may not read one: what is then not known is said, the rest is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from orchflow.ingest.run import check_source, run_source
from orchflow.ingest.sources.database_columns import COLUMNS
from orchflow.people.permissions import Actor
from orchflow.warehouse.sql import Query
from orchflow.workspace import Workspace

JOURNEY = [table for table in COLUMNS if table.startswith("orch_flow.")]
WANTED = {
    table: [name for name, column in columns.items() if column.unknown] for table, columns in COLUMNS.items()
}
KEYS = {
    table: [name for name, column in columns.items() if not column.unknown]
    for table, columns in COLUMNS.items()
}


@pytest.fixture
def address(enterprise: str, sql: Callable[..., Any]) -> str:
    """An enterprise database with the tables of the journey too."""
    sql(enterprise, "create schema orch_flow")
    for table in JOURNEY:
        columns = ", ".join(f"{name} {column.type}" for name, column in COLUMNS[table].items())
        optional = {
            "orch_flow.shared_tasks": ", description text, parent_task_id uuid, project_id uuid, sprint_id uuid, due_date timestamptz",
            "orch_flow.efforts": ", team_id uuid, estimated_days integer",
        }
        sql(enterprise, f"create table {table} ({columns}{optional.get(table, '')})")
    sql(enterprise, "insert into public.organizations values ('global', 'Global', null)")
    return enterprise


def here(table: str) -> str:
    return table.replace("identity.", "authz.")


def opened(open_with: Callable[..., Workspace], address: str) -> Workspace:
    return open_with({"name": "db", "kind": "orchestrator_db", "url": address})


def hints(result: Any) -> str:
    return "\n".join(job.hint or "" for job in result.jobs)


def test_each_column_that_is_not_there_is_named_with_what_is_not_known(
    open_with: Callable[..., Workspace], admin: Actor, address: str, sql: Callable[..., Any]
) -> None:
    for table, names in WANTED.items():
        if names:
            sql(
                address,
                f"alter table {here(table)} {', '.join(f'drop column {name} cascade' for name in names)}",
            )
    sql(address, "alter table public.observability_events add column created_at timestamptz default now()")
    ws = opened(open_with, address)
    result = run_source(ws, admin, "db")
    assert result.state == "partial"
    assert {job.state for job in result.jobs} <= {"done", "partial"}
    checks = {check.message for check in check_source(ws, "db") if check.ok is None}
    for table, names in WANTED.items():
        for name in names:
            if (table, name) == ("public.observability_events", "created_at"):
                continue
            sentence = f"{here(table)} lacks the column {name}: {COLUMNS[table][name].unknown} is not known"
            assert sentence in hints(result)
            assert sentence in checks
    assert (
        ws.warehouse.rows(
            Query.of("q", "select count(*), sum(cost) from usage_events where contains(event_id, '-')")
        )[0][0]
        == 0
    )
    assert ws.warehouse.rows(Query.of("q", "select slug from agents")) == [("writer",)]


@pytest.mark.parametrize(
    "table", [table for table in COLUMNS if table not in ("public.llm_usage", "public.observability_events")]
)
def test_without_what_tells_its_rows_apart_a_table_is_left_out(
    open_with: Callable[..., Workspace], admin: Actor, address: str, sql: Callable[..., Any], table: str
) -> None:
    key = KEYS[table][0]
    sql(address, f"alter table {here(table)} drop column {key} cascade")
    result = run_source(opened(open_with, address), admin, "db")
    assert result.state == "partial"
    assert f"left out: {here(table)} lacks the column {key}" in hints(result)


def test_without_what_tells_calls_apart_the_run_fails(
    open_with: Callable[..., Workspace], admin: Actor, address: str, sql: Callable[..., Any]
) -> None:
    sql(address, "alter table public.llm_usage drop column id")
    result = run_source(opened(open_with, address), admin, "db")
    assert (result.state, result.error) == (
        "failed",
        "db: public.llm_usage lacks the column id, so cost would be left out",
    )


def test_a_role_that_may_read_some_columns_reads_these(
    open_with: Callable[..., Workspace], admin: Actor, address: str, sql: Callable[..., Any],
) -> None:  # fmt: skip
    """Thoughts and pseudonyms may be withheld without a loss; whose calls they are is said to be missing."""
    granted = ", ".join(name for name in COLUMNS["public.llm_usage"] if name != "user_id")
    sql(
        address,
        "create role narrow_reader login bypassrls; grant usage on schema public, authz, orch_flow to narrow_reader;"
        " grant select on all tables in schema public, authz, orch_flow to narrow_reader;"
        " revoke select on public.llm_usage from narrow_reader;"
        f" grant select ({granted}) on public.llm_usage to narrow_reader",
    )
    try:
        ws = opened(open_with, address.replace("//postgres:@", "//narrow_reader:@", 1))
        result = run_source(ws, admin, "db")
        assert result.state == "partial"
        assert hints(result).strip() == (
            "usage in part: narrow_reader may not read the column user_id of public.llm_usage: whose calls they are is not known. "
            'Have an administrator run: grant select (user_id) on public.llm_usage to "narrow_reader";'
        )
        assert ws.warehouse.rows(Query.of("q", "select count(*) from usage_events")) == [(100,)]
    finally:
        sql(address, "drop owned by narrow_reader; drop role narrow_reader")


def test_deeply_nested_metadata_of_an_agent_are_a_fault_of_its_row(
    open_with: Callable[..., Workspace], admin: Actor, address: str, sql: Callable[..., Any]
) -> None:
    sql(
        address,
        "alter table public.agents add column metadata jsonb;"
        f"update public.agents set metadata = '{'[' * 6000}{']' * 6000}'",
    )
    ws = opened(open_with, address)
    assert run_source(ws, admin, "db").state in ("done", "partial")
    assert ws.warehouse.rows(Query.of("q", "select slug, fault from agents")) == [
        ("writer", "metadata is not an object")
    ]
