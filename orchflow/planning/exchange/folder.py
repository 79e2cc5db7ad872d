"""The plan as the folders of the mission: written, edited on disk, read back; a change on both sides is a conflict.

    projects/effort-1-infrastructure-setup/effort.md
    projects/effort-1-infrastructure-setup/project-1.1-hardware-planning/{goals.md,tasks.md,documentation/}

`.orchflow.json` beside them holds what both sides last agreed on.
"""

from __future__ import annotations

from pathlib import Path

from orchflow.errors import UsageError
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.exchange.apply_document import apply_document
from orchflow.planning.exchange.disk_plan import scan
from orchflow.planning.exchange.disk_reading import document_of
from orchflow.planning.exchange.disk_writing import Differing, FolderReport, FolderWriting
from orchflow.planning.exchange.export_file import plan_document
from orchflow.planning.exchange.identity import workspace_mark
from orchflow.planning.exchange.markdown import mark_of, row_name
from orchflow.planning.exchange.records import Level
from orchflow.planning.exchange.report import ImportReport
from orchflow.planning.exchange.three_way import Take
from orchflow.planning.work.workflow import states
from orchflow.progress import Progress, untold
from orchflow.store.engine import Store

__all__ = ["Differing", "FolderReport", "read_folder", "write_folder"]


def write_folder(store: Store, actor: Actor, folder: Path) -> FolderReport:
    """Write the plan into a folder, which may hold an earlier copy of it.

    What was edited there since is not overwritten: it stays for `read_folder`, and the report names it. Lines that are
    no part of the plan stay where they are.
    """
    actor.require(Permission.EXPORT)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file", "Name a folder.")
    document = plan_document(store, actor)
    return FolderWriting(scan(folder), _mark(store), document, states(store, actor), {}).write()


def read_folder(
    store: Store, actor: Actor, folder: Path, *, dry_run: bool = False, take: Take | None = None,
    request: str | None = None, progress: Progress = untold,
) -> tuple[ImportReport, FolderReport]:  # fmt: skip
    """Bring what was edited in a folder into the plan, then write the plan back beside it, new ids included.

    A row's place in the report is its file and line. `take` says whose value counts where both sides changed. A dry
    run writes nothing on either side.
    """
    actor.require(Permission.PLAN_EDIT)
    mark = _mark(store)
    disk = scan(folder)
    if not disk.blocks:
        raise UsageError(f"{folder} holds no plan", "Write one there first: orchflow plan export FOLDER")
    known = {
        row_name(record.level, mark_of(record))
        for record in plan_document(store, actor).records
        if record.level is not Level.SPRINT
    }
    meaning = states(store, actor)
    document = document_of(disk, mark, known, meaning)
    report = apply_document(
        store, actor, document, dry_run=dry_run, take=take, request=request, progress=progress
    )
    if dry_run:
        return report, FolderReport()
    taken = {row.row for row in report.rows if row.action in ("created", "updated", "unchanged")}
    settled = {block.place: block for block in disk.blocks if block.place in taken}
    after = plan_document(store, actor)
    return report, FolderWriting(scan(folder), mark, after, meaning, settled).write()


def _mark(store: Store) -> str:
    with store.read() as session:
        return workspace_mark(session)
