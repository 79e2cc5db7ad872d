"""Datasets of the warehouse: each is a query of this package, which leaves out what its reader may not see."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from orchflow.metrics.privacy import small_organizations
from orchflow.people.permissions import SYSTEM, Permission
from orchflow.reports.dataset import EMPTY, MOST_VALUES, Column, Dataset, Key, Measure, Reading, Values
from orchflow.reports.meanings import meaning
from orchflow.warehouse.sql import Query, load_query
from orchflow.workspace import Workspace

COUNTED_AT_ONCE = 500_000
"""Of how many calls at most the rows are counted unasked that must all be made to be counted."""


@dataclass(frozen=True, kw_only=True)
class FactDataset(Dataset):
    """`by` are the columns that make a row, `at` the one that tells when it was; `rollup` is a smaller dataset that has the
    same values, `extent` a query that tells without making the rows of how many calls they are and their first and last day."""

    by: tuple[str, ...]
    at: str = ""
    days: bool = False
    rollup: str = ""
    extent: str = ""

    @property
    def dated(self) -> bool:
        return self.days

    @property
    def key(self) -> tuple[str, ...]:
        return self.by

    @property
    def query(self) -> Query:
        """The rows; the names of small organisations are left out in it where the reader may not see them."""
        return load_query("orchflow.reports", self.name)

    def columns(self, ws: Workspace) -> tuple[Column, ...]:
        reading = Reading(ws, SYSTEM)
        schema = ws.warehouse.query(self._on_rows("limit 0"), self.params(reading)).schema
        return tuple(Column(field.name, field.type, *meaning(self.name, field.name)) for field in schema)

    def batches(self, reading: Reading, rows: int) -> Generator[pa.RecordBatch, None, None]:
        where = reading.part.where
        query = self._on_rows(f"order by {_list(self.by)}", where=where) if where else self.query
        yield from reading.ws.warehouse.batches(query, self.params(reading), rows=rows)

    def page(self, reading: Reading, after: Key | None, limit: int) -> pa.Table:
        marks = [f"$after_{place}" for place in range(len(self.by))]
        demands = [] if after is None else [f"row({_list(self.by)}) > row({', '.join(marks)})"]
        query = self._on_rows(
            f"order by {_list(self.by)} limit $limit", demands=demands, where=reading.part.where
        )
        asked = {f"after_{place}": value for place, value in enumerate(after or ())}
        return reading.ws.warehouse.query(query, self.params(reading) | asked | {"limit": limit})

    def newest(self, reading: Reading, limit: int) -> pa.Table:
        part = reading.part
        if self.days and (last := self.measure(reading).newest) is not None:
            # the last days have enough rows nearly always, and are found without reading all the others
            start = _day(last, reading.ws.zone) - timedelta(days=7)
            lately = replace(part, start=start if part.start is None else max(start, part.start))
            found = self._newest(replace(reading, part=lately), limit)
            if found.num_rows == limit:
                return found
        return self._newest(reading, limit)

    def _newest(self, reading: Reading, limit: int) -> pa.Table:
        order = f"{_quoted(self.at)} desc nulls last" if self.at else _list(self.by)
        query = self._on_rows(f"order by {order} limit $limit", where=reading.part.where)
        return reading.ws.warehouse.query(query, self.params(reading) | {"limit": limit})

    def count(self, reading: Reading) -> int:
        query = self._on_rows(select="count(*)", where=reading.part.where)
        return int(reading.ws.warehouse.value(query, self.params(reading)))

    def measure(self, reading: Reading) -> Measure:
        if self.extent:
            extent = load_query("orchflow.reports", self.extent)
            calls, oldest, newest = reading.ws.warehouse.rows(extent, self.params(reading))[0]
            if calls > COUNTED_AT_ONCE:
                return Measure(None, oldest, newest)
        at = _quoted(self.at) if self.at else "null"
        query = self._on_rows(select=f"count(*), min({at}), max({at})", where=reading.part.where)
        return Measure(*reading.ws.warehouse.rows(query, self.params(reading))[0])

    def values(self, reading: Reading) -> dict[str, list[str]]:
        if not self.filters:
            return {}
        lists = (
            f"list_sort(list(distinct {name}::varchar) filter (where {name} is not null))[:{MOST_VALUES}]"
            for name in map(_quoted, self.filters)
        )
        query = self._on_rows(select=", ".join(lists), rows=self.rollup)
        whole = Reading(reading.ws, reading.actor)
        [found] = whole.ws.warehouse.rows(query, self.params(whole))
        return {name: values or [] for name, values in zip(self.filters, found, strict=True)}

    def _on_rows(
        self, rest: str = "", *, select: str = "*", demands: Sequence[str] = (), where: Values | None = None, rows: str = "",
    ) -> Query:  # fmt: skip
        """A query on the rows of this dataset, or of `rows`; it names columns only, and values are bound."""
        text = (load_query("orchflow.reports", rows) if rows else self.query).text
        wanted = [*demands, *(_demand(place, name, values) for place, (name, values) in enumerate((where or {}).items()))]  # fmt: skip
        narrowed = f"where {' and '.join(wanted)}" if wanted else ""
        return Query.of(
            f"{self.name} narrowed",
            f"with dataset as (\n{text}\n)\nselect {select} from dataset {narrowed} {rest}",
        )

    def params(self, reading: Reading) -> dict[str, Any]:
        """The bound parameters of `query` for what is read."""
        part = reading.part
        values = {f"where_{place}": list(some) for place, some in enumerate(part.where.values())}
        return (
            {"small": list(small_organizations(reading.ws.warehouse, reading.privacy))}
            | {
                "start": part.start,
                "end": part.end,
                "currency": reading.ws.currency,
                "zone": reading.ws.zone.key,
                "rates": reading.privacy.rates,
            }
            | values
        )


def _day(at: datetime | date, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date() if isinstance(at, datetime) else at


def _demand(place: int, column: str, values: Sequence[str]) -> str:
    among = f"list_contains($where_{place}::varchar[], {_quoted(column)}::varchar)"
    return f"({_quoted(column)} is null or {among})" if EMPTY in values else f"coalesce({among}, false)"


def _list(columns: Sequence[str]) -> str:
    return ", ".join(map(_quoted, columns))


def _quoted(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


_USAGE = ("organization", "agent", "provider", "model", "route", "status", "provenance", "source", "currency")

FACT_DATASETS = {
    dataset.name: dataset
    for dataset in (
        FactDataset(
            name="usage_daily", single=True, section="Usage", filters=_USAGE, days=True, at="day",
            description="Calls, tokens and cost by day and everything they can be told apart by",
            by=("day", "source", "organization", "agent", "caller", "user_id", "provider", "model", "route", "status",
                "provenance", "currency"),
        ),
        FactDataset(
            name="usage_events", single=True, section="Usage", filters=_USAGE, days=True, at="occurred_at", rollup="usage_daily",
            description="Every call to a model, with its cost and the agent it is attributed to",
            by=("occurred_at", "event_id", "source"),
        ),
        FactDataset(
            name="expenses", single=True, section="Usage", days=True, at="day",
            filters=("part", "origin", "provider", "service", "agent", "team", "project", "source", "currency"),
            description="What infrastructure, development time and operations cost, by day",
            by=("day", "part", "origin", "source", "provider", "service", "sub_account", "agent", "entry_id", "task_id"),
        ),
        FactDataset(
            name="agent_runs", single=True, section="Usage", filters=("agent", "organization", "status", "source"), days=True,
            at="started_at", description="Every run of an agent", by=("started_at", "run_id", "source"),
        ),
        FactDataset(
            name="agents", section="Platform", filters=("status", "department", "provider"), at="updated_at",
            description="The agents of the platform", by=("slug",),
        ),
        FactDataset(
            name="organizations", section="Platform", description="The organisations of the platform", by=("slug",),
        ),
        FactDataset(
            name="users", section="Platform", filters=("organization", "status"), by=("user_id",), at="created_at",
            description="The users of the platform and who they are here", single=True,
        ),
        FactDataset(
            name="ingest_runs", section="Sources", filters=("source", "job", "state"), at="started_at",
            description="What was loaded, when and with what result", by=("started_at", "run_id"),
            permission=Permission.SOURCES_VIEW,
        ),
        FactDataset(
            name="removed_events", single=True, section="Sources", filters=("source", "dataset"), at="removed_at",
            description="Rows that the platform no longer had when what was loaded was compared with it",
            by=("removed_at", "occurred_at", "event_id", "source", "dataset"), permission=Permission.SOURCES_VIEW,
        ),
        FactDataset(
            name="focus_daily", section="Bills", days=True, at="day",
            filters=("provider", "service", "sub_account", "charge_category", "agent", "source", "currency"),
            description="What clouds and services billed (FOCUS) by day and what it can be told apart by, in accrual and in cash",
            by=("day", "source", "provider", "service", "sub_account", "charge_category", "agent", "currency", "spread"),
        ),
        FactDataset(
            name="focus_lines", section="Bills", days=True, at="x_OrchflowDay",
            filters=("ProviderName", "ServiceName", "SubAccountName", "ChargeCategory", "BillingCurrency", "x_OrchflowSource"),
            description="Every line of the bills in FOCUS as it was delivered; the file can be loaded again",
            by=("x_OrchflowDay", "x_OrchflowSource", "x_OrchflowFile", "x_OrchflowLine"),
        ),
        FactDataset(
            name="ai_spend", single=True, section="Bills", days=True, at="x_Day", rollup="ai_spend_values", extent="ai_spend_extent",
            filters=("ProviderName", "x_Model", "x_Agent", "SubAccountName", "x_Provenance", "x_TokenKind", "BillingAccountName"),
            description="What calls to models cost, by day, as a file of FOCUS 1.2; calls without an amount are not in it",
            by=("x_Day", "BillingAccountId", "SubAccountId", "x_Agent", "ProviderName", "x_Model", "x_Route", "x_Provenance",
                "BillingCurrency", "x_TokenKind"),
        ),
    )
}  # fmt: skip
"""The datasets of facts by name."""
