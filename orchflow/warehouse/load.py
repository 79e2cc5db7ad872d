"""Loading: a batch of Arrow rows becomes facts, once, however often it is delivered."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

import pyarrow as pa

from orchflow.currencies import CODES
from orchflow.warehouse import merge, rollups
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
    source delivered with the same id and time, in whatever precision, count as duplicates. Datasets kept as snapshots are taken as the source's whole
    truth, so deliver each in one batch; `snapshot=False` only adds and updates.
    """
    target = find_dataset(dataset)
    if rows.num_rows == 0 and target.mode in (LoadMode.EVENTS, LoadMode.MERGE):
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
        if target.mode is LoadMode.EVENTS:
            count = _load_events(tx, target, params)
        else:
            count = merge.merge_rows(tx, target, params, snapshot=snapshot)
    finally:
        tx.unregister("staged")
    return count + LoadCount(read=rows.num_rows, rejected=rejected)


def _load_events(tx: Transaction, target: Dataset, params: dict[str, Any]) -> LoadCount:
    name = target.name
    resolve_delivered(tx, params)
    repeated = tx.count("repeated")
    foreign = superseded = 0
    if repeated:
        superseded = tx.count("usage_repeated") if name == "usage" else 0
        tx.execute("events_fold")
    duplicate = repeated - superseded
    tx.execute(target.query("events_match"))
    if tx.count("matched"):
        foreign = tx.count("foreign", params)
        tx.execute(_known_query(tx), params)
        tx.execute("events_merging")
        tx.execute(f"{name}_complete")
        tx.execute(f"{name}_changed")
        tx.execute("incoming_merged")
        if name == "usage":
            superseded += tx.count("usage_superseded", params)
            tx.cursor.execute(load_query("orchflow.warehouse", "usage_said_again").text)  # changes no figure
    else:
        tx.execute("events_fresh")
        tx.execute(f"{name}_complete")
        tx.execute("incoming_complete")
    new, changed = tx.execute("counts")[0]
    if new or changed:
        rollups.note_usage(tx) if name == "usage" else rollups.note_run_events(tx)
        if changed:
            tx.execute(target.query("events_remove"))
        tx.execute(target.query("events_insert"))
    return LoadCount(new=new, changed=changed, duplicate=duplicate + foreign, superseded=superseded)


def _known_query(tx: Transaction) -> Query:
    """The query that lays the batch over what is stored, value by value."""
    delivered = [name for (name,) in tx.execute("parsed_columns")]
    stored = [name for (name,) in tx.execute("matched_columns")]
    dated = "delivered_at" in stored
    values = []
    for name in dict.fromkeys([*delivered, *stored]):
        if name in ("target", "event_key", "ordinal"):
            continue
        if name not in stored or name not in delivered:
            values.append(f"{'p' if name in delivered else 'own'}.{name}")
            continue
        value = f"coalesce(p.{name}, own.{name})"
        if dated:
            value = f"if(own.delivered_at > p.delivered_at, coalesce(own.{name}, p.{name}), {value})"
        values.append(f"{value} as {name}")
    known = load_query("orchflow.warehouse", "events_known")
    return Query.of(known.name, known.text.replace("{values}", ", ".join(values)))


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
