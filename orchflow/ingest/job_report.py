"""What is told of a job while it goes on, and what it left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from orchflow.ingest import progress as live
from orchflow.ingest.progress import Progress
from orchflow.ingest.record import JobRecord
from orchflow.ingest.source import Batch

OnProgress = Callable[[Progress], None]


class RowCounts(Protocol):
    """A job that has ended, with what it read."""

    @property
    def read(self) -> int: ...

    @property
    def new(self) -> int: ...

    @property
    def rejected(self) -> int: ...


class LeftOut:
    """What a job had to leave out although it is there, which makes it partial, and what is not there to be read."""

    def __init__(self) -> None:
        self._told: list[str] = []
        self.state = "done"

    def add(self, batch: Batch) -> None:
        """Note what a batch without rows tells."""
        self._told.append(batch.warning or batch.note)
        if batch.warning:
            self.state = "partial"

    @property
    def hint(self) -> str:
        """All of it, a line each."""
        return "\n".join(self._told)


class JobReport:
    """Tells how far one job is, on top of the jobs done before it."""

    def __init__(
        self,
        warehouse: Path,
        source: str,
        job: str,
        earlier: Sequence[RowCounts],
        jobs: int,
        on_progress: OnProgress | None,
    ) -> None:
        self._place = (warehouse, source)
        self._on_progress = on_progress
        self._before = (
            sum(job.read for job in earlier),
            sum(job.new for job in earlier),
            sum(job.rejected for job in earlier),
        )
        self._now = Progress(source, job, len(earlier), jobs, *self._before)

    def loaded(self, record: JobRecord) -> None:
        """Tell what the job has loaded."""
        read, new, rejected = self._before
        self._now = replace(
            self._now, read=read + record.read, new=new + record.new, rejected=rejected + record.rejected
        )
        self._tell(self._now)

    def reading(self, rows: int) -> None:
        """Tell that `rows` more were read and wait to be loaded."""
        self._tell(replace(self._now, read=self._now.read + rows))

    def _tell(self, now: Progress) -> None:
        now = live.advance(*self._place, now)
        if self._on_progress is not None:
            self._on_progress(now)
