"""Datasets that are small enough to compare whole: agents, users, conversations, plans."""

from __future__ import annotations

from typing import Any

from orchflow.warehouse.counts import LoadCount
from orchflow.warehouse.datasets import Dataset
from orchflow.warehouse.transaction import Transaction


def keep_rows(tx: Transaction, target: Dataset, params: dict[str, Any], *, snapshot: bool) -> LoadCount:
    """Bring `target.table` in line with the staged rows; see `load_batch`."""
    raise NotImplementedError
