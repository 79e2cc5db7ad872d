"""Loading: a batch of Arrow rows becomes facts, once, however often it is delivered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from orchflow.currencies import CODES
from orchflow.warehouse import bills, merge, rollups
from orchflow.warehouse.counts import LoadCount
from orchflow.warehouse.datasets import Dataset, LoadMode, find_dataset
from orchflow.warehouse.rejects import from_raw, resolve_delivered, set_aside
from orchflow.warehouse.sql import Query, load_query
from orchflow.warehouse.staging import conform, stage_query
from orchflow.warehouse.transaction import Transaction

__all__ = ["LoadCount", "load_batch", "retry_rejects"]


def load_batch(
    tx: Transaction, dataset: str, source: str, rows: pa.Table, *, now: datetime, snapshot: bool = True
) -> LoadCount:
    """Load `rows` of `dataset` delivered by `source`; rollups follow when the transaction commits.

    Rows are matched by key: known ones are updated, a null never replaces a value, the same content changes nothing, and
    what was said before what is stored (`delivered_at`) replaces nothing.
    A row that cannot be read is set aside with its reason and the others go on. An amount without a currency is in the
    workspace's; what has no rate of exchange into it is kept as delivered, without a cost. Usage and run events that another
    source delivered with the same id and time, in whatever precision, count as duplicates; where both are platforms, what calls
    cost and took is as it was said last. Datasets kept as snapshots are taken as the source's whole truth, so deliver each in
    one batch; `snapshot=False` only adds and updates.
    """
    target = find_dataset(dataset)
    if rows.num_rows == 0 and target.mode in (LoadMode.EVENTS, LoadMode.LINES, LoadMode.MERGE):
        return LoadCount()
    tx.prepare("macros")
    tx.prepare("conversion_create", {"currency": tx.currency})
    tx.register("staged", conform(rows, target))
    params: dict[str, Any] = {
        "source": source,
        "dataset": dataset,
        "job": target.job,
        "now": now,
        "zone": tx.zone.key,
        "currency": tx.currency,
        "currencies": sorted(CODES),
    }
    try:
        tx.execute(stage_query(target), params)
        rejected = set_aside(tx, params)
        if target.mode in (LoadMode.EVENTS, LoadMode.LINES):
            tx.unregister("staged")  # read by now, and as large as what was made of it
        if target.mode is LoadMode.EVENTS:
            count = _load_events(tx, target, params)
        elif target.mode is LoadMode.LINES:
            count = bills.load_lines(tx, target, params)
        else:
            count = merge.merge_rows(tx, target, params, snapshot=snapshot)
    finally:
        tx.unregister("staged")
    return count + LoadCount(read=rows.num_rows, rejected=rejected)


def _load_events(tx: Transaction, target: Dataset, params: dict[str, Any]) -> LoadCount:
    name = target.name
    resolve_delivered(tx, params)
    doubtful = tx.count("doubtful") if name == "usage" else 0
    repeated = tx.count("repeated")
    foreign = superseded = corrected = 0
    if repeated:
        superseded = tx.count("usage_repeated") if name == "usage" else 0
        tx.execute("events_fold")
    duplicate = repeated - superseded
    tx.execute(target.query("events_match"))
    if name == "usage":
        tx.execute("usage_homes", params)
    if tx.count("matched"):
        foreign = tx.count("foreign", params)
        if foreign:
            tx.execute("seen_again", params)
            corrected = _correct(tx, target, params["source"]) if name == "usage" else 0
        _compare(tx, name, params["source"])
        new, changed = tx.execute("written")[0]
        if name == "usage":
            superseded += tx.count("usage_superseded", params)
            tx.cursor.execute(load_query("orchflow.warehouse", "usage_said_again").text)  # changes no figure
    else:
        tx.execute("events_fresh")
        tx.execute(f"{name}_complete")
        tx.execute("incoming_complete")
        new, changed = tx.count("read_whole"), 0
    if new or changed:
        rollups.note_usage(tx) if name == "usage" else rollups.note_run_events(tx)
        if changed:
            tx.execute(target.query("events_remove"))
        tx.execute(target.query("events_insert"))
    return LoadCount(
        new=new, changed=changed + corrected, duplicate=duplicate + foreign - corrected,
        superseded=superseded, doubtful=doubtful,
    )  # fmt: skip


def _correct(tx: Transaction, target: Dataset, source: str) -> int:
    """Take over what the platform says of an event now, where another source of it delivered the event first; it stays that one's."""
    query = load_query("orchflow.warehouse", "usage_correcting").quoting(source=source)
    tx.execute(query)
    tx.execute("usage_complete")
    tx.execute("usage_corrected")
    corrected = tx.count("merged")
    if corrected:
        tx.execute("incoming_merged")
        rollups.note_usage(tx)
        tx.execute(target.query("events_remove"))
        tx.execute(target.query("events_insert"))
    return corrected


def _compare(tx: Transaction, name: str, source: str) -> None:
    """Lay the batch over what is stored, value by value, and keep what differs from it as `incoming`."""
    delivered = [column for (column,) in tx.execute("parsed_columns")]
    stored = [column for (column,) in tx.execute("matched_columns") if column != "target"]
    values = ", ".join(
        _merged(column, stored, delivered)
        for column in dict.fromkeys([*delivered, *stored])
        if column not in ("event_key", "ordinal")
    )
    merging = load_query("orchflow.warehouse", "events_merging").quoting(source=source)
    tx.execute(Query.of(merging.name, merging.text.replace("{values}", values)))
    tx.execute(f"{name}_complete")
    differs = " or ".join(
        f"complete.{column} is distinct from own.{column}"
        for column in stored
        if column not in ("delivered_at", "delivery")
    )
    changed = load_query("orchflow.warehouse", "events_changed")
    tx.execute(Query.of(changed.name, changed.text.replace("{differs}", f"({differs})")))
    tx.execute("incoming_merged")


def _merged(column: str, stored: Sequence[str], delivered: Sequence[str]) -> str:
    """What a column is to be: what was said later, and a null never replaces a value."""
    if column not in stored or column not in delivered:
        return f"{'p' if column in delivered else 'own'}.{column}"
    value = f"coalesce(p.{column}, own.{column})"
    if "delivered_at" in stored:
        value = f"if(own.delivered_at > p.delivered_at, coalesce(own.{column}, p.{column}), {value})"
    return f"{value} as {column}"


def retry_rejects(tx: Transaction, source: str | None = None, *, now: datetime) -> LoadCount:
    """Load the waiting rejects of `source` (None: of every source) again; those that can be kept now are resolved.

    A reject of a snapshot dataset is added to what is stored, so that trying it again never removes anything.
    """
    waiting: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for origin, dataset, key, raw in tx.execute("rejects_waiting", {"source": source}):
        waiting[origin, dataset].append((key, raw))
    total = LoadCount()
    for (origin, dataset), rejects in waiting.items():
        tx.execute("refused_none")
        rows = from_raw([raw for _, raw in rejects], find_dataset(dataset))
        total += load_batch(tx, dataset, origin, rows, now=now, snapshot=False)
        tried = [key for key, _ in rejects]
        tx.execute("rejects_resolve", {"source": origin, "dataset": dataset, "now": now, "tried": tried})
    return total
