"""How this package's own queries are run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.sql import Query, load_query

PACKAGE = "orchflow.metrics"


def query(name: str) -> Query:
    """The query called `name`."""
    return load_query(PACKAGE, name)


OF_ALL_AGENTS = "(select *, null::varchar as agent from runners_daily)"


def lines_of(base: str, asked: str) -> str:
    """The query of the rows of a base, without its first line, for what is `asked` of them: where that is nobody's share, from the
    rollup of all people, where it is no agent's, from that of all agents."""
    text = "\n".join(query(base).text.splitlines()[1:])
    if "user_id" not in asked:
        text = text.replace("usage_daily", "callers_daily")
    if "agent" not in asked:
        text = text.replace("from runs_daily", f"from {OF_ALL_AGENTS}")
    return text


def rows(warehouse: Warehouse, name: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """Every row of a query, as a dictionary each; for results that are small."""
    result: list[dict[str, Any]] = warehouse.query(query(name), params).to_pylist()
    return result


def row(warehouse: Warehouse, name: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """As `rows`, for a query that gives exactly one."""
    [only] = rows(warehouse, name, params)
    return only
