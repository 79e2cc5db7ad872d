"""Hours of work and what they cost: told by the plan store's history, priced here with the rates that hold on their day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from orchflow.warehouse.expenses import refresh_hours
from orchflow.warehouse.transaction import Transaction

if TYPE_CHECKING:
    from orchflow.warehouse.database import Warehouse

_WORKED: Final[dict[str, pa.DataType]] = {
    "day": pa.date32(), "task_id": pa.int64(), "person_id": pa.int64(), "project_id": pa.int64(),
    "goal_id": pa.int64(), "hours": pa.decimal128(12, 2),
}  # fmt: skip
WORKED: Final = pa.schema(_WORKED)
"""Hours of a day, task and person."""

_HAD_ROLES: Final[dict[str, pa.DataType]] = {
    "person_id": pa.int64(), "job_role": pa.string(), "from_day": pa.date32(), "until_day": pa.date32(),
}  # fmt: skip
HAD_ROLES: Final = pa.schema(_HAD_ROLES)
"""A stretch of days on which a person had a job role."""

REACHED: Final = "hours"
"""The fact about the warehouse that tells how far the hours have followed the plan store, and in which zone."""


def hours_position(warehouse: Warehouse) -> int | None:
    """The position of the last event that the hours have followed; None while they have to be told anew."""
    kept = warehouse.value("meta_get", {"key": REACHED})
    position, _, zone = (kept or "").partition(" ")
    return int(position) if position and zone == warehouse.timezone else None


def write_hours(
    tx: Transaction, position: int, worked: pa.Table, had_roles: pa.Table, tasks: Collection[int] | None
) -> list[date]:
    """Put the hours of `tasks` (None: of all) in the place of those there are, and price all of them; the days that moved.

    `worked` is of the schema WORKED, `had_roles` (of everybody) of HAD_ROLES. Hours that are as they were are left alone.
    """
    asked = {"everything": tasks is None, "tasks": sorted(tasks or ())}
    days: set[date] = set()
    tx.register("worked", worked)
    tx.execute("hours_moved", asked)
    if moved := tx.execute("hours_moved_days"):
        days |= {day for (day,) in moved}
        tx.execute("hours_remove", asked)
        tx.execute("hours_fill")
    tx.unregister("worked")
    tx.register("had_roles", had_roles)
    roles = tx.count("job_roles_moved")
    if roles:
        tx.execute("job_roles_clear")
        tx.execute("job_roles_fill")
    tx.unregister("had_roles")
    if days or roles:
        days |= set(price_hours(tx))
        refresh_hours(tx, days)
    tx.execute("meta_put", {"key": REACHED, "value": f"{position} {tx.zone.key}"})
    return sorted(days)


def price_hours(tx: Transaction) -> list[date]:
    """Count anew what hours cost, by the hourly rates and rates of exchange that hold now; the days on which that moved."""
    tx.prepare("macros")
    tx.execute("conversion_create", {"currency": tx.currency})
    tx.execute("hours_priced")
    days = [day for (day,) in tx.execute("hours_priced_days")]
    if days:
        tx.execute("hours_price")
        refresh_hours(tx, days)
    return days
