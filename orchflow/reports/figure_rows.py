"""The rows behind a figure, page by page or as a file: parts of the datasets, for those who may have these."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from orchflow.errors import Invalid, NotFound, Problem
from orchflow.metrics.catalogue import metric
from orchflow.metrics.document import as_asked
from orchflow.metrics.facts import Facts
from orchflow.metrics.metric import RowsBehind
from orchflow.metrics.rows_behind import rows_behind, why_no_rows
from orchflow.reports.dataset import Dataset, Reading, Selection
from orchflow.reports.datasets import DATASETS, ExportedFile, Page, export, look_at, read_page


@dataclass(frozen=True)
class FigureRows:
    """One part of what a figure is counted from: the dataset, and which of its rows."""

    dataset: Dataset
    part: Selection
    behind: RowsBehind


def parts_behind(facts: Facts, key: str) -> tuple[FigureRows, ...]:
    """What the figure `key` is counted from within the facts; empty for one that says why it has no rows."""
    then = as_asked(facts, metric(key))
    return tuple(
        FigureRows(DATASETS[one.dataset], Selection(one.start, one.end, one.where), one)
        for one in rows_behind(then, key)
    )


def rows_of(facts: Facts, key: str, of: str | None = None) -> FigureRows:
    """The part that holds the rows of the figure `of`, one of those that `key` is made of; the first part without it.

    NotFound where the figure has no rows to show, with the reason; Invalid for an `of` that it is not made of.
    """
    parts = parts_behind(facts, key)
    if not parts:
        raise NotFound(f"{metric(key).label} has no rows to show", why_no_rows(facts, key))
    if of is None:
        return parts[0]
    known = {name: part for part in parts for name in part.behind.of}
    if of not in known:
        raise Invalid([Problem(None, "of", f"{of[:60]!r} has no rows in {key}")], f"Use {', '.join(known)}.")
    return known[of]


def page_of_rows(facts: Facts, rows: FigureRows, cursor: str | None, limit: int) -> Page:
    """At most `limit` of the rows to take away, those after the `cursor` of the page before; Forbidden as for the dataset."""
    return read_page(facts.ws, facts.actor, rows.dataset.name, rows.part, cursor, limit)


def shown_rows(facts: Facts, rows: FigureRows, cursor: str | None, limit: int) -> tuple[Page, int | None]:
    """The same to be looked at, which needs no permission to export, and how many rows there are in all."""
    page = look_at(facts.ws, facts.actor, rows.dataset.name, rows.part, cursor, limit)
    reading = rows.dataset.asked(Reading(facts.ws, facts.actor, rows.part))
    return page, rows.dataset.count(reading)


def export_rows(facts: Facts, rows: FigureRows, out: Path) -> ExportedFile:
    """Write all of them to `out`, in the format of its suffix; Forbidden as for the dataset."""
    part = rows.part
    return export(facts.ws, facts.actor, rows.dataset.name, out, part.start, part.end, where=part.where)
