"""What reads a table is told when the table is written."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from orchflow.screens.insights.reader import TOPICS as KEYED_BY
from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.sql import Query, queries, without_texts
from orchflow.warehouse.topics import TOPICS, written_topic

from .conftest import Ask, Load, run_event, usage

FIGURES = [
    f"orchflow.{feature}"
    for feature in ("insights", "metrics")
    if resources.files("orchflow").joinpath(feature, "sql").is_dir()
]
"""The packages whose queries make figures."""

WITH_TASKS = {
    "ledger",
    "ledger_amounts",
    "ledger_cells",
    "ledger_left_out",
    "ledger_agents",
    "ledger_hours",
    "cost_expenses",
}
"""The queries of the Ledger, which joins the plan with what it cost."""

OWN = {"meta", "data_version"}
"""Tables of the warehouse itself, which no figure reads."""

VALUES = {
    "VARCHAR": "'x'", "VARCHAR[]": "['x']", "INTEGER[]": "[1]", "JSON": "'1'", "BOOLEAN": "true", "DATE": "date '2026-11-20'",
    "TIMESTAMP WITH TIME ZONE": "now()",
}  # fmt: skip
TABLES = Query.of("tables", "select table_name from duckdb_tables() where not internal")


VIEWS = Query.of(
    "views",
    "select view_name, sql from duckdb_views() where not internal union all "
    "select function_name || '(', macro_definition from duckdb_functions() where not internal and function_type = 'table_macro'",
)


def tables_in(sql: str) -> set[str]:
    return TOPICS.keys() & re.findall(r"\w+", without_texts(sql))


def read_by(package: str, views: dict[str, str]) -> dict[str, set[str]]:
    """The tables of the warehouse that each query of a package names, itself or through a view."""
    return {
        name: tables_in(query.text).union(
            *(tables_in(sql) for view, sql in views.items() if view in query.text)
        )
        for name, query in queries(package).items()
    }


def test_every_table_has_a_topic(warehouse: Warehouse) -> None:
    assert {name for (name,) in warehouse.rows(TABLES)} == TOPICS.keys() | OWN


@pytest.mark.parametrize("table", TOPICS)
def test_writing_a_row_moves_the_tables_topic_and_no_other(
    warehouse: Warehouse, ask: Ask, table: str
) -> None:
    columns = ask(
        f"select column_name, data_type from duckdb_columns() where table_name = '{table}' order by column_index"
    )
    (some, _), row = columns[0], ", ".join(VALUES.get(kind, "1") for _, kind in columns)
    for number, statement in enumerate(
        (
            f"insert into {table} values ({row})",
            f"update {table} set {some} = {some}",
            f"delete from {table}",
        ),
        1,
    ):
        with warehouse.write() as tx:
            tx.execute(Query.of("written", statement))
        assert warehouse.version(TOPICS[table]) == number, statement
    assert warehouse.version(*(set(TOPICS.values()) - {TOPICS[table]})) == 0


def test_a_write_that_touches_no_row_moves_nothing(warehouse: Warehouse) -> None:
    with warehouse.write() as tx:
        tx.execute(Query.of("written", "delete from usage_daily"))
    assert warehouse.version(*TOPICS.values()) == 0


@pytest.mark.parametrize(
    ("sql", "topic"),
    [
        ("-- one row\ninsert into usage_events select * from x", "usage"),
        ("with x as (select 1) update callers set agent = 'delete from agents'", "usage"),
        ("insert into watermarks values (1) on conflict (source) do update set value = 1", "ingest"),
        ("create or replace temp table t as select * from usage_daily", None),
        ("-- update agents\nselect 'insert into agents' from usage_daily", None),
        ("delete from parsed", None),
    ],
)
def test_the_written_table_is_read_from_the_statement(sql: str, topic: str | None) -> None:
    assert written_topic(sql) == topic


def test_the_caches_of_figures_are_keyed_by_every_topic_that_the_figures_read(warehouse: Warehouse) -> None:
    views = dict(warehouse.rows(VIEWS))
    read = {name: tables for package in FIGURES for name, tables in read_by(package, views).items()}
    assert {"usage_daily", "runs_daily", "agents", "platform_users"} <= set().union(*read.values())
    for name, tables in read.items():
        # What is open in the sources is shown on Home alone, which is keyed by their topic as well; these by that of tasks.
        also = {"ingest", "plan"} if name in WITH_TASKS else {"ingest"}
        assert {TOPICS[table] for table in tables} <= {*KEYED_BY, *also}, name


def test_usage_is_new_when_the_organisation_of_its_people_becomes_known(
    warehouse: Warehouse, load: Load, ask: Ask
) -> None:
    load("usage", [usage("a", user_id="u1")])
    load("run_events", [run_event("1", "completed", "10:00", user_id="u1")])
    versions = warehouse.version("usage"), warehouse.version("runs")

    load("users", [{"user_id": "u1", "organization": "claims"}])

    assert ask("select organization from usage_daily union all select organization from runs_daily") == [
        ("claims",), ("claims",),
    ]  # fmt: skip
    assert (warehouse.version("usage"), warehouse.version("runs")) == (versions[0] + 1, versions[1] + 1)


def test_usage_is_new_when_the_organisation_of_its_conversation_becomes_known(
    warehouse: Warehouse, load: Load, ask: Ask
) -> None:
    load("usage", [usage("a", conversation_id="c1")])
    version = warehouse.version("usage")

    load("conversations", [{"conversation_id": "c1", "organization": "claims"}])

    assert ask("select organization from usage_daily") == [("claims",)]
    assert warehouse.version("usage") == version + 1


def test_usage_is_new_when_the_role_that_tells_an_organisation_becomes_known(
    warehouse: Warehouse, load: Load, ask: Ask
) -> None:
    load("users", [{"user_id": "u1"}])
    load("usage", [usage("a", user_id="u1")])
    version = warehouse.version("usage")

    load("roles", [{"user_id": "u1", "organization": "claims", "role": "user"}])

    assert ask("select organization from usage_daily") == [("claims",)]
    assert warehouse.version("usage") == version + 1
