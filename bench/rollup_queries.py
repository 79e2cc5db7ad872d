"""The queries behind Cost and Ledger, beside the same ones on DuckDB alone: what the layers between add to them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import pyarrow as pa

from bench.cost_page import Visits
from bench.figures import Figure, median_seconds
from bench.people import admin
from bench.raw_rows import read_cost
from bench.sizes import Sizes
from bench.workspaces import demo, open_at
from orchflow.insights.ledger import read_ledger
from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.sql import Query
from orchflow.workspace import Workspace

MOST = 3
ROLLUPS = ("usage_daily", "callers_daily", "expenses_daily", "runs_daily", "runners_daily")
SAME = "the same text and parameters on a connection of DuckDB, every row fetched"


@dataclass(frozen=True)
class Asked:
    """A query that a screen asked, and how long the product takes with it."""

    screen: str
    query: Query
    params: dict[str, Any]
    seconds: float


def measure(sizes: Sizes, folder: Path) -> list[Figure]:
    """Remember what both screens ask of the rollups, and time each query in the product and alone."""
    workspace = demo(sizes.large, sizes)
    visits = Visits(sizes.days)
    visits.next()
    start, end = visits.next()
    with closing(open_at(workspace.folder)) as ws:
        person = admin(ws.store)
        asked = [
            *_asked(ws, "Cost", lambda: read_cost(ws, person, start, end), sizes.visits),
            *_asked(
                ws, "Ledger", lambda: read_ledger(ws, person, start, end, deepest="effort"), sizes.visits
            ),
        ]
    figures = []
    with closing(duckdb.connect(workspace.home / "warehouse.duckdb", read_only=True)) as bare:
        bare.execute("set threads = 2")
        for place, each in enumerate(asked, 1):

            def alone(each: Asked = each) -> object:
                return bare.execute(each.query.text, each.params).fetchall()

            alone()
            seconds = median_seconds(alone, sizes.visits)
            note = f"{each.seconds * 1000:.1f} against {seconds * 1000:.1f} ms: {SAME}"
            name = each.query.description.removeprefix("one row is one ") or each.query.name
            figures.append(
                Figure(
                    f"query {place} of {each.screen}, {name[:40]}",
                    each.seconds / seconds,
                    "×",
                    MOST,
                    "less",
                    note,
                )
            )
    return figures


def _asked(ws: Workspace, screen: str, act: Any, times: int) -> list[Asked]:
    """The queries over rollups that `act` asks, each timed once all are known."""
    seen: list[tuple[Query, dict[str, Any]]] = []
    ask = Warehouse.query

    def remember(self: Warehouse, sql: Query | str, params: Mapping[str, Any] | None = None) -> pa.Table:
        if isinstance(sql, Query) and any(rollup in sql.text for rollup in ROLLUPS):
            seen.append((sql, sql.bind(params)))
        return ask(self, sql, params)

    act()
    with patch.object(Warehouse, "query", remember):
        act()
    return [_timed(ws, screen, query, params, times) for query, params in seen]


def _timed(ws: Workspace, screen: str, query: Query, params: dict[str, Any], times: int) -> Asked:
    return Asked(
        screen, query, params, median_seconds(lambda: ws.warehouse.query(query, params).to_pylist(), times)
    )
