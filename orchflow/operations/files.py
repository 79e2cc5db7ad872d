"""Operations that write files: datasets, the database for SQL, backups."""

from __future__ import annotations

import shutil
from pathlib import Path

from orchflow.backups.make import back_up
from orchflow.encoding import encode
from orchflow.operations.outcome import Outcome, read_day
from orchflow.people import users
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.progress import Progress, untold
from orchflow.reports import datasets
from orchflow.reports.snapshot import make_snapshot
from orchflow.table_files.write import whole_file
from orchflow.workspace import Workspace


def export(
    ws: Workspace,
    dataset: str,
    out: str,
    start: str | None = None,
    end: str | None = None,
    where: dict[str, list[str]] | None = None,
    progress: Progress = untold,
) -> Outcome:
    """Write a dataset to the file `out`, its format by its suffix; days are the workspace's, both inclusive.

    `where` names by column the values of which a row has one.
    """
    first, last = read_day(start, "--from"), read_day(end, "--to")
    narrowed = {column: tuple(values) for column, values in (where or {}).items()}
    written = datasets.export(ws, SYSTEM, dataset, Path(out), first, last, progress, narrowed)
    return Outcome(
        {"dataset": dataset, "file": str(written.path), "rows": written.rows, "texts_cut_off": written.cut}
    )


def snapshot(ws: Workspace, out: str, user: str | None = None, progress: Progress = untold) -> Outcome:
    """Make the database file for SQL as `out`, with everything there is to take away, or only with what `user` may."""
    actor: Actor = SYSTEM
    if user is not None:
        known = users.user_named(ws.store, user)
        actor = Actor(known.id, known.username, known.display_name, known.role)
    made = make_snapshot(ws, actor, progress)
    with whole_file(Path(out)) as file, made.path.open("rb") as content:
        shutil.copyfileobj(content, file, 1024 * 1024)
    return Outcome({"file": out, "made_at": made.made_at, "bytes": made.bytes, "tables": encode(made.tables)})


def backup(ws: Workspace, folder: str) -> Outcome:
    """Copy everything of the workspace, while it is in use, into the new folder `folder`."""
    return Outcome({"folder": folder, **back_up(ws, Path(folder))})
