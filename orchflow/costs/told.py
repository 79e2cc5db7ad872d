"""What is told about the rows that people keep about costs: what they add up to, and the hours that none of them prices."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from orchflow.costs.entries import CostEntryRow
from orchflow.costs.tables import Every
from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.sql import load_query

MONTHS = {Every.MONTH: 1, Every.YEAR: 12}


def a_month(entries: Iterable[CostEntryRow], day: date) -> dict[str, Decimal]:
    """By currency what the entries that are due every month or year come to a month, of those that hold on `day`."""
    sums: dict[str, Decimal] = {}
    for entry in entries:
        months = MONTHS.get(entry.every)
        if months and entry.starts <= day and (entry.ends is None or day < entry.ends):
            sums[entry.currency] = sums.get(entry.currency, Decimal(0)) + entry.amount / months
    return dict(sorted(sums.items()))


def hours_without_rate(warehouse: Warehouse) -> tuple[Decimal, date, date] | None:
    """The hours that were logged while no hourly rate held, and the first and last day of them; None where there are none."""
    hours, first, last = warehouse.rows(load_query("orchflow.costs", "hours_without_rate"))[0]
    return None if hours is None else (hours, first, last)
