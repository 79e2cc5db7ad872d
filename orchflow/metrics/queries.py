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


def lines_of(base: str, *, of_people: bool = True) -> str:
    """The query of the rows of a base, without its first line; where nobody's share is asked for, from the rollup of all people."""
    text = "\n".join(query(base).text.splitlines()[1:])
    return text if of_people else text.replace("usage_daily", "callers_daily")


def rows(warehouse: Warehouse, name: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """Every row of a query, as a dictionary each; for results that are small."""
    result: list[dict[str, Any]] = warehouse.query(query(name), params).to_pylist()
    return result


def row(warehouse: Warehouse, name: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """As `rows`, for a query that gives exactly one."""
    [only] = rows(warehouse, name, params)
    return only
