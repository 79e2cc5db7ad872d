"""A workspace as files: both stores copied while they are in use, and put back while nobody uses them."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

from orchflow import __version__, clock
from orchflow.config import Settings
from orchflow.encoding import encode, to_text
from orchflow.errors import OrchflowError, UsageError
from orchflow.store.engine import restore_store
from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.mirror import forget_mirror
from orchflow.workspace import Workspace, open_warehouse, store_url, warehouse_path

MANIFEST = "orchflow-backup.json"


def back_up(ws: Workspace, target: Path) -> dict[str, Any]:
    """Copy both stores, while they are in use, into the new folder `target`; what its manifest says, and its size."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"{target} is already there and not empty", "Name a folder that does not exist yet.")
    unfinished = target.with_name(target.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        unfinished.mkdir(parents=True)
        ws.store.backup(unfinished / "plan")
        ws.warehouse.backup(unfinished / "warehouse")
        manifest = {
            "product": "orchestrator-flow",
            "version": __version__,
            "made_at": encode(clock.now()),
        }
        (unfinished / MANIFEST).write_text(to_text(manifest, indent=2), encoding="utf-8")
        if target.exists():
            target.rmdir()
        unfinished.rename(target)
    except OSError as error:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise OrchflowError(
            f"The backup to {target} could not be written: {error.strerror}",
            "Free space or name another folder.",
        ) from None
    size = sum(file.stat().st_size for file in target.rglob("*") if file.is_file())
    return {"bytes": size, **manifest}


def restore(settings: Settings, folder: Path) -> dict[str, Any]:
    """Put the stores of a backup in place; what was there before is kept in `backups/`.

    Not an operation of the running server: it needs the stores for itself. Both are restored or neither.
    """
    manifest_file = folder / MANIFEST
    if not manifest_file.is_file():
        raise UsageError(
            f"{folder} is not a backup of Orchestrator Flow", f"Name a folder that holds {MANIFEST}."
        )
    manifest = json.loads(manifest_file.read_text(encoding="utf-8"))
    warehouse = warehouse_path(settings)
    kept = settings.home / "backups" / f"before-restore-{clock.now():%Y%m%dT%H%M%SZ}"
    had_one = warehouse.exists()
    if had_one:
        with closing(open_warehouse(settings)) as present:
            present.backup(kept / "warehouse")
    Warehouse.restore(warehouse, folder / "warehouse")
    try:
        restore_store(store_url(settings), folder / "plan", kept=kept)
    except OrchflowError:
        if had_one:
            Warehouse.restore(warehouse, kept / "warehouse")
        else:
            warehouse.unlink(missing_ok=True)
        raise
    with closing(open_warehouse(settings)) as restored:
        forget_mirror(restored)
    return {"folder": str(folder), "made_at": manifest["made_at"], "kept": str(kept)}
