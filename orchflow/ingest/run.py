"""Runs a source's jobs into the warehouse: idempotent, may be killed at any point, each run recorded."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Literal

from orchflow import clock
from orchflow.config.sources import PlatformSettings
from orchflow.errors import OrchflowError, SourceError, log_failure
from orchflow.format import quantity
from orchflow.ingest import progress as live
from orchflow.ingest.bill_notices import bill_notices
from orchflow.ingest.job_report import JobReport, LeftOut, OnProgress
from orchflow.ingest.loading import load_chunk
from orchflow.ingest.progress import Progress
from orchflow.ingest.record import JobRecord, close_interrupted, query, rejected_rows, watermark
from orchflow.ingest.recording import LATELY, RECORDED, REMEDY, recording
from orchflow.ingest.source import BILLS, RECONCILE, Batch, Check, Kind, Source, TellsRowsApart, Watermark
from orchflow.ingest.sources import open_source
from orchflow.ingest.status import SourceStatus, source_status
from orchflow.people.permissions import Actor, Permission
from orchflow.workspace import Workspace

__all__ = [
    "JobResult",
    "Progress",
    "SourceResult",
    "SourceStatus",
    "check_source",
    "progress",
    "run_all",
    "run_source",
    "source_status",
]

CHUNK_ROWS = 150_000
CHUNK_SECONDS = 1.0
FINISHED = ("done", "partial")
OLDER = "{} stay that are older than all that the platform still has: what it let go of is no correction"
DOUBTFUL = (
    "Kept without a count that cannot be: {}, with one below zero or more cached than input tokens "
    "(where a file counts them beside, set cached_tokens: beside)"
)
Trigger = Literal["manual", "schedule", "command"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class JobResult:
    """What one job came to; the counts are those of `LoadCount`. A job that is partial did all but what its `hint` says was left out."""

    job: str
    state: str
    read: int
    new: int
    changed: int
    unchanged: int
    superseded: int
    gone: int
    elsewhere: int
    rejected: int
    duplicate: int
    watermark_before: Watermark | None
    watermark_after: Watermark | None
    seconds: float
    error: str | None
    hint: str | None


@dataclass(frozen=True)
class SourceResult:
    """What one run of a source came to; `state` is done, partial or failed, jobs after a failed one did not run."""

    source: str
    state: str
    jobs: tuple[JobResult, ...]
    error: str | None = None
    hint: str | None = None


def run_source(
    ws: Workspace,
    actor: Actor,
    name_or_source: str | Source,
    *,
    full: bool = False,
    trigger: Trigger = "manual",
    on_progress: OnProgress | None = None,
) -> SourceResult:
    """Run every job of a source; `full` reads everything again, which changes nothing that is already right.

    Forbidden without the permission to run ingestion, ConfigError for an unknown source, SourceError when the source
    is being read already. A source that fails is not raised: the result says so, and what it had read stays.
    """
    actor.require(Permission.INGEST_RUN)
    source = (
        open_source(ws.settings.source(name_or_source), ws.settings.workspace)
        if isinstance(name_or_source, str)
        else name_or_source
    )
    try:
        # a long load commits every second; those who follow facts are woken once for all of it
        with live.running(ws.warehouse.path, source.name), ws.warehouse.delivery():
            return _run(ws, source, full, trigger, on_progress)
    finally:
        source.close()


def run_all(
    ws: Workspace,
    actor: Actor,
    names: Sequence[str] | None = None,
    *,
    full: bool = False,
    trigger: Trigger = "manual",
    on_progress: OnProgress | None = None,
) -> list[SourceResult]:
    """Run the sources called `names` (None: all that are configured) one after the other; none stops the others."""
    actor.require(Permission.INGEST_RUN)
    chosen = [
        ws.settings.source(name).name for name in names or [source.name for source in ws.settings.sources]
    ]
    results = []
    for name in chosen:
        try:
            results.append(run_source(ws, actor, name, full=full, trigger=trigger, on_progress=on_progress))
        except OrchflowError as error:
            results.append(SourceResult(name, "failed", (), str(error), error.hint))
    return results


def check_source(ws: Workspace, name: str) -> list[Check]:
    """Try the source called `name` without reading anything into the warehouse; ConfigError when there is none."""
    source = open_source(ws.settings.source(name), ws.settings.workspace)
    try:
        checks = source.check()
        if isinstance(source, TellsRowsApart):
            checks += source.check_identity(watermark(ws.warehouse, source.name, "usage"))
    finally:
        source.close()
    today = clock.today(ws.zone)
    loaded = recording(ws.warehouse, today - timedelta(days=LATELY - 1), today, [name])
    if loaded.silent and not any(check.name == RECORDED for check in checks):
        checks.append(Check(RECORDED, None, f"{loaded.words}, in the last {LATELY} days as loaded", REMEDY))
    return checks


def progress(ws: Workspace, name: str) -> Progress | None:
    """How far the source called `name` is, or None when it is not being read now."""
    return live.progress(ws.warehouse.path, name)


def _run(
    ws: Workspace, source: Source, full: bool, trigger: Trigger, on_progress: OnProgress | None
) -> SourceResult:
    close_interrupted(ws.warehouse, source.name)
    _forget_errors(ws, source.name)
    jobs = source.jobs()
    results: list[JobResult] = []
    for job in jobs:
        report = JobReport(ws.warehouse.path, source.name, job, results, len(jobs), on_progress)
        result = _run_job(ws, source, job, full, trigger, report)
        results.append(result)
        if result.state not in FINISHED:
            return SourceResult(source.name, "failed", tuple(results), result.error, result.hint)
    left_out = [result.hint for result in results if result.state == "partial" and result.hint]
    return SourceResult(
        source.name, "partial" if left_out else "done", tuple(results), hint="\n".join(left_out) or None
    )


def _forget_errors(ws: Workspace, name: str) -> None:
    """Drop the reasons of failures kept before, where the settings of the source say not to keep any."""
    settings = next((source for source in ws.settings.sources if source.name == name), None)
    if isinstance(settings, PlatformSettings) and settings.error_texts == "none":
        with ws.warehouse.write() as tx:
            for table in ("run_events", "agent_runs"):
                tx.execute(query("errors_forget").on(table=table), {"source": name})


def _run_job(
    ws: Workspace, source: Source, job: str, full: bool, trigger: Trigger, report: JobReport
) -> JobResult:
    before = watermark(ws.warehouse, source.name, job)
    kept = {key: value for key, value in (before or {}).items() if key != "files"} or None
    kind: Kind = "reconcile" if job == RECONCILE else "full" if full else "new"
    record = JobRecord(source.name, job, trigger, kept, kept, kind)
    left_out, files = LeftOut(), False
    try:
        record.begin(ws.warehouse)
        report.loaded(record)
        batches = source.read(job, before, full)
        for chunk, last in _chunks(batches, left_out, report.reading):
            record = load_chunk(ws.warehouse, record, chunk, left_out if last else None)
            files = files or any(batch.file for batch in chunk)
            report.loaded(record)
        if record.state not in FINISHED:
            record.end(ws.warehouse, left_out.state, hint=left_out.hint)
        if record.doubtful:
            record.end(
                ws.warehouse,
                record.state,
                hint=_lines(record.hint, DOUBTFUL.format(quantity(record.doubtful, "row"))),
            )
        if record.older:
            record.end(
                ws.warehouse,
                record.state,
                hint=_lines(record.hint, OLDER.format(quantity(record.older, "row"))),
            )
        if job == BILLS and (record.new or record.changed or record.superseded):
            told = bill_notices(ws.warehouse, source.name)
            record.end(ws.warehouse, record.state, hint=_lines(record.hint, *told))
        if record.rejected:
            _tell_rejected(ws, record, files)
    except OrchflowError as error:
        _end_failed(ws, record, str(error), error.hint)
    except Exception as error:
        log.exception("%s: the job %s failed", source.name, job)
        _end_failed(
            ws,
            record,
            f"{source.name}: {job} stopped at something unforeseen ({type(error).__name__}: {error})",
            "The server's log has the details. What was committed stays; the next run goes on from there.",
        )
    except BaseException:
        _end_failed(ws, record, "The run was stopped", "The next run goes on from there.", "interrupted")
        raise
    return JobResult(**{part.name: getattr(record, part.name) for part in fields(JobResult)})


def _tell_rejected(ws: Workspace, record: JobRecord, files: bool) -> None:
    """Name the first rows set aside; where nothing else came, and it is not only what was set aside before, the job failed."""
    places, news = rejected_rows(ws.warehouse, record)
    named = f"Set aside: {quantity(record.rejected, 'row')}: {'; '.join(places)}"
    if record.rejected == record.read and (files or news):
        record.end(
            ws.warehouse, "failed", f"{record.source}: none of the rows of {record.job} could be kept", named
        )
    else:
        record.end(ws.warehouse, record.state, hint=_lines(record.hint, named))


def _lines(*parts: str | None) -> str:
    return "\n".join(part for part in parts if part)


def _end_failed(ws: Workspace, record: JobRecord, error: str, hint: str, state: str = "failed") -> None:
    try:
        record.end(ws.warehouse, state, error, hint)
    except Exception as again:  # the warehouse itself is what failed; the result still tells the first error
        log_failure(log, f"{record.source}: the failure of {record.job} could not be recorded", again)


def _chunks(
    batches: Iterable[Batch], left_out: LeftOut, seen: Callable[[int], None]
) -> Iterator[tuple[list[Batch], bool]]:
    """Gather batches into what one transaction loads: many rows, but never long unseen. Snapshots wait for the end.

    With each comes whether it is the last.
    """
    chunk: list[Batch] = []
    snapshots: list[Batch] = []
    rows, since = 0, time.monotonic()
    try:
        for batch in batches:
            if batch.warning or batch.note:
                left_out.add(batch)
                continue
            rows += batch.rows.num_rows
            seen(rows)
            (snapshots if batch.snapshot else chunk).append(batch)
            if chunk and not snapshots and (rows >= CHUNK_ROWS or time.monotonic() - since >= CHUNK_SECONDS):
                yield chunk, False
                chunk, rows, since = [], 0, time.monotonic()
    except SourceError:
        # what came before the source broke off is sound, save snapshots, which are of use only whole
        if chunk:
            yield chunk, False
        raise
    if chunk or snapshots:
        yield chunk + snapshots, True
