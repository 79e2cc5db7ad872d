"""What entries of costs come to by day: the warehouse spreads them as the days are shown where they are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchflow import clock
from orchflow.costs.tables import Every
from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.expenses import place_hours, refresh_entries
from orchflow.warehouse.hours import HAD_ROLES, WORKED, price_hours, write_hours
from orchflow.warehouse.sql import Query
from tests.costs.spreading import days_of

RATE = Query.of("rate", "insert into exchange_rates values (1, 'EUR', 'USD', date '2026-03-01', 1.1)")


@dataclass
class Entry:
    """An entry of costs as the warehouse mirrors it."""

    id: int
    amount: Decimal
    every: Every
    starts: date
    ends: date | None = None
    currency: str = "USD"
    name: str = "Vectors"
    part: str = "infrastructure"
    kind: str = "infrastructure"


def write(warehouse: Warehouse, entries: Sequence[Entry], *changed: int) -> None:
    with warehouse.write() as tx:
        tx.execute(Query.of("clear", "delete from cost_entries"))
        if entries:
            rows = pa.Table.from_pylist([asdict(entry) for entry in entries])
            amounts = pa.array([entry.amount for entry in entries], pa.decimal128(18, 4))
            tx.register("entries", rows.set_column(1, "amount", amounts))
            tx.execute(Query.of("fill", "insert into cost_entries by name from entries"))
            tx.unregister("entries")
        refresh_entries(tx, changed or None)


def days(warehouse: Warehouse, what: str = "cost", **entry: Any) -> dict[date, Decimal]:
    text = f"select day, {what} from expenses_daily where entry_id = $id order by day"
    return dict(warehouse.rows(Query.of("days", text), {"id": entry.get("id", 1)}))


def test_a_month_is_spread_over_its_days_and_marked(warehouse: Warehouse) -> None:
    write(warehouse, [Entry(1, Decimal("10.00"), Every.MONTH, date(2026, 2, 1), date(2026, 3, 1))])
    spread = days(warehouse)
    assert (len(spread), sum(spread.values())) == (28, Decimal(10))
    assert set(spread.values()) == {Decimal("0.35"), Decimal("0.36")}
    assert set(days(warehouse, "spread").values()) == {True}
    assert [cash for cash in days(warehouse, "cash").values() if cash] == [Decimal(10)]


def test_a_credit_that_is_due_once_stands_on_its_day(warehouse: Warehouse) -> None:
    write(warehouse, [Entry(1, Decimal("-120.50"), Every.ONCE, date(2026, 2, 3))])
    assert days(warehouse) == days(warehouse, "cash") == {date(2026, 2, 3): Decimal("-120.50")}
    assert days(warehouse, "spread") == {date(2026, 2, 3): False}


def test_what_goes_on_is_spread_until_the_end_of_next_year(warehouse: Warehouse) -> None:
    write(warehouse, [Entry(1, Decimal(365), Every.YEAR, date(2026, 1, 1))])
    assert max(days(warehouse)) == date(clock.today(warehouse.zone).year + 1, 12, 31)


def test_days_without_a_rate_have_no_cost_and_get_one_with_the_rate(warehouse: Warehouse) -> None:
    entry = Entry(1, Decimal(59), Every.ONCE, date(2026, 2, 1), date(2026, 4, 1), "EUR")
    write(warehouse, [entry])
    assert set(days(warehouse).values()) == {None}
    assert sum(days(warehouse, "unconverted").values()) == 59
    with warehouse.write() as tx:
        tx.execute(RATE)
    write(warehouse, [entry])
    converted = days(warehouse)
    assert converted[date(2026, 2, 28)] is None
    assert converted[date(2026, 3, 1)] == Decimal("1.1")


def test_only_what_changed_is_made_anew(warehouse: Warehouse) -> None:
    first, second = (Entry(n, Decimal(n), Every.ONCE, date(2026, 2, n)) for n in (1, 2))
    write(warehouse, [first, second])
    second.amount = first.amount = Decimal(7)
    write(warehouse, [first, second], 2)
    assert [*days(warehouse, id=1).values(), *days(warehouse, id=2).values()] == [1, 7]
    write(warehouse, [], 1)
    assert days(warehouse) == {}


STARTS = st.dates(date(2024, 1, 1), date(2026, 12, 31))
ENTRIES = st.builds(
    Entry,
    st.just(1),
    st.decimals("-99999.9999", "99999.9999", places=4) | st.decimals("-999", "999", places=2) | st.integers(-99, 99).map(Decimal),
    st.sampled_from(Every),
    STARTS,
    st.none() | STARTS.map(lambda day: day + timedelta(40)),
    st.sampled_from(["USD", "JPY", "KWD"]),
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ENTRIES)
def test_it_is_spread_as_it_is_shown_where_it_is_written(warehouse: Warehouse, entry: Entry) -> None:
    if entry.ends is not None and entry.ends <= entry.starts:
        entry.ends = entry.starts + timedelta(1)
    write(warehouse, [entry])
    last = date(clock.today(warehouse.zone).year + 1, 12, 31)
    assert days(warehouse, "amount") == dict(days_of(entry, date.min, last))


def test_hours_cost_development_and_follow_their_task_into_a_sprint(warehouse: Warehouse) -> None:
    worked = pa.Table.from_pylist(
        [{"day": date(2026, 2, 3), "task_id": 5, "person_id": 9, "project_id": 7, "hours": Decimal(2)}],
        WORKED,
    )
    with warehouse.write() as tx:
        for statement in (
            "insert into hourly_rates values (1, null, null, 80, 'USD', date '2026-01-01', null)",
            "insert into tasks (id, project_id, sprint_id, title, status, milestone) values (5, 7, 2, 'T', 'done', false)",
            "insert into sprints (id, team_id, number, name, state) values (2, 3, 1, 'S', 'active')",
        ):
            tx.execute(Query.of("fill", statement))
        write_hours(tx, 1, worked, HAD_ROLES.empty_table(), None)
    told = Query.of("told", "select part, project_id, team_id, person_id, cost from expenses_daily")
    assert warehouse.rows(told) == [("development", 7, 3, 9, Decimal(160))]
    with warehouse.write() as tx:
        tx.execute(Query.of("move", "update sprints set team_id = 4"))
        place_hours(tx)
        write_hours(tx, 2, WORKED.empty_table(), HAD_ROLES.empty_table(), [6])
    assert warehouse.rows(told) == [("development", 7, 4, 9, Decimal(160))]
    with warehouse.write() as tx:
        tx.execute(Query.of("raise", "update hourly_rates set rate = 100"))
        price_hours(tx)
    assert warehouse.rows(told) == [("development", 7, 4, 9, Decimal(200))]
