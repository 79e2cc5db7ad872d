"""How this package's queries are run, and how a filter means the same in all of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import pyarrow as pa

from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.sql import Query, load_query

PACKAGE = "orchflow.insights"
FILTERED = ("usage_lines", "run_lines")
"""The two filtered rollups. They stand in their own files, so that what a filter means is said once."""


@cache
def query(name: str) -> Query:
    """The query in `sql/<name>.sql`; a filtered rollup that it reads from is put before it, whole."""
    found = load_query(PACKAGE, name)
    parts = [part for part in FILTERED if re.search(rf"from {part}\b", found.text)]
    if not parts:
        return found
    filtered = ",\n".join(
        f"{part} as not materialized (\n{load_query(PACKAGE, part).text})" for part in parts
    )
    body = found.text.split("\n", 1)[1]
    rest = f",\n{body.removeprefix('with ')}" if body.startswith("with ") else f"\n{body}"
    whole = Query.of(name, f"with {filtered}{rest}")
    return Query(name, f"-- {found.description}\n{whole.text}", found.description, whole.parameters)


def read(warehouse: Warehouse, name: str, params: Mapping[str, Any] | None = None) -> pa.Table:
    """Run the query `name` with those of `params` that it names."""
    return warehouse.query(query(name), params)


def rows(warehouse: Warehouse, name: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """As `read`, as one dictionary per row; for results that are small."""
    result: list[dict[str, Any]] = read(warehouse, name, params).to_pylist()
    return result


def row(warehouse: Warehouse, name: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """As `rows`, for a query that gives exactly one."""
    [only] = rows(warehouse, name, params)
    return only
