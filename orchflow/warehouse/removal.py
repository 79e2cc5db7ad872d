"""Taking stored usage away again: what was read anew under another identity, and what a file no longer has."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa

from orchflow.warehouse import rollups
from orchflow.warehouse.counts import LoadCount
from orchflow.warehouse.transaction import Transaction


def remove_named(tx: Transaction, source: str, ids: pa.Table) -> LoadCount:
    """Take away the usage that `source` delivered under these ids (the column `event_id`); rollups follow at the commit."""
    return _remove(tx, "usage_named", ids, {"source": source})


def remove_absent(
    tx: Transaction, source: str, delivery: str, ids: pa.Table, first_at: datetime, last_at: datetime
) -> LoadCount:
    """Take away the usage of the file `delivery` between two instants (both inclusive) whose ids are not among `ids`."""
    return _remove(
        tx, "usage_absent", ids,
        {"source": source, "delivery": delivery, "first_at": first_at, "last_at": last_at},
    )  # fmt: skip


def _remove(tx: Transaction, query: str, ids: pa.Table, params: Mapping[str, Any]) -> LoadCount:
    tx.register("staged", ids)
    try:
        tx.execute(query, params)
    finally:
        tx.unregister("staged")
    gone = tx.count("matched")
    if gone:
        rollups.note_removal(tx)
        tx.execute("usage_removed")
        tx.execute("callers_unused", params)
        tx.execute("agents_unused", params)
    return LoadCount(gone=gone)
