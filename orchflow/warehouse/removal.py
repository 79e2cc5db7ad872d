"""Taking stored usage away again: what was read anew under another identity, and what a file no longer has."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

import pyarrow as pa

from orchflow.warehouse import bills, rollups
from orchflow.warehouse.counts import LoadCount
from orchflow.warehouse.datasets import find_dataset
from orchflow.warehouse.sql import Query
from orchflow.warehouse.transaction import Transaction


def remove_named(
    tx: Transaction, source: str, ids: pa.Table, keep: Sequence[str] = (), of: str | None = None
) -> LoadCount:
    """Take away the usage that `source` delivered under these ids (the column `event_id`); rollups follow at the commit.

    Rows of the files `keep` stay, and of others than the file `of`, where there is one.
    """
    return _remove(tx, "usage_named", ids, {"source": source, "keep": list(keep), "of": of})


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
    *,
    user: str | None = None,
    aged: bool = False,
    differing: Sequence[date] | None = None,
) -> LoadCount:
    """Take away what is stored of `source` on some days (UTC; None: on any) and not among `ids`, and list it.

    Of conversations, only those of `user` (None: of all). Where a platform is compared that may let go of what is old (`aged`), calls and
    events of runs stay that are older than all there are, on days other than those `differing` (None: on no day) all that is stored.

    Days are those on which usage was recorded, events of runs occurred, tasks were created, conversations began. An event that
    another source delivered too is that one's from now on; one of another source is only no longer told by this one.
    """
    params = {
        "source": source, "dataset": dataset, "days": None if days is None else list(days), "now": now, "user": user,
        "aged": aged, "differing": None if differing is None else list(differing),
    }  # fmt: skip
    elsewhere = 0
    tx.register("staged", ids)
    try:
        if dataset in _TOLD_TWICE:
            elsewhere = tx.count(_on(dataset, "seen_no_longer"), params)
        tx.execute(f"{dataset}_missing", params)
        older = tx.count(f"{dataset}_older", params) if dataset in _TOLD_TWICE else 0
    finally:
        tx.unregister("staged")
    if dataset in _TOLD_TWICE:
        elsewhere += _hand_over(tx, dataset, params)
    gone = tx.count("matched")
    if gone:
        tx.execute(f"{dataset}_list", params)
        if dataset in _NOTE_REMOVAL:
            _NOTE_REMOVAL[dataset](tx)
        tx.execute(f"{dataset}_removed")
    return LoadCount(gone=gone, elsewhere=elsewhere, older=older)


_NOTE_REMOVAL: Mapping[str, Callable[[Transaction], None]] = {
    "usage": rollups.note_removal,
    "run_events": partial(rollups.note_run_removal, dataset="run_events"),
    "tasks": partial(rollups.note_run_removal, dataset="tasks"),
    "focus_lines": bills.note_removal,
}
_TOLD_TWICE = {"usage": "coalesce(e.recorded_at, e.occurred_at)", "run_events": "e.occurred_at"}
"""Datasets of which a second source's row is the first one's, and what their days are."""


def _on(dataset: str, name: str) -> Query:
    query = find_dataset(dataset).query(name)
    return Query.of(query.name, query.text.replace("{moment}", _TOLD_TWICE[dataset]))


def _hand_over(tx: Transaction, dataset: str, params: Mapping[str, Any]) -> int:
    """Give those of `matched` that another source delivered too to that one, and leave the others there."""
    tx.execute("still_seen", params)
    handed = tx.count("merged")
    if handed:
        tx.execute("incoming_merged")
        rollups.note_usage(tx) if dataset == "usage" else rollups.note_run_events(tx)
        tx.execute(find_dataset(dataset).query("events_remove"))
        tx.execute(find_dataset(dataset).query("events_insert"))
        tx.execute("still_seen_taken", params)
        tx.execute("still_seen_kept")
    return handed


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
