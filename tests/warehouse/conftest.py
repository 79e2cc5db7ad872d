"""What the warehouse's tests share: short ways to deliver rows and to ask questions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest

from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.load import LoadCount, load_batch
from orchflow.warehouse.sql import Query

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

Row = dict[str, Any]
Load = Callable[..., LoadCount]
Ask = Callable[[str], list[tuple[Any, ...]]]


def table(rows: Sequence[Row]) -> pa.Table:
    """Rows as Arrow, with every column that any of them has."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pa.table({name: [row.get(name) for row in rows] for name in names})


def usage(event_id: str | None, **values: Any) -> Row:
    """A plain usage event, with what a test says otherwise."""
    return {"event_id": event_id, "occurred_at": "2026-11-20T10:00:00Z", **values}


def run_event(event_id: str, kind: str, at: str, **values: Any) -> Row:
    """A run event of agent `writer` in conversation `c1` on 20 November, `at` as hh:mm."""
    row: Row = {"event_id": event_id, "type": kind, "occurred_at": f"2026-11-20T{at}:00Z"}
    return {**row, "agent": "writer", "conversation_id": "c1", **values}


@pytest.fixture
def load(warehouse: Warehouse) -> Load:
    """Delivers rows of a dataset in a transaction of their own."""

    def deliver(
        dataset: str, rows: Sequence[Row], *, source: str = "platform", snapshot: bool = True
    ) -> LoadCount:
        with warehouse.write() as tx:
            return load_batch(tx, dataset, source, table(rows), now=NOW, snapshot=snapshot)

    return deliver


@pytest.fixture
def ask(warehouse: Warehouse) -> Ask:
    """The rows of a question asked in plain SQL."""
    return lambda sql: warehouse.rows(Query.of("question", sql))
