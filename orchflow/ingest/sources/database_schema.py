"""What Orchestrator AI's database looks like from the role that reads it: version, tables, permissions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from orchflow.errors import SourceError
from orchflow.ingest.sources.database_connection import (
    ReadOnlyConnection,
    RowSecurityError,
    bypass_hint,
    quoted,
)

IDENTITY = "identity"
"""Stands for the schema that holds users and roles: `authz` in enterprise, `public` in v2."""

TABLES: Mapping[str, tuple[str, ...]] = {
    "usage_records": ("public.llm_usage",),
    "usage_events": ("public.observability_events",),
    "run_events": ("public.observability_events",),
    "usage_record_sums": ("public.llm_usage",),
    "usage_event_sums": ("public.observability_events",),
    "run_event_sums": ("public.observability_events",),
    "task_sums": ("public.tasks",),
    "conversation_sums": ("public.conversations",),
    "tasks": ("public.tasks",),
    "conversations": ("public.conversations",),
    "agents": ("public.agents",),
    "organizations": ("public.organizations",),
    "users": (f"{IDENTITY}.users",),
    "roles": (f"{IDENTITY}.rbac_user_org_roles", f"{IDENTITY}.rbac_roles"),
    "teams": ("public.teams",),
    "team_members": ("public.team_members",),
    "efforts": ("orch_flow.efforts",),
    "projects": ("orch_flow.projects",),
    "journey_tasks": ("orch_flow.tasks",),
    "sprints": ("orch_flow.sprints",),
    "board_tasks": ("orch_flow.shared_tasks",),
}
"""Which tables each query of the `sql` folder reads."""


@dataclass(frozen=True)
class Obstacle:
    """Why a table cannot be read whole. `missing` ones are simply not installed."""

    table: str
    message: str
    hint: str
    missing: bool = False
    sure: bool = True


@dataclass(frozen=True)
class _Relation:
    readable: bool
    filtered: bool
    estimate: int


class Installation:
    """One look at the database; `look` makes it."""

    def __init__(
        self,
        connection: ReadOnlyConnection,
        version: Literal["enterprise", "v2"],
        role: str,
        relations: Mapping[str, _Relation],
    ) -> None:
        self.version = version
        self.role = role
        self.identity_schema = "authz" if version == "enterprise" else "public"
        self._connection = connection
        self._relations = relations

    def tables(self, query: str) -> list[str]:
        """The tables that a query reads, by the names they have here."""
        return [table.replace(f"{IDENTITY}.", f"{self.identity_schema}.") for table in TABLES[query]]

    def filtered(self, table: str) -> bool:
        """Whether row-level policies apply to this role on `table`."""
        return table in self._relations and self._relations[table].filtered

    def obstacle(self, query: str) -> Obstacle | None:
        """Say what keeps a query from reading all rows of its tables, or None."""
        return next((obstacle for table in self.tables(query) if (obstacle := self.obstacle_at(table))), None)

    def obstacle_at(self, table: str) -> Obstacle | None:
        """Say what keeps this role from reading `table`, or None. Policies that hide every row count too."""
        relation = self._relations.get(table)
        if relation is None:
            return Obstacle(table, f"{table} does not exist in this installation", "", missing=True)
        schema, name = table.split(".")
        named = f"{quoted(schema)}.{quoted(name)}"
        role = quoted(self.role)
        if not relation.readable:
            grant = f"grant usage on schema {schema} to {role}; grant select on {table} to {role};"
            return Obstacle(table, f"{self.role} may not read {table}", f"Have an administrator run: {grant}")
        if not relation.filtered:
            return None
        try:
            seen = self._connection.rows("visible", relation=named)[0]["visible"]
        except RowSecurityError as error:
            return Obstacle(table, f"{table} cannot be read: {error}", bypass_hint(role))
        if seen:
            return None
        about = (
            f"all of its about {relation.estimate:,} rows"
            if relation.estimate
            else "every row, if it has any"
        )
        return Obstacle(
            table,
            f"{table} shows 0 rows to {self.role}: row-level security hides {about}",
            bypass_hint(role),
            sure=relation.estimate > 0,
        )


def look(name: str, connection: ReadOnlyConnection) -> Installation:
    """Find out which version of Orchestrator AI is there; SourceError when none is. `name` is the source's."""
    relations = {
        f"{row['schema']}.{row['name']}": _Relation(row["readable"], row["filtered"], row["estimate"])
        for row in connection.rows("relations")
    }
    server = connection.rows("server")[0]
    if not relations.keys() & {"public.llm_usage", "public.observability_events"}:
        raise _not_orchestrator(name, server["database"], list(relations))
    if "authz.users" in relations or "authz.rbac_user_org_roles" in relations:
        return Installation(connection, "enterprise", server["role"], relations)
    return Installation(connection, "v2", server["role"], relations)


def _not_orchestrator(name: str, database: str, tables: list[str]) -> SourceError:
    elsewhere = [table for table in tables if table.endswith((".llm_usage", ".observability_events"))]
    if elsewhere:
        schema = elsewhere[0].split(".")[0]
        return SourceError(
            f"The database {database} of {name} has Orchestrator AI's tables in the schema {schema}, not in public",
            f"Point sources.{name}.url at the database in which Orchestrator AI itself keeps them in public.",
        )
    others = f"; what it has is {', '.join(tables[:5])}" if tables else "; its schema public is empty"
    return SourceError(
        f"The database {database} of {name} is not Orchestrator AI's: it has neither public.llm_usage nor "
        f"public.observability_events{others}",
        f"Correct the database's name in sources.{name}.url.",
    )
