"""Costs of all four parts, small enough to add up by hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
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


def keep_months(warehouse: Warehouse, name: str, unit: str, months: dict[date, int]) -> None:
    """What the business did in some months."""
    with warehouse.write() as tx:
        for number, (month, value) in enumerate(months.items(), 1):
            row = {"id": number, "name": name, "month": month, "value": value, "unit": unit}
            tx.execute(
                Query.of("keep", "insert into business_measures values ($id, $name, $month, $value, $unit)"),
                row,
            )


def hold_prices(warehouse: Warehouse, *prices: tuple[str, str, str, str], **more: Any) -> None:
    """Prices of a million units in force: provider, model, kind of use, price; `from_at` and `until_at` as instants."""
    with warehouse.write() as tx:
        shape = warehouse.query(Query.of("shape", "from price_stretches limit 0")).schema
        always = {
            "service_tier": None, "over_tokens": -1, "to_tokens": None, "from_minute": 0, "until_minute": 1440,
            "from_at": datetime(1990, 1, 1, tzinfo=UTC), "until_at": datetime(2201, 1, 1, tzinfo=UTC),
            "unit_size": 1_000_000, "currency": "USD", "origin": "own", "origin_version": "1", "price_id": 1,
        }  # fmt: skip
        rows = [
            always
            | {"provider": provider, "model": model, "kind": kind, "price": Decimal(price) / 1_000_000}
            | more
            for provider, model, kind, price in prices
        ]
        tx.register("prices", pa.Table.from_pylist(rows, shape))
        tx.execute(Query.of("fill_prices", "insert into price_stretches by name from prices"))
        tx.unregister("prices")
