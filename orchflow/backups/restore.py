"""Puts a backup in the place of the workspace: all of it or nothing, also when it is killed at any point."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from orchflow.backups import journal, make
from orchflow.backups.journal import Journal, Move, place_of, restoring, staged
from orchflow.backups.manifest import DAMAGED, PLAN, WAREHOUSE, Backup, check
from orchflow.backups.restored import note_restored
from orchflow.config.settings import CONFIG_NAME, Settings
from orchflow.disk.durable import sync_file
from orchflow.errors import NoSpace, StoreError, Unavailable, WarehouseError, disk_error
from orchflow.store import backup as plan_copy
from orchflow.store import connect
from orchflow.store import restore as plan_restore
from orchflow.store.connect import Engines
from orchflow.store.failures import explained
from orchflow.warehouse import backup as warehouse_copy
from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.mirror import forget_mirror
from orchflow.workspace import holds_warehouse, open_warehouse, store_url, warehouse_path


def restore(settings: Settings, folder: Path) -> dict[str, Any]:
    """Put the backup in `folder` in place; what was there before is kept as a backup in the home folder's `backups/`.

    It may also be the copy of one store that a migration set aside, and may have been made on the other engine. Not an
    operation of the running server: it needs the workspace for itself. The backup is read from end to end first; an error
    leaves everything as it was.
    """
    backup = check(folder)
    warehouse = warehouse_path(settings)
    if Warehouse.is_open(warehouse):
        raise WarehouseError(f"The warehouse {warehouse} is open", "Stop the server, then restore.")
    url = store_url(settings)
    engines = connect.engines(url)
    try:
        with restoring(settings.home, url) as work:
            _refuse_what_cannot_be(settings, engines, backup)
            moves = _lay_ready(settings, engines, backup, work)
            kept = _keep(settings, engines, journal.kept_in(work))
            mark = uuid4().hex if backup.plan and engines.file is None else None
            journal.write(work, Journal(place=place_of(url), mark=mark, moves=moves))
            if backup.plan is not None and mark is not None:
                plan_restore.fill(engines, backup.plan / plan_copy.COPY, mark)
    except OSError as error:
        raise disk_error(
            error, f"{folder} could not be restored", "Check the permissions of the data directory."
        ) from None
    finally:
        engines.dispose()
    note_restored(settings.home, backup)
    own = settings.home / CONFIG_NAME
    return {
        "folder": str(folder),
        "made_at": backup.made_at,
        "kept": str(kept) if kept else None,
        "damaged": sorted(file.name for file in (kept / DAMAGED).glob("*")) if kept else [],
        "settings": str(own) if own in {move.target for move in moves} else None,
        "secrets_left_out": backup.manifest.secrets_left_out if backup.manifest else [],
    }


def _refuse_what_cannot_be(settings: Settings, engines: Engines, backup: Backup) -> None:
    if engines.file is None:
        with explained(), engines.migrator.connect() as connection:
            plan_restore.refuse_another_programs(connection)
    own = (warehouse_path(settings), *([engines.file] if engines.file else []))
    needed = sum(
        file.stat().st_size for file in (*backup.folder.rglob("*"), *own) if file.is_file()
    )  # what is laid ready, and the backup of what is there
    free = shutil.disk_usage(settings.home).free
    if free < needed:
        raise NoSpace(
            f"The disk of {settings.home} has {free / 1e6:,.0f} MB free and {needed / 1e6:,.0f} MB are needed",
            "Free some space, then restore.",
        )


def _lay_ready(settings: Settings, engines: Engines, backup: Backup, work: Path) -> list[Move]:
    """Copy everything to where it takes its place in one step each; returns these steps."""
    moves = _lay_warehouse(settings, backup, work)
    if backup.plan is not None and engines.file is not None:
        engines.file.parent.mkdir(parents=True, exist_ok=True)
        moves.append(_lay(backup.plan / plan_copy.COPY, staged(engines.file), engines.file))
    for name in backup.files:
        target = settings.home / name
        if not target.is_file() or (name.parts[0] == "uploads" and not make.is_content(target)):
            moves.append(_lay(backup.folder / name, work / name, target))
    own = settings.home / CONFIG_NAME
    if backup.manifest and backup.manifest.settings and settings.config_file is None and not own.exists():
        moves.append(_lay(backup.folder / CONFIG_NAME, work / CONFIG_NAME, own))
    return moves


def _lay_warehouse(settings: Settings, backup: Backup, work: Path) -> list[Move]:
    """The warehouse in this version's form and this workspace's zone; people and plan in it are mirrored anew."""
    target = warehouse_path(settings)
    if backup.warehouse is None:
        if holds_warehouse(settings):
            with closing(open_warehouse(settings)) as present:
                forget_mirror(present)
        return []
    move = _lay(backup.warehouse / warehouse_copy.NAME, work / warehouse_copy.NAME, target)
    with closing(open_warehouse(settings, move.source)) as ready:
        forget_mirror(ready)
        ready.checkpoint()
    sync_file(move.source)
    return [move]


def _lay(copy: Path, ready: Path, target: Path) -> Move:
    ready.parent.mkdir(parents=True, exist_ok=True)
    ready.unlink(missing_ok=True)
    with (
        os.fdopen(os.open(ready, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as new,
        copy.open("rb") as old,
    ):
        shutil.copyfileobj(old, new, 1 << 20)
    sync_file(ready)
    return Move(source=ready, target=target)


def _keep(settings: Settings, engines: Engines, kept: Path) -> Path | None:
    """Make a backup of what is there; of a store that is damaged it has the files. None where there is nothing."""
    warehouse = warehouse_path(settings)
    parts: dict[str, Callable[[Path], object]] = {}
    if _holds_plan(engines):
        parts[PLAN] = partial(_copy_or_files, partial(plan_copy.backup, engines), engines.file)
    if holds_warehouse(settings):
        parts[WAREHOUSE] = partial(_copy_or_files, partial(warehouse_copy.copy_closed, warehouse), warehouse)
    if not parts:
        return None
    make.write(settings, kept, parts)
    return kept


def _holds_plan(engines: Engines) -> bool:
    try:
        return plan_restore.holds_anything(engines)
    except StoreError as error:
        if engines.file is None or isinstance(error, Unavailable):
            raise
        return True


def _copy_or_files(copy: Callable[[Path], object], database: Path | None, folder: Path) -> None:
    """Copy a store into `folder`; where that cannot be, for it is damaged, its files as they are beside it."""
    try:
        with explained():
            copy(folder)
    except (StoreError, WarehouseError) as error:
        if database is None or isinstance(error, NoSpace | Unavailable):
            raise
        shutil.rmtree(folder, ignore_errors=True)
        files = folder.with_name(DAMAGED)
        files.mkdir(exist_ok=True)
        for file in database.parent.glob(f"{database.name}*"):
            if file.is_file():
                shutil.copyfile(file, files / file.name)
