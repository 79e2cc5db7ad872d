"""A database file for SQL of one's own: a table for each dataset that its reader may take away, and nothing else.

It is made by the readers of the datasets, so that what they leave out is not in it either: no secrets, nothing of people or
small groups that the reader may not see.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from orchflow import __version__, clock
from orchflow.encoding import encode, to_text
from orchflow.errors import disk_error
from orchflow.garbage import given_back
from orchflow.metrics.coverage import coverage
from orchflow.people.permissions import Actor, Permission
from orchflow.progress import Progress, untold
from orchflow.reports.dataset import Column, Dataset, Reading, Selection
from orchflow.reports.datasets import list_datasets
from orchflow.reports.fact_datasets import FactDataset
from orchflow.reports.plan_dataset import PlanDataset
from orchflow.warehouse.extract import Extract
from orchflow.workspace import Workspace

FOLDER = "snapshots"
ROWS = 20_000
ABOUT = pa.schema([("key", pa.string()), ("value", pa.string())])


@dataclass(frozen=True)
class SnapshotTable:
    """A table of a snapshot."""

    name: str
    description: str
    rows: int


@dataclass(frozen=True)
class Snapshot:
    """A snapshot that lies ready; `role` is whose rights it was made with."""

    path: Path
    made_at: datetime
    role: str
    bytes: int
    tables: tuple[SnapshotTable, ...]


def newest_snapshot(ws: Workspace, actor: Actor) -> Snapshot | None:
    """The last snapshot that was made with the rights that `actor` has; Forbidden for those who may not export."""
    actor.require(Permission.EXPORT)
    path = path_of(ws, actor)
    try:
        told = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        size = path.stat().st_size
        tables = tuple(SnapshotTable(**table) for table in told["tables"])
        return Snapshot(path, datetime.fromisoformat(told["made_at"]), str(told["role"]), size, tables)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def make_snapshot(ws: Workspace, actor: Actor, progress: Progress = untold) -> Snapshot:
    """Make the snapshot anew, of what is committed now; the last one can be taken away until it is whole.

    Days go as far as the facts do. Forbidden without the permission to export. `progress` hears how many tables are made.
    """
    actor.require(Permission.EXPORT)
    ws.store.confirm(actor)
    path, now = path_of(ws, actor), clock.now()
    with given_back(), _draft(path) as draft:
        with ws.warehouse.extract(draft) as extract:
            tables = tuple(_fill(ws, actor, extract, progress, now))
        told = {"made_at": now, "role": actor.role, "tables": tables}
        beside = draft.with_suffix(".json")
        beside.write_text(to_text(encode(told), indent=2) + "\n", encoding="utf-8")
        for file in (draft, beside):
            file.chmod(0o600)
        draft.replace(path)
        beside.replace(path.with_suffix(".json"))
    made = newest_snapshot(ws, actor)
    assert made is not None
    return made


def _fill(
    ws: Workspace, actor: Actor, extract: Extract, progress: Progress, now: datetime
) -> Iterator[SnapshotTable]:
    datasets = list_datasets(actor)
    first = coverage(ws.warehouse, now).usage_from
    with ws.store.read(long=True) as session:  # the plan as of one instant, too
        for place, dataset in enumerate(datasets):
            progress(place, len(datasets))
            reading = Reading(ws, actor, Selection(start=first if dataset.name == "metrics" else None))
            rows = _add(extract, dataset, reading, session)
            columns = {column.name: _words(column) for column in dataset.columns(ws)}
            extract.describe(dataset.name, f"One row is: {dataset.description}", columns)
            yield SnapshotTable(dataset.name, dataset.description, rows)
    progress(len(datasets), len(datasets))
    _say(extract, ws, actor, now)


def _add(extract: Extract, dataset: Dataset, reading: Reading, session: Any) -> int:
    if isinstance(dataset, FactDataset):
        return extract.add_query(dataset.name, dataset.query, dataset.params(reading))
    if isinstance(dataset, PlanDataset):
        batches = dataset.read(session, dataset.chosen(reading), ROWS)
    else:
        batches = dataset.batches(reading, ROWS)
    return extract.add_rows(dataset.name, dataset.schema(reading.ws), batches)


def _say(extract: Extract, ws: Workspace, actor: Actor, now: datetime) -> None:
    """What the file is, in the file itself."""
    told: Mapping[str, str] = {
        "workspace": ws.name, "made_at": now.isoformat(), "day": now.astimezone(ws.zone).date().isoformat(),
        "timezone": ws.zone.key, "currency": ws.currency, "rights": str(actor.role), "version": __version__,
    }  # fmt: skip
    rows = [{"key": key, "value": value} for key, value in told.items()]
    extract.add_rows("about", ABOUT, pa.Table.from_pylist(rows, ABOUT).to_batches())
    extract.describe(
        "about",
        "One row is: something to know of this file",
        {"value": "A text; days and instants in ISO 8601"},
    )


def _words(column: Column) -> str:
    return f"{column.about} ({column.unit})" if column.unit else column.about


def path_of(ws: Workspace, actor: Actor) -> Path:
    """Where the snapshot of everybody with the same rights lies."""
    rights = ",".join(sorted(permission for permission in Permission if actor.may(permission)))
    return ws.settings.home / FOLDER / f"{hashlib.sha256(rights.encode()).hexdigest()[:16]}.duckdb"


@contextmanager
def _draft(path: Path) -> Iterator[Path]:
    """A file beside `path` to be written; what is left of it afterwards goes."""
    draft = path.with_name(f".{path.stem}.{secrets.token_hex(4)}.duckdb")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield draft
    except OSError as error:
        raise disk_error(error, f"{path} could not be written", "Let the data folder be written.") from None
    finally:
        for file in (draft, draft.with_suffix(".json")):
            file.unlink(missing_ok=True)
