"""Merging a batch into a dataset that is small enough to compare whole: agents, users, conversations, plans."""

from __future__ import annotations

from typing import Any

from orchflow.warehouse import rollups
from orchflow.warehouse.counts import LoadCount
from orchflow.warehouse.datasets import Dataset, LoadMode
from orchflow.warehouse.transaction import Transaction

_GIVES_ORGANIZATIONS = ("conversations", "users", "roles")


def merge_rows(tx: Transaction, target: Dataset, params: dict[str, Any], *, snapshot: bool) -> LoadCount:
    """Bring `target.table` in line with the rows parsed from the batch; see `load_batch`.

    Rows that are gone upstream count as changed. A row that was refused but whose key could be read is not gone.
    """

    def run(name: str) -> list[tuple[Any, ...]]:
        return tx.execute(target.query(name), params)

    if target.name in _GIVES_ORGANIZATIONS:
        tx.prepare("homes_create")
    duplicate = int(run("fresh_repeated")[0][0])
    run("fresh_create")
    if target.mode is LoadMode.MERGE:
        run(f"{target.name}_fill")
    else:
        if duplicate:
            run("latest_only")
        run("fresh_fill")
    run("fresh_same_drop")
    new, changed = run("fresh_counts")[0]
    gone = 0
    if snapshot and target.mode is LoadMode.PRESENCE:
        gone = int(run("gone_absent")[0][0])
    elif snapshot and target.mode is LoadMode.SNAPSHOT:
        gone = int(run("gone_removed")[0][0])
    if new or changed:
        if target.name == "tasks":
            rollups.note_tasks(tx)
        if target.name == "conversations":
            tx.execute("conversations_note")
        run("fresh_replaced")
        run("fresh_insert")
    if new or changed or gone:
        if target.name == "agents":
            tx.before_commit("callers", rollups.refresh_callers)
        if target.name in _GIVES_ORGANIZATIONS:
            tx.before_commit("homes", rollups.refresh_homes)
    return LoadCount(new=new, changed=changed + gone, duplicate=duplicate)
