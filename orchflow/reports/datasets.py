"""The datasets that anyone with the permission may take away, and the way out to a file or a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

import pyarrow as pa

from orchflow.errors import NotFound, UsageError
from orchflow.garbage import given_back
from orchflow.people.permissions import Actor
from orchflow.progress import Progress, untold
from orchflow.reports import cursors
from orchflow.reports.dataset import Dataset, Reading, Selection, Values
from orchflow.reports.fact_datasets import FACT_DATASETS
from orchflow.reports.guidance_datasets import GUIDANCE_DATASETS
from orchflow.reports.ledger_dataset import LEDGER
from orchflow.reports.metric_dataset import MetricDataset
from orchflow.reports.plan_datasets import PLAN_DATASETS
from orchflow.reports.spending_datasets import SPENDING_DATASETS
from orchflow.reports.survey_dataset import SURVEY_RESULTS
from orchflow.table_files.aside import write_file_aside
from orchflow.table_files.outlet import file_pieces
from orchflow.table_files.write import format_of
from orchflow.workspace import Workspace

DATASETS: Mapping[str, Dataset] = MappingProxyType(
    {
        **FACT_DATASETS,
        "metrics": MetricDataset(),
        **SPENDING_DATASETS,
        **PLAN_DATASETS,
        **GUIDANCE_DATASETS,
        LEDGER.name: LEDGER,
        SURVEY_RESULTS.name: SURVEY_RESULTS,
    }
)
NOWHERE: Values = MappingProxyType({})


class UnknownDataset(NotFound, UsageError):
    """There is no dataset of that name."""


@dataclass(frozen=True)
class ExportedFile:
    """What was written, how many rows of data it has, and how many of their texts an Excel cell could not hold whole."""

    dataset: str
    path: Path
    rows: int
    cut: int = 0


@dataclass(frozen=True)
class Page:
    """Rows in the order of their key, and the cursor of those after them (None: there are none)."""

    rows: pa.Table
    next: str | None


def list_datasets(actor: Actor | None = None) -> list[Dataset]:
    """All datasets, or those that `actor` may export."""
    if actor is None:
        return list(DATASETS.values())
    return [each for each in DATASETS.values() if all(map(actor.may, each.needs))]


def find_dataset(actor: Actor, name: str) -> Dataset:
    """The dataset of that name; UnknownDataset when there is none, Forbidden when `actor` may not have it."""
    source = DATASETS.get(name)
    if source is None:
        raise UnknownDataset(f"There is no dataset {name!r}", f"Use one of {', '.join(DATASETS)}.")
    for permission in source.needs:
        actor.require(permission)
    return source


def export(
    ws: Workspace,
    actor: Actor,
    dataset: str,
    out: Path,
    start: date | None = None,
    end: date | None = None,
    progress: Progress = untold,
    where: Values = NOWHERE,
) -> ExportedFile:
    """Write `dataset` to `out` in the format of its suffix, in batches, whatever its size.

    Both days are included; `where` names by column the values of which a row has one. `out` appears only when it is
    complete; a file that was there is replaced. UnknownDataset for an unknown one, UsageError for a suffix, days or columns
    that there are not, and before anything is read where an Excel sheet could not hold the rows; Forbidden without the
    permission. `progress` hears how many rows are written where that takes long.
    """
    source, reading = _asked(ws, actor, dataset, Selection(start, end, where))
    form = format_of(out.suffix)
    rows = source.count(reading)
    with given_back(), closing(source.batches(reading, form.batch_rows)) as batches:
        written = write_file_aside(out, dataset, source.schema(ws), batches, progress, rows)
    return ExportedFile(dataset, out, written.rows, written.cut)


def stream(ws: Workspace, actor: Actor, dataset: str, suffix: str, part: Selection) -> Iterator[bytes]:
    """The same as the bytes of a file, piece by piece as it is read: for formats that Arrow writes.

    What is wrong is said at once, before the first piece is asked for.
    """
    source, reading = _asked(ws, actor, dataset, part)
    form = format_of(suffix)

    def pieces() -> Iterator[bytes]:
        with given_back(), closing(source.batches(reading, form.batch_rows)) as batches:
            yield from file_pieces(form, dataset, source.schema(ws), batches)

    return pieces()


def read_page(
    ws: Workspace, actor: Actor, dataset: str, part: Selection, cursor: str | None, limit: int
) -> Page:
    """At most `limit` rows in the order of their key, those after the `cursor` of the page before.

    Rows that come or go meanwhile are neither skipped nor repeated. Invalid for a cursor that is none of this dataset.
    """
    return _page(*_asked(ws, actor, dataset, part), cursor, limit)


def look_at(
    ws: Workspace, actor: Actor, dataset: str, part: Selection, cursor: str | None, limit: int
) -> Page:
    """The same on a screen, where the rows stay: it needs no permission to export."""
    source = DATASETS[dataset]
    for permission in source.to_look:
        actor.require(permission)
    return _page(source, source.asked(Reading(ws, actor, part)), cursor, limit)


def _page(source: Dataset, reading: Reading, cursor: str | None, limit: int) -> Page:
    schema = source.schema(reading.ws)
    kinds = [schema.field(name).type for name in source.key]
    after = None if cursor is None else cursors.read(cursor, source.name, kinds)
    found = source.page(reading, after, limit + 1)
    shown = found.slice(0, limit)
    if found.num_rows <= limit:
        return Page(shown, None)
    last = shown.slice(limit - 1, 1).to_pylist()[0]
    return Page(shown, cursors.write(source.name, [last[name] for name in source.key]))


def _asked(ws: Workspace, actor: Actor, dataset: str, part: Selection) -> tuple[Dataset, Reading]:
    """The dataset and what is to be read of it, for somebody who still may."""
    source = find_dataset(actor, dataset)
    reading = source.asked(Reading(ws, actor, part))
    ws.store.confirm(actor)
    return source, reading
