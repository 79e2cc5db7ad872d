"""Rows that could not be kept: set aside with their reason and raw form, counted, and tried again on demand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from orchflow.warehouse.datasets import Dataset, Kind
from orchflow.warehouse.transaction import Transaction


def set_aside(tx: Transaction, params: dict[str, Any]) -> int:
    """Move the unreadable rows of the staged batch to `rejects`; how many they were."""
    rejected = tx.count("rejected")
    if rejected:
        tx.execute("rejects_from_batch", params)
        tx.execute("rejects_seen", params)
        tx.execute("rejects_new", params)
        tx.execute("rejects_drop")
    return rejected


def resolve_delivered(tx: Transaction, params: dict[str, Any]) -> None:
    """Close the rejects whose event has now been delivered in a form that can be kept."""
    if tx.count("rejects_open", params):
        tx.execute("rejects_resolve_delivered", params)


def from_raw(raws: Sequence[str], dataset: Dataset) -> pa.Table:
    """The delivery that the raw forms of rejects came from, every value as text."""
    rows = [json.loads(raw, parse_float=str, parse_int=str) for raw in raws]
    columns: dict[str, Any] = {}
    for name, kind in dataset.columns.items():
        values = [row.get(name) for row in rows]
        if kind is Kind.LIST:
            columns[name] = pa.array(values, pa.list_(pa.string()))
        else:
            columns[name] = pa.array([None if v is None else str(v) for v in values], pa.string())
    return pa.table(columns)
