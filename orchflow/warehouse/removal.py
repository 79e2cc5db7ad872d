"""Taking stored usage away again: what was read anew under another identity, and what a file no longer has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

import pyarrow as pa

from orchflow.warehouse import rollups
from orchflow.warehouse.counts import LoadCount
from orchflow.warehouse.transaction import Transaction


def remove_named(tx: Transaction, source: str, ids: pa.Table, keep: Sequence[str] = ()) -> LoadCount:
    """Take away the usage that `source` delivered under these ids (the column `event_id`); rollups follow at the commit.

    Rows of the files `keep` stay.
    """
    return _remove(tx, "usage_named", ids, {"source": source, "keep": list(keep)})


def remove_absent(
    tx: Transaction, source: str, delivery: str, ids: pa.Table, first_at: datetime, last_at: datetime
) -> LoadCount:
    """Take away the usage of the file `delivery` between two instants (both inclusive) whose ids are not among `ids`."""
    return _remove(
        tx, "usage_absent", ids,
        {"source": source, "delivery": delivery, "first_at": first_at, "last_at": last_at},
    )  # fmt: skip


def remove_missing(
    tx: Transaction,
    dataset: str,
    source: str,
    ids: pa.Table,
    days: Sequence[date] | None,
    now: datetime,
) -> LoadCount:
    """Take away what is stored of `source` on some days (UTC, of recording; None: on any) and not among `ids`, and list it.

    `dataset` is usage or run_events.
    """
    params = {"source": source, "days": None if days is None else list(days), "now": now}
    tx.register("staged", ids)
    try:
        tx.execute(f"{dataset}_missing", params)
    finally:
        tx.unregister("staged")
    gone = tx.count("matched")
    if gone:
        tx.execute(f"{dataset}_list", params)
        rollups.note_removal(tx) if dataset == "usage" else rollups.note_run_removal(tx)
        tx.execute(f"{dataset}_removed")
    return LoadCount(gone=gone)


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
        tx.before_commit("callers", rollups.refresh_callers)
        tx.before_commit(f"unused {params['source']}", partial(_forget_unused, source=params["source"]))
    return LoadCount(gone=gone)


def _forget_unused(tx: Transaction, source: str) -> None:
    """Take away the callers and agents that no usage of a source names any more, once what came in their place is loaded."""
    tx.execute("callers_unused", {"source": source})
    tx.execute("agents_unused", {"source": source})
