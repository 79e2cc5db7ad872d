"""What says that a home folder is in use, and what a process that was killed has left in it."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from orchflow.backups import known
from orchflow.backups.make import DRAFT
from orchflow.backups.manifest import FOLDERS
from orchflow.disk import takeaway
from orchflow.disk.unfinished import remove_unfinished
from orchflow.warehouse.backup import NEARBY
from orchflow.warehouse.database import Warehouse


def signs_of_use(home: Path, warehouse: Warehouse | None) -> str:
    """What only a workspace has that had a plan store; empty for a new one. `warehouse` is None where there is none."""
    signs = []
    if warehouse is not None and (topics := sorted(warehouse.versions())):
        signs.append(f"data in the warehouse ({', '.join(topics)})")
    if any((home / "uploads").glob("*/*")):
        signs.append("attached files")
    if any((home / "drafts").glob("*.json")):
        signs.append("unsaved drafts")
    if known.newest(home) is not None:
        signs.append("backups of it")
    return " and ".join(signs)


def remove_leftovers(home: Path, backups: Path) -> None:
    """Remove what killed processes have left half made in `home` and among the scheduled `backups`.

    For the process that owns the warehouse: then nobody else works here.
    """
    for folder in {home / known.FOLDER, backups}:
        with suppress(OSError):  # a disk that is not there now
            remove_unfinished(folder)
    for nearby in home.glob(f"{NEARBY}*"):
        shutil.rmtree(nearby, ignore_errors=True)
    takeaway.remove_old(home, 0)
    for name in FOLDERS:
        for draft in (home / name).glob(f"{DRAFT}*"):
            draft.unlink(missing_ok=True)
