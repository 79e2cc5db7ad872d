"""Compares what was loaded of a platform with what it has now: what was corrected, came late or was deleted is found.

Counts and sums by day come first, where the source can tell them; only the rows of days that differ are read. What the
platform no longer has leaves every figure and is listed; but calls and events of runs that are older than all it has stay, since
a platform that lets go of what is old has not corrected it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import pandas as pd
import pyarrow as pa

from orchflow.errors import OrchflowError, SourceError, UsageError
from orchflow.ingest.job_report import OnProgress
from orchflow.ingest.record import query
from orchflow.ingest.run import SourceResult, Trigger, run_source
from orchflow.ingest.source import (
    RECONCILE,
    Batch,
    Check,
    Complete,
    Reconcilable,
    RowsHidden,
    Source,
    Watermark,
)
from orchflow.ingest.sources import open_source
from orchflow.people.permissions import Actor, Permission
from orchflow.warehouse.datasets import find_dataset
from orchflow.workspace import Workspace

GROWING = ("run_events", "usage")
"""Datasets that are never empty where they once had rows."""
ROWS_AT_ONCE = 200_000


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
    result = run_source(ws, actor, _Reconciliation(ws, source), trigger=trigger, on_progress=on_progress)
    left = sum(job.elsewhere for job in result.jobs)
    if not left:
        return result
    untold = [name for name in _others(ws, source.name) if not _compare_too(ws, actor, name, trigger)]
    if not untold:
        return result
    told = (
        f"{left:,} rows that {source.name} no longer has were read through {' and '.join(untold)} too; "
        "they stay until that one was compared as well"
    )
    return replace(result, hint="\n".join(part for part in (result.hint, told) if part))


def _others(ws: Workspace, source: str) -> list[str]:
    return [name for (name,) in ws.warehouse.rows(query("quality_twins"), {"source": source})]


def _compare_too(ws: Workspace, actor: Actor, name: str, trigger: Trigger) -> bool:
    """Compare another source of the same installation, without which a row that both told of cannot go; whether it could be."""
    try:
        source = open_source(ws.settings.source(name))
        if not isinstance(source, Reconcilable):
            source.close()
            return False
        return run_source(ws, actor, _Reconciliation(ws, source), trigger=trigger).state != "failed"
    except OrchflowError:
        return False


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
        return (RECONCILE,)

    def check(self) -> list[Check]:
        """As the source itself."""
        return self._source.check()

    def close(self) -> None:
        """Let go of the source."""
        self._source.close()

    def read(self, job: str, watermark: Watermark | None, full: bool) -> Iterator[Batch]:
        """Yield the rows that differ, each lot with what there is of its days; what may be hidden is left out."""
        for dataset in self._source.compared():
            try:
                told = self._source.day_sums(dataset)
            except RowsHidden as hidden:
                yield Batch(dataset, _NOTHING, warning=f"{dataset} not compared: {hidden}. {hidden.hint}")
                continue
            if told is None:
                yield from self._everything()
                return
            self._refuse_nothing(dataset, told.num_rows)
            differing = self._differing(dataset, told)
            ids = [_ids(dataset, _NOTHING)]
            for days in _lots(differing):
                for batch in self._source.rows_of(dataset, days):
                    ids.append(_ids(dataset, batch.rows))
                    yield batch
                every = tuple(day for day, _ in differing)
                known = Complete(pa.concat_tables(ids), tuple(days), aged=True, differing=every)
                yield Batch(dataset, _NOTHING, complete=known)

    def _everything(self) -> Iterator[Batch]:
        """All rows, where the source cannot tell by day which differ."""
        ids = {dataset: [_ids(dataset, _NOTHING)] for dataset in self._source.compared()}
        whole = True
        for job in ("conversations", "usage", "runs"):
            for batch in self._source.read(job, None, True):
                whole = whole and not (batch.warning and batch.dataset in ids)
                if batch.dataset in ids:
                    ids[batch.dataset].append(_ids(batch.dataset, batch.rows))
                yield batch._replace(watermark=None)
        if not whole:
            return
        for dataset, parts in ids.items():
            known = pa.concat_tables(parts)
            self._refuse_nothing(dataset, known.num_rows)
            yield Batch(dataset, _NOTHING, complete=Complete(known, None, aged=True))
        if uncompared := self._source.uncompared():
            yield Batch("tasks", _NOTHING, note=uncompared)

    def _differing(self, dataset: str, told: pa.Table) -> list[tuple[date, int]]:
        """The days that differ, and how many rows there are of each."""
        with self._warehouse.write() as tx:
            tx.register("told", told)
            differing = tx.execute(query(f"days_differing_{dataset}"), {"source": self.name})
            tx.unregister("told")
        return [(day, rows) for day, rows in differing]

    def _refuse_nothing(self, dataset: str, there: int) -> None:
        """SourceError where a list of what always grows has become empty."""
        if there or dataset not in GROWING:
            return
        stored = self._warehouse.value(
            query("stored_rows").on(table=find_dataset(dataset).table), {"source": self.name}
        )
        if stored:
            raise SourceError(
                f"{self.name} shows no row at all of {dataset}, where {stored:,} were loaded; nothing was taken away",
                "Check that it is the same installation and that its user sees all rows.",
            )


_NOTHING = pa.table({})


def _lots(differing: Sequence[tuple[date, int]]) -> Iterator[list[date]]:
    """Days, as many at once as give `ROWS_AT_ONCE`."""
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


def _ids(dataset: str, rows: pa.Table) -> pa.Table:
    (key,) = find_dataset(dataset).keys
    ids = rows.column(key) if key in rows.column_names else pa.array([], pa.string())
    return pa.Table.from_arrays([ids.cast(pa.string())], names=["event_id"])
