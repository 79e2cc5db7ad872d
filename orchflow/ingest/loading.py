"""Loads what a source read, a chunk in one transaction, in the order in which it came."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from datetime import datetime

import pyarrow as pa

from orchflow import clock
from orchflow.ingest.job_report import LeftOut
from orchflow.ingest.record import JobRecord, keep_file, keep_watermark, settle_rejects
from orchflow.ingest.source import Batch
from orchflow.warehouse.bills import remove_lines
from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.datasets import LoadMode, find_dataset
from orchflow.warehouse.load import load_batch
from orchflow.warehouse.removal import remove_absent, remove_missing, remove_named
from orchflow.warehouse.transaction import Transaction


def load_chunk(
    warehouse: Warehouse, record: JobRecord, chunk: list[Batch], left_out: LeftOut | None = None
) -> JobRecord:
    """Load a chunk, its watermark, its files and the record in one transaction; return the record as committed.

    With the last chunk the job is done; partial, when `left_out` says what it had to leave out.
    """
    now = clock.now()
    after = copy(record)
    with warehouse.write() as tx:
        for part in _parts(chunk):
            _remove(tx, after, part[0])
            _load_rows(tx, after, part, now)
            _close_file(tx, after, part[-1])
        for batch in chunk:
            if batch.complete is not None:
                ids, days, user, aged, differing = batch.complete
                gone = remove_missing(
                    tx,
                    batch.dataset,
                    record.source,
                    ids,
                    days,
                    now,
                    user=user,
                    aged=aged,
                    differing=differing,
                )
                after.add(gone)
            if batch.watermark is not None:
                after.watermark_after = batch.watermark
        if after.watermark_after is not None and after.watermark_after != record.watermark_after:
            keep_watermark(tx, record.source, record.job, after.watermark_after)
        if left_out is not None:
            after.state, after.hint = left_out.state, left_out.hint or None
            after.finished_at = clock.now()
        after.update(tx)
    return after


def _parts(chunk: list[Batch]) -> Iterator[list[Batch]]:
    """The batches of a chunk in parts that are loaded one after the other: a removal opens one, the end of a file closes one."""
    part: list[Batch] = []
    for batch in chunk:
        if part and (batch.removal or batch.again):
            yield part
            part = []
        part.append(batch)
        if batch.removal or batch.again or batch.file:
            yield part
            part = []
    if part:
        yield part


def _remove(tx: Transaction, record: JobRecord, batch: Batch) -> None:
    if batch.removal and find_dataset(batch.dataset).mode is LoadMode.LINES:
        record.add(remove_lines(tx, record.source, batch.removal.of or ""))
    elif batch.removal:
        record.add(remove_named(tx, record.source, *batch.removal))
    if batch.again:
        settle_rejects(tx, record.source, batch.again)


def _load_rows(tx: Transaction, record: JobRecord, part: list[Batch], now: datetime) -> None:
    for (dataset, snapshot), rows in _joined(part):
        count = load_batch(tx, dataset, record.source, rows, now=now, snapshot=snapshot)
        target = find_dataset(dataset)
        # calls count in whichever job they come; agents or conversations that come along do not
        if target.mode is LoadMode.EVENTS or target.job == record.job:
            record.add(count)


def _close_file(tx: Transaction, record: JobRecord, batch: Batch) -> None:
    """Note the file that a batch completes; one of which nothing could be kept is tried again with every run."""
    file = batch.file
    if file is None or (record.read and record.read == record.rejected):
        return
    if file.whole is not None and find_dataset(batch.dataset).mode is LoadMode.LINES:
        record.add(remove_lines(tx, record.source, file.path, file.whole))
    elif file.whole is not None and file.first_at and file.last_at:
        record.add(remove_absent(tx, record.source, file.path, file.whole, file.first_at, file.last_at))
    keep_file(tx, record.source, file)


def _joined(chunk: list[Batch]) -> Iterator[tuple[tuple[str, bool], pa.Table]]:
    """The rows of a chunk with those of one dataset and shape together, since each load scans the known keys once."""
    groups: list[tuple[tuple[str, bool], list[pa.Table]]] = []
    for batch in chunk:
        kind = (batch.dataset, batch.snapshot)
        for known, tables in groups:
            # a snapshot is one delivery, whatever shape its parts have
            if known == kind and (batch.snapshot or tables[0].schema.equals(batch.rows.schema)):
                tables.append(batch.rows)
                break
        else:
            groups.append((kind, [batch.rows]))
    for kind, tables in groups:
        yield kind, pa.concat_tables(tables, promote_options="permissive")
