"""A warehouse that was missing beside a plan store which it had followed, and was made anew: known until it is accepted."""

from __future__ import annotations

from datetime import datetime

from orchflow import clock
from orchflow.warehouse.database import Warehouse

SAID = "The warehouse was missing and was made anew: figures show only what has been loaded since"
HINT = (
    "Put it back with `orchflow restore DIR`; or go on without it: every source begins from its beginning at its next run,"
    " and `orchflow warehouse rebuild` ends this notice."
)
_KEY = "made_anew_at"


def note(warehouse: Warehouse) -> None:
    """Note that it was made anew just now."""
    with warehouse.write() as tx:
        tx.execute("meta_put", {"key": _KEY, "value": clock.now().isoformat()})


def made_anew_at(warehouse: Warehouse) -> datetime | None:
    """When it was made anew; None where it was not, or that was accepted."""
    kept = warehouse.value("meta_get", {"key": _KEY})
    return None if kept is None else datetime.fromisoformat(kept)


def accept(warehouse: Warehouse) -> None:
    """Speak of it no more."""
    with warehouse.write() as tx:
        tx.execute("meta_drop", {"key": _KEY})
