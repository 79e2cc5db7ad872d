"""Costs of all four parts, small enough to add up by hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.expenses import refresh_mean_rates
from orchflow.warehouse.sql import Query

_ROW: dict[str, Any] = {
    "day": None, "part": "operations", "origin": "entry", "source": None, "entry_id": None, "task_id": None, "person_id": None,
    "provider": None, "service": None, "sub_account": None, "agent": None, "team_id": None, "project_id": None, "goal_id": None,
    "amount": None, "currency": "USD", "cost": None, "cash": None, "spread": False, "unconverted": 0, "hours": None,
}  # fmt: skip


def expense(day: date, cost: str | int | None, part: str = "operations", **more: Any) -> dict[str, Any]:
    """One line of `expenses_daily`; without a cost its amount lacks a rate."""
    amount = None if cost is None else Decimal(cost)
    own = {"amount": amount, "cost": amount, "cash": amount, "unconverted": int(cost is None)}
    return _ROW | own | {"day": day, "part": part} | more


def load_expenses(warehouse: Warehouse, lines: Iterable[dict[str, Any]]) -> None:
    """Lines in place of those there are."""
    with warehouse.write() as tx:
        shape = warehouse.query(Query.of("shape", "from expenses_daily limit 0")).schema
        tx.execute(Query.of("clear", "delete from expenses_daily"))
        tx.register("lines", pa.Table.from_pylist(list(lines), shape))
        tx.execute(Query.of("fill", "insert into expenses_daily by name from lines"))
        tx.unregister("lines")
        refresh_mean_rates(tx)


def hours(
    day: date, cost: str | int | None, person: int, *, worked: str | int = 1, **more: Any
) -> dict[str, Any]:
    """One person's hours of one day: one, unless more are said to be `worked`."""
    return expense(day, cost, "development", origin="hours", person_id=person, hours=Decimal(worked), **more)


def unpriced(day: date, worked: str | int, person: int, **more: Any) -> dict[str, Any]:
    """One person's hours of one day, on which no hourly rate holds."""
    return hours(day, None, person, worked=worked, unconverted=0, currency=None, **more)
