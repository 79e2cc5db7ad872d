"""The datasets that anyone with the permission may take away, and the way out to a file."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TypeAlias

from orchflow.errors import UsageError
from orchflow.metrics.privacy import privacy_of
from orchflow.people.permissions import Actor, Permission
from orchflow.progress import Progress, untold
from orchflow.reports.metric_dataset import MetricDataset
from orchflow.reports.plan_datasets import PLAN_DATASETS, PlanDataset
from orchflow.table_files.aside import write_file_aside
from orchflow.table_files.write import format_of
from orchflow.warehouse.sql import Query, load_query
from orchflow.workspace import Workspace


@dataclass(frozen=True)
class Dataset:
    """Something to export. `dated` ones can be narrowed to days; `permission` is needed besides `data.export`."""

    name: str
    description: str
    dated: bool = False
    permission: Permission | None = None

    @property
    def query(self) -> Query:
        """What is exported; users and small organisations are left out in it where the reader may not see them."""
        return load_query("orchflow.reports", self.name)


AnyDataset: TypeAlias = Dataset | PlanDataset | MetricDataset

DATASETS: dict[str, AnyDataset] = (
    {
        dataset.name: dataset
        for dataset in (
            Dataset(
                "usage_events",
                "Every call to a model, with its cost and the agent it is attributed to",
                dated=True,
            ),
            Dataset(
                "usage_daily",
                "Calls, tokens and cost by day and everything they can be told apart by",
                dated=True,
            ),
            Dataset("agents", "The agents of the platform"),
            Dataset("agent_runs", "Every run of an agent", dated=True),
            Dataset(
                "users",
                "The users of the platform and who they are here",
                permission=Permission.PERSON_FIGURES,
            ),
            Dataset("organizations", "The organisations of the platform"),
            Dataset(
                "removed_events",
                "Rows that the platform no longer had when what was loaded was compared with it",
                permission=Permission.SOURCES_VIEW,
            ),
            Dataset(
                "ingest_runs",
                "What was loaded, when and with what result",
                permission=Permission.SOURCES_VIEW,
            ),
        )
    }
    | {"metrics": MetricDataset()}
    | PLAN_DATASETS
)


@dataclass(frozen=True)
class Exported:
    """What was written, and how many rows of data it has."""

    dataset: str
    path: Path
    rows: int


def list_datasets(actor: Actor | None = None) -> list[AnyDataset]:
    """All datasets, or those that `actor` may export."""
    if actor is None:
        return list(DATASETS.values())
    if not actor.may(Permission.EXPORT):
        return []
    return [each for each in DATASETS.values() if each.permission is None or actor.may(each.permission)]


def export(
    ws: Workspace,
    actor: Actor,
    dataset: str,
    out: Path,
    start: date | None = None,
    end: date | None = None,
    progress: Progress = untold,
) -> Exported:
    """Write `dataset` to `out` in the format of its suffix, in batches, whatever its size.

    Both days are included. `out` appears only when it is complete; a file that was there is replaced. UsageError for
    an unknown dataset or suffix, or days where there are none; Forbidden without the permission. `progress` hears how many
    rows are written where that takes long.
    """
    source = _named(dataset)
    actor.require(Permission.EXPORT)
    if source.permission:
        actor.require(source.permission)
    ws.store.confirm(actor)
    if (start or end) and not source.dated:
        raise UsageError(f"{dataset} has no days to choose from", "Leave out --from and --to.")
    if start and end and end < start:
        raise UsageError(f"The period ends ({end}) before it starts ({start})", "Exchange the two days.")
    rows = format_of(out.suffix).batch_rows
    write = partial(write_file_aside, out, dataset, progress=progress)
    if isinstance(source, PlanDataset):
        with closing(source.batches(ws.store, ws.zone, start, end, rows)) as batches:
            return Exported(dataset, out, write(source.schema, batches))
    if isinstance(source, MetricDataset):
        return Exported(dataset, out, write(source.schema, source.batches(ws, actor, start, end)))
    privacy = privacy_of(ws.warehouse, actor)
    params = privacy.params() | {
        "people": privacy.people,
        "start": start,
        "end": end,
        "currency": ws.currency,
    }
    with closing(ws.warehouse.batches(source.query, params, rows=rows)) as stream:
        first = next(stream, None)
        schema = first.schema if first is not None else ws.warehouse.query(source.query, params).schema
        return Exported(dataset, out, write(schema, chain(() if first is None else (first,), stream)))


def _named(dataset: str) -> AnyDataset:
    source = DATASETS.get(dataset)
    if source is None:
        raise UsageError(f"There is no dataset {dataset!r}", f"Use one of {', '.join(DATASETS)}.")
    return source
