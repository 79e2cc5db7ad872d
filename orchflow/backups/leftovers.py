"""What says that a home folder is in use, and what a process that was killed has left in it."""

from __future__ import annotations

import shutil
from pathlib import Path

from orchflow.backups import known
from orchflow.backups.make import DRAFT, remove_unfinished
from orchflow.backups.manifest import FOLDERS
from orchflow.warehouse.backup import NEARBY
from orchflow.warehouse.database import Warehouse


def signs_of_use(home: Path, warehouse: Warehouse) -> str:
    """What only a workspace has that had a plan store; empty for a new one."""
    signs = []
    if topics := sorted(warehouse.versions()):
        signs.append(f"data in the warehouse ({', '.join(topics)})")
    if any((home / "uploads").glob("*/*")):
        signs.append("attached files")
    return " and ".join(signs)


def remove_leftovers(home: Path) -> None:
    """Remove what killed processes have left half made. For the process that owns the warehouse: then nobody else works here."""
    remove_unfinished(home / known.FOLDER)
    for nearby in home.glob(f"{NEARBY}*"):
        shutil.rmtree(nearby, ignore_errors=True)
    for name in FOLDERS:
        for draft in (home / name).glob(f"{DRAFT}*"):
            draft.unlink(missing_ok=True)
