"""Orchestrator AI's PostgreSQL database, enterprise and v2, read only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import chain
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from orchflow.config.sources import OrchestratorDbSettings
from orchflow.errors import SourceError
from orchflow.ingest.source import PLATFORM_JOBS, Batch, Check, RowsHidden, Watermark, without_errors
from orchflow.ingest.sources.agent_rows import judged_agents
from orchflow.ingest.sources.database_check import check_database
from orchflow.ingest.sources.database_connection import (
    PermissionMissing,
    ReadOnlyConnection,
    RowSecurityError,
    bypass_hint,
    quoted,
)
from orchflow.ingest.sources.database_schema import Installation, look
from orchflow.warehouse.datasets import DATASETS, LoadMode

TIME_OVERLAP = timedelta(minutes=10)
ID_OVERLAP = 5000
BEGINNING = "-infinity"
COMPARED: Mapping[str, Mapping[str, str]] = {
    "conversations": {"conversations": "conversation_sums"},
    "tasks": {"tasks": "task_sums"},
    "run_events": {"run_events": "run_event_sums"},
    "usage": {"usage_records": "usage_record_sums", "usage_events": "usage_event_sums"},
}
"""The datasets whose rows may go: the queries that give their rows, and for each the one that gives its sums by day."""


class OrchestratorDb:
    """Reads by cursors with an overlap, since rows become visible out of order; small tables are read whole.

    Watermarks: usage {"llm_usage": time, "events": id}, runs {"events": id, "tasks": time},
    conversations {"conversations": time}. The order of every stream is that of its cursor.
    """

    kind = "orchestrator_db"

    def __init__(self, settings: OrchestratorDbSettings) -> None:
        self.name = settings.name
        self._error_texts = settings.error_texts
        self._connection = ReadOnlyConnection(settings.name, settings.url.get_secret_value())
        self._found: Installation | None = None

    def jobs(self) -> Sequence[str]:
        """All of them: the database holds everything."""
        return PLATFORM_JOBS

    def check(self) -> list[Check]:
        """Try address, sign-in, schema, version, permission of each table and clock."""
        return check_database(self.name, self._connection)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def read(self, job: str, watermark: Watermark | None, full: bool) -> Iterator[Batch]:
        """Yield what is new, the reasons of failures only where the settings want them."""
        batches = self._read(job, watermark, full)
        yield from batches if self._error_texts == "scrubbed" else without_errors(batches)

    def _read(self, job: str, watermark: Watermark | None, full: bool) -> Iterator[Batch]:
        """A table that is unreadable is left out with a warning, save where cost is; one that is missing with a note."""
        installation = self._look()
        mark = {} if full or not watermark else dict(watermark)
        for dataset in DATASETS.values():
            if dataset.job == job and dataset.mode in (LoadMode.SNAPSHOT, LoadMode.PRESENCE):
                yield self._snapshot(installation, dataset.name)
                yield from _lacking(installation, dataset.name, dataset.name)
        if job == "conversations":
            yield from self._by_time(installation, "conversations", "conversations", "last_active_at", mark)
        elif job == "usage":
            self._require_cost(installation)
            yield from self._by_time(
                installation, "usage_records", "usage", "recorded_at", mark, key="llm_usage"
            )
            yield from self._by_id(installation, "usage_events", "usage", mark)
        elif job == "runs":
            yield from self._by_id(installation, "run_events", "run_events", mark)
            yield from self._by_time(installation, "tasks", "tasks", "updated_at", mark)

    def compared(self) -> Sequence[str]:
        """Those that the installation has."""
        installation = self._look()

        def there(query: str) -> bool:
            obstacle = installation.obstacle(query)
            return obstacle is None or not obstacle.missing

        return [dataset for dataset, queries in COMPARED.items() if any(map(there, queries))]

    def uncompared(self) -> str:
        """Nothing: the database holds everything."""
        return ""

    def day_sums(self, dataset: str) -> pa.Table | None:
        """Rows and sums per day.

        RowsHidden where row-level policies may hide rows, which would be taken for deleted, or where a column is not there
        without which rows seem to be of other days.
        """
        installation = self._look()
        self._connection.set("orchflow.repeats", _repeats(installation))
        parts = []
        for query in COMPARED[dataset].values():
            obstacle = installation.obstacle(query)
            if obstacle is not None and obstacle.missing:
                continue
            if obstacle is not None or any(map(installation.filtered, installation.tables(query))):
                table = installation.tables(query)[0]
                raise RowsHidden(
                    f"some rows of {table} may be hidden from {installation.role}, so none can be told to be gone",
                    obstacle.hint if obstacle else bypass_hint(quoted(installation.role)),
                )
            if lacking := installation.unsummed(query):
                raise RowsHidden(
                    f"{lacking.message}, so no row of {lacking.table} can be told to be gone", lacking.hint
                )
            parts.append(self._connection.table(query))
        return _summed(parts)

    def rows_of(self, dataset: str, days: Sequence[date]) -> Iterator[Batch]:
        """All rows of some days (UTC)."""
        installation = self._look()
        settings = {
            "days": ",".join(day.isoformat() for day in days),
            "since": BEGINNING,
            "after": "-1",
            "repeats": _repeats(installation),
        }
        try:
            for query in COMPARED[dataset]:
                if installation.obstacle(query) is None:
                    for rows in self._connection.stream(query, **settings):
                        kept = [name for name in rows.column_names if name != "position"]
                        yield from self._kept(Batch(dataset, rows.select(kept)))
        finally:
            self._connection.set("orchflow.days", "")

    def _kept(self, batch: Batch) -> Iterator[Batch]:
        batches = iter((batch,))
        return batches if self._error_texts == "scrubbed" else without_errors(batches)

    def _look(self) -> Installation:
        if self._found is None:
            self._found = look(self.name, self._connection)
        return self._found

    def _require_cost(self, installation: Installation) -> None:
        for query in ("usage_records", "usage_events"):
            obstacle = installation.obstacle(query)
            if obstacle is not None and not obstacle.missing and obstacle.sure:
                raise SourceError(
                    f"{self.name}: {obstacle.message}, so cost would be left out", obstacle.hint
                )

    def _snapshot(self, installation: Installation, dataset: str) -> Batch:
        obstacle = installation.obstacle(dataset)
        if obstacle is not None:
            return _left_out(dataset, obstacle.message, obstacle.hint, missing=obstacle.missing)
        try:
            rows = self._connection.table(dataset)
            if dataset == "agents":
                rows = judged_agents(rows)
            return Batch(dataset, rows, snapshot=True)
        except (PermissionMissing, RowSecurityError) as error:
            return _left_out(dataset, str(error), error.hint)

    def _by_time(
        self,
        installation: Installation,
        query: str,
        dataset: str,
        column: str,
        mark: Watermark,
        key: str = "",
    ) -> Iterator[Batch]:
        """Stream rows by the time in `column`; `mark` moves along under `key`."""
        key = key or query
        obstacle = installation.obstacle(query)
        if obstacle is not None:
            yield _left_out(dataset, obstacle.message, obstacle.hint, missing=obstacle.missing)
            return
        yield from _lacking(installation, query, dataset)
        now: datetime = self._connection.rows("server")[0]["clock"]
        since = _before(mark.get(key))
        for rows in self._connection.stream(query, since=since):
            newest = _newest(rows.column(column), now)
            if newest is not None and (key not in mark or newest > datetime.fromisoformat(mark[key])):
                mark[key] = newest.astimezone(UTC).isoformat()
            yield Batch(dataset, rows, watermark=dict(mark) or None)

    def _by_id(
        self, installation: Installation, query: str, dataset: str, mark: Watermark
    ) -> Iterator[Batch]:
        """Stream events by id; `mark` moves along under "events"."""
        obstacle = installation.obstacle(query)
        if obstacle is not None:
            yield _left_out(dataset, obstacle.message, obstacle.hint, missing=obstacle.missing)
            return
        yield from _lacking(installation, query, dataset)
        after = int(mark["events"]) - ID_OVERLAP if "events" in mark else -1
        for rows in self._connection.stream(query, after=str(after), repeats=_repeats(installation)):
            last = rows.column("position")[-1].as_py()
            mark["events"] = max(last, int(mark.get("events", 0)))
            yield Batch(dataset, rows.drop_columns(["position"]), watermark=dict(mark))


def _repeats(installation: Installation) -> str:
    """Whether the installation keeps an event several times."""
    return "yes" if installation.version == "v2" else "no"


def _summed(parts: Sequence[pa.Table]) -> pa.Table:
    """The days of several tables as one, with their sums added."""
    days: dict[date | None, dict[str, Any]] = {}
    for row in chain.from_iterable(part.to_pylist() for part in parts):
        own = days.setdefault(row["day"], dict.fromkeys(("rows", "amount", "tokens", "letters"), Decimal(0)))
        for name in own:
            own[name] += Decimal(row.get(name) or 0)
    return pa.table(
        {
            "day": pa.array(days, pa.date32()),
            "amount": pa.array([str(own["amount"]) for own in days.values()], pa.string()),
            **{
                name: pa.array([int(own[name]) for own in days.values()], pa.int64())
                for name in ("rows", "tokens", "letters")
            },
        }
    )


def _lacking(installation: Installation, query: str, dataset: str) -> Iterator[Batch]:
    """A warning for each column that the rows of a query are read without; a note for tables of which rows may be hidden."""
    if installation.obstacle(query) is None:
        for table in filter(installation.filtered, installation.tables(query)):
            hidden = f"row-level security may hide rows of {table} from {installation.role}"
            note = f"{dataset}: {hidden}. {bypass_hint(quoted(installation.role))}"
            yield Batch(dataset, pa.table({}), note=note)
        for gap in installation.gaps(query):
            yield Batch(dataset, pa.table({}), warning=f"{dataset} in part: {gap.message}. {gap.hint}")


def _left_out(dataset: str, message: str, hint: str, *, missing: bool = False) -> Batch:
    told = f"{dataset} left out: {message}. {hint}".strip()
    return Batch(dataset, pa.table({}), note=told) if missing else Batch(dataset, pa.table({}), warning=told)


def _before(mark: Any) -> str:
    return (datetime.fromisoformat(mark) - TIME_OVERLAP).isoformat() if mark else BEGINNING


def _newest(times: Any, now: datetime) -> datetime | None:
    """The newest time that is not ahead of the server's clock: a wrong one must not hide what comes after it."""
    past = times.filter(pc.less_equal(times, pa.scalar(now, times.type)))
    newest: datetime | None = pc.max(past).as_py()
    return newest
