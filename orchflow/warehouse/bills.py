"""Lines of bills in FOCUS: they are known by their place in a file, and `focus_daily` follows them before the commit."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from orchflow.warehouse.counts import LoadCount
from orchflow.warehouse.datasets import Dataset
from orchflow.warehouse.expenses import refresh_billed
from orchflow.warehouse.sql import Query, load_query
from orchflow.warehouse.transaction import Transaction


def load_lines(tx: Transaction, target: Dataset, params: dict[str, Any]) -> LoadCount:
    """Bring `focus_lines` in line with the lines parsed from the batch.

    Of one account and billing period the unit of delivery written last counts, for the days that it tells of: earlier lines
    of another unit go (`gone`), and what comes late is `superseded`.
    """
    _prepare(tx)
    duplicate = tx.count(target.query("fresh_repeated"))
    if duplicate:
        tx.execute(target.query("latest_only"))
    tx.execute("focus_periods")
    superseded = tx.count("focus_overtaken", params)
    tx.execute("focus_matched", params)
    gone = _take_away(tx)
    if tx.count("focus_again", params) == 0:
        new, changed = tx.count("read_whole"), 0
        if new:
            tx.execute("focus_lines_insert")
            tx.execute(_lines("focus_days_linked", "parsed"))
            tx.execute("focus_counted_new")
            tx.execute("focus_groups")
            tx.execute("focus_delta_add")
    else:
        for name in ("fresh_create", "fresh_fill", "fresh_same_drop"):
            tx.execute(target.query(name), params)
        new, changed = tx.execute(target.query("fresh_counts"), params)[0]
        if new or changed:
            tx.execute(_lines("focus_replaced", "fresh"), params)
            _touch_matched(tx)
            tx.execute(target.query("fresh_replaced"), params)
            tx.execute(_lines("focus_days_written", "fresh"))
            tx.execute(_lines("focus_days_linked", "fresh"))
            tx.execute(target.query("fresh_insert"), params)
    if new or changed or gone:
        tx.before_commit("bills", refresh_bills)
    return LoadCount(new=new, changed=changed, duplicate=duplicate, superseded=superseded, gone=gone)


def remove_lines(tx: Transaction, source: str, delivery: str, kept: pa.Table | None = None) -> LoadCount:
    """Take away the lines of a file, save those whose numbers (the column `line`) are among `kept`."""
    tx.register("staged", kept or pa.table({"line": pa.array([], pa.int64())}))
    try:
        tx.execute("focus_of_file", {"source": source, "delivery": delivery})
    finally:
        tx.unregister("staged")
    gone = _take_away(tx)
    if gone:
        tx.before_commit("bills", refresh_bills)
    return LoadCount(gone=gone)


def note_removal(tx: Transaction) -> None:
    """Remember the days of the lines `matched`, which go; `refresh_bills` counts them anew before the commit."""
    _prepare(tx)
    _touch_matched(tx)
    tx.before_commit("bills", refresh_bills)


def refresh_bills(tx: Transaction) -> None:
    """Count the touched days of `focus_daily` anew, and add to the others what is new."""
    _prepare(tx)
    tx.execute("focus_counted_stored")
    tx.execute("focus_groups")
    tx.execute("focus_daily_clear")
    tx.execute("focus_daily_fill")
    tx.execute("focus_delta_drop")
    if tx.count("focus_days_delta"):
        tx.execute("focus_folded")
        tx.execute("focus_folded_clear")
        tx.execute("focus_folded_fill")
    refresh_billed(tx)
    tx.execute("focus_days_create")
    tx.execute("focus_delta_create")


def refresh_all_bills(tx: Transaction) -> None:
    """Count every day of `focus_daily` anew, by the rates and into the currency that hold now."""
    if tx.count("focus_some"):
        _prepare(tx)
        tx.execute("focus_days_all")
        refresh_bills(tx)


def _prepare(tx: Transaction) -> None:
    """What the days are counted with: new lines are added to them, all else has them counted anew."""
    tx.prepare("macros")
    tx.prepare("conversion_create", {"currency": tx.currency})
    tx.prepare("focus_days_create")
    tx.prepare("focus_delta_create")


def _touch_matched(tx: Transaction) -> None:
    """Have the days of the stored lines `matched`, and of the purchases that they use, counted anew."""
    tx.execute("focus_days_matched")
    tx.execute("focus_days_freed")


def _take_away(tx: Transaction) -> int:
    """Take away the stored lines `matched`; how many they were."""
    gone = tx.count("matched")
    if gone:
        _prepare(tx)
        _touch_matched(tx)
        tx.execute("focus_lines_removed")
    return gone


def _lines(name: str, table: str) -> Query:
    return load_query("orchflow.warehouse", name).on(lines=table)
