"""Take the plan away as a file that can be edited and read back: CSV, Excel or JSON."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Final

from orchflow.errors import UsageError
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.exchange.own_json import write_json
from orchflow.planning.exchange.own_table import as_table
from orchflow.planning.exchange.plan_records import PlanRecords
from orchflow.planning.exchange.records import Document
from orchflow.planning.exchange.snapshot import Snapshot
from orchflow.progress import Progress, untold
from orchflow.store.engine import Store, open_store
from orchflow.table_files.write import format_of, table_bytes, whole_file
from orchflow.table_files.writers import EXCEL_TEXT

FORMATS: Final = (".csv", ".xlsx", ".json")
"""What the plan can be written as, by the suffix of the file."""


def plan_document(
    store: Store,
    actor: Actor,
    *,
    projects: Collection[int] | None = None,
    with_history: bool = False,
) -> Document:
    """The plan, or some of its projects (ids), as records; with the past of its tasks when asked for.

    Who may not export data takes no file of it away, as none of the datasets.
    """
    actor.require(Permission.PLAN_VIEW)
    actor.require(Permission.EXPORT)
    with store.read(actor, long=True) as session:
        records = PlanRecords(Snapshot(session))
        document = records.document(projects)
        if with_history:
            records.add_history(session, document)
    return document


def export_bytes(
    store: Store,
    actor: Actor,
    suffix: str,
    *,
    projects: Collection[int] | None = None,
    with_history: bool = False,
    progress: Progress = untold,
) -> bytes:
    """The plan as the bytes of a file; `suffix` is one of FORMATS. UsageError for another one.

    `progress` hears how many rows are written; first, when the plan was read, that none is.
    """
    suffix = suffix.lower()
    if suffix not in FORMATS:
        raise UsageError(
            f"The format {suffix or '(none)'} is not known", f"Use {', '.join(FORMATS)}, or a folder."
        )
    document = plan_document(store, actor, projects=projects, with_history=with_history)
    if suffix != ".json":
        format_of(suffix).check_room(len(document.records))
    progress(0, len(document.records))
    if suffix == ".json":
        return write_json(document, progress).encode()
    table = as_table(document, EXCEL_TEXT if suffix == ".xlsx" else None)
    return table_bytes(suffix, "Plan", table, progress=progress)


def export_elsewhere(
    address: str,
    backups: Path,
    actor: Actor,
    suffix: str,
    projects: Collection[int] | None,
    with_history: bool,
    progress: Progress,
) -> bytes:
    """`export_bytes` of the plan store at `address`, for a process of its own."""
    store = open_store(address, backups=backups)
    try:
        return export_bytes(
            store, actor, suffix, projects=projects, with_history=with_history, progress=progress
        )
    finally:
        store.dispose()


def export_plan(store: Store, actor: Actor, out: Path, *, with_history: bool = False) -> int:
    """Write the plan to `out` in the format of its suffix; returns how many bytes. `out` appears when it is whole."""
    data = export_bytes(store, actor, out.suffix, with_history=with_history)
    with whole_file(out) as file:
        file.write(data)
    return len(data)
