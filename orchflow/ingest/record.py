"""The record of every run, the watermarks and the files loaded: what ingestion remembers, kept in the warehouse."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from orchflow import clock
from orchflow.ingest.source import Kind, LoadedFile, Watermark
from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.load import LoadCount
from orchflow.warehouse.sql import Query, load_query
from orchflow.warehouse.transaction import Transaction


def query(name: str) -> Query:
    """A query of this package's `sql` folder."""
    return load_query("orchflow.ingest", name)


@dataclass
class JobRecord:
    """One run of one job while it goes on; `state` is running, done, partial, failed or interrupted."""

    source: str
    job: str
    trigger: str
    watermark_before: Watermark | None
    watermark_after: Watermark | None = None
    kind: Kind = "new"
    run_id: str = field(default_factory=lambda: uuid4().hex)
    started_at: datetime = field(default_factory=clock.now)
    finished_at: datetime | None = None
    state: str = "running"
    read: int = 0
    new: int = 0
    changed: int = 0
    rejected: int = 0
    duplicate: int = 0
    superseded: int = 0
    gone: int = 0
    doubtful: int = 0
    elsewhere: int = 0
    older: int = 0
    error: str | None = None
    hint: str | None = None

    def add(self, count: LoadCount) -> None:
        """Count what a batch came to."""
        for name, rows in vars(count).items():
            setattr(self, name, getattr(self, name) + rows)

    @property
    def unchanged(self) -> int:
        """Rows that were stored with the same content already."""
        return self.read - self.new - self.changed - self.superseded - self.rejected - self.duplicate

    @property
    def seconds(self) -> float:
        """How long it took, or has taken so far."""
        return ((self.finished_at or clock.now()) - self.started_at).total_seconds()

    def begin(self, warehouse: Warehouse) -> None:
        """Write the record; from here on a run that is cut off is known as such."""
        with warehouse.write() as tx:
            tx.execute(query("run_begin"), {**vars(self), "watermark": _json(self.watermark_before)})

    def update(self, tx: Transaction) -> None:
        """Bring the written record up to date."""
        tx.execute(query("run_update"), {**vars(self), "watermark": _json(self.watermark_after)})

    def end(
        self, warehouse: Warehouse, state: str, error: str | None = None, hint: str | None = None
    ) -> None:
        """Close the record."""
        self.state, self.error, self.hint, self.finished_at = state, error, hint or None, clock.now()
        with warehouse.write() as tx:
            self.update(tx)


def close_interrupted(warehouse: Warehouse, source: str) -> None:
    """Mark runs of `source` that are recorded as running, but of which this process knows nothing."""
    with warehouse.write() as tx:
        tx.execute(query("runs_interrupt"), {"source": source, "now": clock.now()})


def watermark(warehouse: Warehouse, source: str, job: str) -> Watermark | None:
    """How far `job` has read, with the files already loaded under "files"; None before its first run."""
    kept = warehouse.value(query("watermark_get"), {"source": source, "job": job})
    mark: Watermark = json.loads(kept) if kept else {}
    files = warehouse.query(query("files_known"), {"source": source}).to_pylist()
    if files:
        mark["files"] = files
    return mark or None


def keep_watermark(tx: Transaction, source: str, job: str, mark: Watermark) -> None:
    """Write how far `job` has read, in the transaction of the rows that it covers."""
    tx.execute(
        query("watermark_put"), {"source": source, "job": job, "value": _json(mark), "now": clock.now()}
    )


def keep_file(tx: Transaction, source: str, file: LoadedFile) -> None:
    """Write that a file was loaded whole, in the transaction of its last rows."""
    tx.execute(query("file_put"), {"source": source, **file._asdict(), "now": clock.now()})


def settle_rejects(tx: Transaction, source: str, path: str) -> None:
    """Close the rejects of a file that is read again; what is still wrong with it comes again."""
    tx.execute(query("rejects_read_again"), {"source": source, "path": path, "now": clock.now()})


def rejected_rows(warehouse: Warehouse, record: JobRecord) -> tuple[list[str], bool]:
    """Where the first rows stand that a run set aside and why, and whether any was not set aside before."""
    asked = {"source": record.source, "job": record.job, "since": record.started_at}
    rows = warehouse.rows(query("rejects_of_run"), asked)
    places = [f"{file}, line {line}: {reason}" if file else str(reason) for file, line, reason, _ in rows]
    return places, any(new for *_, new in rows)


def _json(mark: Watermark | None) -> str | None:
    return None if mark is None else json.dumps(mark, sort_keys=True)
