"""Rollups, runs and attribution follow the facts in the transaction that loads them.

`usage_daily` is additive, so a load adds its own difference to the days it touches: the cost of a load does not grow with
the history, in whatever order it comes. `callers_daily` has the same of all people together. Runs are matched anew for the conversations touched, `runs_daily` for
their days, and `runners_daily`, which has them of all agents together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchflow.warehouse.bills import refresh_all_bills
from orchflow.warehouse.datasets import find_dataset
from orchflow.warehouse.expenses import refresh_expenses
from orchflow.warehouse.hours import price_hours
from orchflow.warehouse.sql import load_query
from orchflow.warehouse.transaction import Transaction

if TYPE_CHECKING:
    from orchflow.warehouse.database import Warehouse


def note_usage(tx: Transaction) -> None:
    """Remember what `incoming` and `matched` change; `refresh_usage` applies it before the commit."""
    tx.prepare("usage_delta_create")
    _count(tx, "usage_written", "usage_delta")
    tx.execute("callers_add")
    tx.before_commit("usage", refresh_usage)
    tx.before_commit("callers", refresh_callers)


def note_removal(tx: Transaction) -> None:
    """Remember that the stored events `matched` go; `refresh_usage` takes them off before the commit."""
    tx.prepare("usage_delta_create")
    _count(tx, "usage_gone", "usage_delta")
    tx.before_commit("usage", refresh_usage)


def note_run_removal(tx: Transaction, dataset: str) -> None:
    """Remember the conversations of the stored run events or tasks `matched`, which go; `refresh_runs` matches what is left anew."""
    tx.prepare("threads_create")
    tx.execute(f"{dataset}_unthread")
    tx.before_commit("runs", refresh_runs)


def note_run_events(tx: Transaction) -> None:
    """Remember the conversations that `incoming` and `matched` touch; `refresh_runs` matches their runs anew."""
    tx.prepare("threads_create")
    tx.execute("run_events_touch")
    tx.before_commit("runs", refresh_runs)


def note_tasks(tx: Transaction) -> None:
    """Remember the conversations whose tasks are about to change, for the human wait of their runs."""
    tx.prepare("threads_create")
    tx.execute("tasks_touch")
    tx.before_commit("runs", refresh_runs)


def refresh_homes(tx: Transaction) -> None:
    """Give usage and runs that name no organisation that of their conversation, else of their user, as it is known now."""
    tx.execute("homes_touched_users")
    tx.execute("homes_match")
    if tx.count("matched"):
        tx.execute("homes_merge")
        tx.execute("incoming_merged")
        note_usage(tx)
        usage = find_dataset("usage")
        tx.execute(usage.query("events_remove"))
        tx.execute(usage.query("events_insert"))
    tx.prepare("threads_create")
    tx.execute("homes_touch")
    if tx.count("touched"):
        tx.before_commit("runs", refresh_runs)
    tx.execute("homes_create")


def refresh_usage(tx: Transaction) -> None:
    """Apply the noted differences to the touched days of `usage_daily`."""
    tx.execute("usage_daily_fold")
    tx.execute("usage_daily_clear")
    tx.execute("usage_daily_fill")
    sum_up_callers(tx, "usage_delta")
    tx.execute("usage_delta_create")


def _count(tx: Transaction, events: str, table: str) -> None:
    """Add the sums of the usage events that the query `events` chooses to `table`, which has the columns of `usage_daily`."""
    tx.execute(events)
    tx.execute(load_query("orchflow.warehouse", "usage_count").on(table=table))


def sum_up_callers(tx: Transaction, days: str) -> None:
    """Let `callers_daily` follow `usage_daily` on the days of the table `days`."""
    _follow(tx, "callers_daily", days)


def sum_up_runners(tx: Transaction, days: str) -> None:
    """Let `runners_daily` follow `runs_daily` on the days of the table `days`."""
    _follow(tx, "runners_daily", days)


def _follow(tx: Transaction, rollup: str, days: str) -> None:
    for step in ("clear", "fill"):
        tx.execute(load_query("orchflow.warehouse", f"{rollup}_{step}").on(days=days))


def refresh_costs(tx: Transaction) -> None:
    """Convert every amount by the rates and into the currency that hold now; only days on which a cost moves are counted anew."""
    tx.prepare("macros")
    tx.execute("conversion_create", {"currency": tx.currency})
    tx.execute("costs_moved")
    if tx.count("moved"):
        tx.execute("costs_write")
        tx.execute("usage_days_moved")
        count_anew(tx)
    refresh_all_bills(tx)
    price_hours(tx)
    refresh_expenses(tx)


def count_anew(tx: Transaction) -> None:
    """Count the days of the table `recounted` anew in `usage_daily`."""
    tx.execute("usage_daily_drop")
    _count(tx, "usage_of_days", "usage_daily")
    sum_up_callers(tx, "recounted")


def refresh_runs(tx: Transaction) -> None:
    """Match the runs of the touched conversations anew and recompute `runs_daily` and `runners_daily` for their days."""
    tx.execute("days_create")
    tx.execute("runs_touched_days")
    tx.execute("runs_clear")
    tx.execute("runs_match", {"zone": tx.zone.key})
    tx.execute("runs_touched_days")
    tx.execute("runs_daily_clear")
    tx.execute("runs_daily_fill")
    sum_up_runners(tx, "touched_days")
    tx.execute("threads_create")


def refresh_callers(tx: Transaction) -> None:
    """Attribute callers to agents anew (architecture: exact slug, known suffix, what stands before the first colon)."""
    tx.execute("callers_attribute")


def rebuild(tx: Transaction) -> None:
    """Compute every day, rollup, run and attribution anew from the raw events, in the transaction's zone."""
    tx.execute("usage_days", {"zone": tx.zone.key})
    tx.execute("homes_settle")
    refresh_costs(tx)
    tx.execute("usage_daily_empty")
    tx.execute("callers_daily_empty")
    tx.execute("usage_days_all")
    _count(tx, "usage_of_days", "usage_daily")
    sum_up_callers(tx, "recounted")
    tx.execute("runs_empty")
    tx.execute("runs_daily_empty")
    tx.execute("runners_daily_empty")
    tx.execute("threads_create")
    tx.execute("threads_all")
    refresh_runs(tx)
    refresh_callers(tx)


def rebuild_all(warehouse: Warehouse) -> dict[str, int]:
    """`rebuild` in a transaction of its own; how many rows each rollup then has."""
    with warehouse.write() as tx:
        rebuild(tx)
    counts: dict[str, int] = warehouse.query("rollup_rows").to_pylist()[0]
    return counts
