"""Rows that could not be kept: set aside with their reason and raw form, counted, and tried again on demand."""

from __future__ import annotations

from typing import Any

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
