"""Compares what was loaded of a platform with what it has now: what was corrected, came late or was deleted is found.

Counts and sums by day come first, where the source can tell them; only the rows of days that differ are read. What the
platform no longer has leaves every figure and is listed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Protocol, runtime_checkable

import pandas as pd
import pyarrow as pa

from orchflow.errors import SourceError, UsageError
from orchflow.ingest.job_report import OnProgress
from orchflow.ingest.record import query
from orchflow.ingest.run import SourceResult, Trigger, run_source
from orchflow.ingest.source import Batch, Check, Complete, Source, Watermark
from orchflow.ingest.sources import open_source
from orchflow.people.permissions import Actor, Permission
from orchflow.workspace import Workspace

JOB = "reconcile"
COMPARED = ("run_events", "usage")
"""Datasets whose rows may go; what usage is attributed to comes first."""
ROWS_AT_ONCE = 200_000


@runtime_checkable
class Reconcilable(Source, Protocol):
    """A source that can be asked for what it has now, whatever was read before."""

    def day_sums(self, dataset: str) -> pa.Table | None:
        """Per day (UTC, of recording) its `rows`, `amount`, `tokens` and `letters`; None: it cannot tell by day.

        Raises SourceError where rows may be hidden, which would be taken for deleted.
        """
        ...

    def rows_of(self, dataset: str, days: Sequence[date]) -> Iterator[Batch]:
        """All rows of these days."""
        ...


def reconcile_source(
    ws: Workspace,
    actor: Actor,
    name_or_source: str | Source,
    *,
    trigger: Trigger = "manual",
    on_progress: OnProgress | None = None,
) -> SourceResult:
    """Compare a source with what was loaded of it, and bring that in line.

    Forbidden without the permission to run ingestion, UsageError for files, whose rows follow the files by themselves,
    SourceError while the source is being read. A source that fails is not raised: the result says so.
    """
    actor.require(Permission.INGEST_RUN)
    source = (
        open_source(ws.settings.source(name_or_source)) if isinstance(name_or_source, str) else name_or_source
    )
    if not isinstance(source, Reconcilable):
        source.close()
        raise UsageError(
            f"{source.name} is not an installation of Orchestrator AI, so there is nothing to compare with",
            "Files are compared whenever they change: run the source.",
        )
    return run_source(ws, actor, _Reconciliation(ws, source), trigger=trigger, on_progress=on_progress)


def list_removed(ws: Workspace, actor: Actor, source: str | None = None, limit: int = 1000) -> pd.DataFrame:
    """What its platform no longer has, the newest first: source, dataset, event_id, occurred_at, …, cost, removed_at."""
    actor.require(Permission.SOURCES_VIEW)
    return ws.warehouse.frame(query("removed_list"), {"source": source, "limit": limit})


class _Reconciliation:
    """A source whose one job is to compare."""

    def __init__(self, ws: Workspace, source: Reconcilable) -> None:
        self.name = source.name
        self.kind = source.kind
        self._warehouse = ws.warehouse
        self._source = source

    def jobs(self) -> Sequence[str]:
        """The comparison alone."""
        return (JOB,)

    def check(self) -> list[Check]:
        """As the source itself."""
        return self._source.check()

    def close(self) -> None:
        """Let go of the source."""
        self._source.close()

    def read(self, job: str, watermark: Watermark | None, full: bool) -> Iterator[Batch]:
        """Yield the rows that differ, each lot with what there is of its days."""
        sums = {dataset: self._source.day_sums(dataset) for dataset in COMPARED}
        if any(told is None for told in sums.values()):
            yield from self._everything()
            return
        for dataset, told in sums.items():
            assert told is not None
            self._refuse_nothing(dataset, told.num_rows)
            for days in self._lots(dataset, told):
                ids = [_ids(pa.table({}))]
                for batch in self._source.rows_of(dataset, days):
                    ids.append(_ids(batch.rows))
                    yield batch
                yield Batch(dataset, pa.table({}), complete=Complete(pa.concat_tables(ids), tuple(days)))

    def _everything(self) -> Iterator[Batch]:
        """All rows, where the source cannot tell by day which differ."""
        ids = {dataset: [_ids(pa.table({}))] for dataset in COMPARED}
        whole = True
        for job in ("usage", "runs"):
            for batch in self._source.read(job, None, True):
                whole = whole and not batch.warning
                if batch.dataset in ids:
                    ids[batch.dataset].append(_ids(batch.rows))
                yield batch._replace(watermark=None)
        if not whole:
            return
        for dataset, parts in ids.items():
            known = pa.concat_tables(parts)
            self._refuse_nothing(dataset, known.num_rows)
            yield Batch(dataset, pa.table({}), complete=Complete(known, None))

    def _lots(self, dataset: str, told: pa.Table) -> Iterator[list[date]]:
        """The days that differ, as many at once as give `ROWS_AT_ONCE`."""
        with self._warehouse.write() as tx:
            tx.register("told", told)
            differing = tx.execute(query(f"days_differing_{dataset}"), {"source": self.name})
            tx.unregister("told")
        lot: list[date] = []
        rows = 0
        for day, count in differing:
            lot.append(day)
            rows += count
            if rows >= ROWS_AT_ONCE:
                yield lot
                lot, rows = [], 0
        if lot:
            yield lot

    def _refuse_nothing(self, dataset: str, there: int) -> None:
        stored = self._warehouse.value(query(f"stored_{dataset}"), {"source": self.name})
        if stored and not there:
            raise SourceError(
                f"{self.name} shows no row at all of {dataset}, where {stored:,} were loaded; nothing was taken away",
                "Check that it is the same installation and that its user sees all rows.",
            )


def _ids(rows: pa.Table) -> pa.Table:
    ids = rows.column("event_id") if "event_id" in rows.column_names else pa.array([], pa.string())
    return pa.Table.from_arrays([ids.cast(pa.string())], names=["event_id"])
