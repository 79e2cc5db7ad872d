"""What Orchestrator AI's database looks like from the role that reads it: version, tables, permissions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from orchflow.errors import SourceError
from orchflow.ingest.sources.database_columns import COLUMNS, SUMMED, Columns
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
class Gap:
    """A column of a table that is not there for this role; what is therefore not known is in `message`."""

    table: str
    message: str
    hint: str


@dataclass(frozen=True)
class _Relation:
    readable: bool
    filtered: bool
    estimate: int
    columns: Sequence[str]
    withheld: Sequence[str]

    def has(self, column: str) -> bool:
        """Whether the role can read a column."""
        return column in self.columns and column not in self.withheld


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
        for table in COLUMNS:
            if (relation := self._read_as(table)) != table:
                connection.read_as(table, relation)

    def tables(self, query: str) -> list[str]:
        """The tables that a query reads, by the names they have here."""
        return [self._here(table) for table in TABLES[query]]

    def gaps(self, query: str) -> list[Gap]:
        """What is not known of the rows of a query since columns of its tables are not there for this role."""
        return [gap for table in self.tables(query) for gap in self.gaps_at(table)]

    def gaps_at(self, table: str) -> list[Gap]:
        """What is not known of the rows of `table` since some of its columns are not there for this role."""
        relation = self._relations.get(table)
        if relation is None or not relation.readable:
            return []
        lacking = {
            name: column.unknown for name, column in self._columns(table).items() if not relation.has(name)
        }
        return [
            Gap(table, f"{self._lacks(table, [name])}: {unknown} is not known", self._grant(table, [name]))
            for name, unknown in lacking.items()
            if unknown
        ]

    def unsummed(self, query: str) -> Obstacle | None:
        """Say which columns keep the sums of a query from being those of what was once read with them, or None."""
        for table in self.tables(query):
            relation, wanted = self._relations[table], self._columns(table)
            lacking = [
                name
                for name in SUMMED[table]
                if name in relation.withheld or (name in wanted and not relation.has(name))
            ]
            if lacking:
                return Obstacle(table, self._lacks(table, lacking), self._grant(table, lacking))
        return None

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
        keys = [name for name, column in self._columns(table).items() if not column.unknown]
        lacking = [name for name in keys if not relation.has(name)]
        if lacking:
            return Obstacle(table, self._lacks(table, lacking), self._grant(table, lacking))
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

    def _here(self, table: str) -> str:
        return table.replace(f"{IDENTITY}.", f"{self.identity_schema}.")

    def _columns(self, table: str) -> Columns:
        return next((columns for name, columns in COLUMNS.items() if self._here(name) == table), {})

    def _lacks(self, table: str, columns: Sequence[str]) -> str:
        named = "the column " + columns[0] if len(columns) == 1 else "the columns " + ", ".join(columns)
        if set(columns) & set(self._relations[table].withheld):
            return f"{self.role} may not read {named} of {table}"
        return f"{table} lacks {named}"

    def _grant(self, table: str, columns: Sequence[str]) -> str:
        if not set(columns) & set(self._relations[table].withheld):
            return "Put it back, or read a view that has it."
        grant = f"grant select ({', '.join(columns)}) on {table} to {quoted(self.role)};"
        return f"Have an administrator run: {grant}"

    def _read_as(self, table: str) -> str:
        """What queries read for `table`: itself, or what can be read of it, with nulls for the columns that cannot."""
        here = self._here(table)
        relation = self._relations.get(here)
        if relation is None or not relation.readable:
            return here
        nulls = [
            f"null::{column.type} as {name}"
            for name, column in COLUMNS[table].items()
            if not relation.has(name)
        ]
        if not nulls and not relation.withheld:
            return here
        there = [quoted(name) for name in relation.columns if name not in relation.withheld]
        return f"(select {', '.join([*there, *nulls])} from {here})"  # noqa: S608 - names of the database itself, quoted


def look(name: str, connection: ReadOnlyConnection) -> Installation:
    """Find out which version of Orchestrator AI is there; SourceError when none is. `name` is the source's."""
    relations = {
        f"{row['schema']}.{row['name']}": _Relation(
            row["readable"], row["filtered"], row["estimate"], row["columns"], row["withheld"]
        )
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
