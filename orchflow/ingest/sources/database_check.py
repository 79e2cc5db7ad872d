"""Tries an Orchestrator AI database: address, sign-in, schema, version, permission table by table, clock."""

from __future__ import annotations

from orchflow import clock
from orchflow.errors import SourceError
from orchflow.ingest.recording import check_days
from orchflow.ingest.source import Check
from orchflow.ingest.sources.agent_rows import check_agents, judged_agents
from orchflow.ingest.sources.database_connection import (
    ReadOnlyConnection,
    SignInRefused,
    Unreachable,
    bypass_hint,
    quoted,
)
from orchflow.ingest.sources.database_schema import TABLES, Installation, look

SKEW_SECONDS = 5.0
COST_TABLES = ("public.llm_usage", "public.observability_events")


def check_database(name: str, connection: ReadOnlyConnection) -> list[Check]:
    """Return what was tried on the source `name`, up to the first thing without which the rest cannot be tried."""
    try:
        skew, version = _clock_and_version(connection)
    except Unreachable as error:
        return [Check("address", False, str(error), error.hint)]
    except SignInRefused as error:
        return [
            Check("address", True, "A PostgreSQL server answers"),
            Check("sign-in", False, str(error), error.hint),
        ]
    except SourceError as error:
        return [
            Check("address", True, "A PostgreSQL server answers"),
            Check("sign-in", None, str(error), error.hint),
        ]
    checks = [Check("address", True, f"PostgreSQL {version} answers")]
    try:
        installation = look(name, connection)
    except SourceError as error:
        return [*checks, Check("sign-in", True, "Signed in"), Check("schema", False, str(error), error.hint)]
    checks += [
        Check("sign-in", True, f"Signed in as {installation.role}; every transaction is read only"),
        Check("schema", True, "The database is Orchestrator AI's"),
        Check("version", True, f"Its version is {installation.version}"),
    ]
    tables = dict.fromkeys(table for query in TABLES for table in installation.tables(query))
    checks += [_permission(installation, table) for table in tables]
    checks += [
        Check(f"columns {gap.table}", None, gap.message, gap.hint)
        for table in tables
        for gap in installation.gaps_at(table)
    ]
    return [*checks, *_agents(installation, connection), *_recorded(installation, connection), _clock(skew)]


def _agents(installation: Installation, connection: ReadOnlyConnection) -> list[Check]:
    if installation.version != "enterprise" or installation.obstacle("agents") is not None:
        return []
    try:
        agents = judged_agents(connection.table("agents"))
    except SourceError:  # told with its permission
        return []
    return check_agents(agents) if "fault" in agents.column_names else []


def _recorded(installation: Installation, connection: ReadOnlyConnection) -> list[Check]:
    if any(installation.obstacle(name) is not None for name in ("usage_records", "usage_events")):
        return []
    days = connection.rows("recorded_days")
    return [check_days([row["day"] for row in days], [row["day"] for row in days if row["recorded"]])]


def _clock_and_version(connection: ReadOnlyConnection) -> tuple[float, str]:
    connection.rows("server")
    before = clock.now()
    server = connection.rows("server")[0]
    after = clock.now()
    return (server["clock"] - (before + (after - before) / 2)).total_seconds(), server["version"].split(" ")[
        0
    ]


def _permission(installation: Installation, table: str) -> Check:
    label = f"permission {table}"
    try:
        obstacle = installation.obstacle_at(table)
    except SourceError as error:
        return Check(label, False, str(error), error.hint)
    if obstacle is None:
        if installation.filtered(table):
            return Check(
                label,
                None,
                f"{table} can be read, but row-level security may hide some of its rows",
                bypass_hint(quoted(installation.role)),
            )
        return Check(label, True, f"{table} can be read")
    if obstacle.missing:
        hint = "Cost that is kept there is not seen." if table in COST_TABLES else "It is left out."
        return Check(label, None, obstacle.message, hint)
    return Check(label, False if obstacle.sure else None, obstacle.message, obstacle.hint)


def _clock(skew: float) -> Check:
    if abs(skew) <= SKEW_SECONDS:
        return Check("clock", True, "Its clock and this machine's agree")
    ahead = "ahead of" if skew > 0 else "behind"
    return Check(
        "clock",
        None,
        f"Its clock is {abs(skew):.0f} s {ahead} this machine's",
        "Set both by NTP; until then lag and freshness are off by as much. Nothing is lost.",
    )
