"""Copies the whole workspace, while it is in use, into a folder that appears when it was found whole."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
import yaml

from orchflow import __version__, clock
from orchflow.backups.known import remember
from orchflow.backups.manifest import (
    FOLDERS,
    FORM,
    MANIFEST,
    PLAN,
    WAREHOUSE,
    Manifest,
    check_written,
    mark_of,
)
from orchflow.backups.settings_copy import WithoutSecrets, without_secrets
from orchflow.config.settings import CONFIG_NAME, Settings
from orchflow.disk.unfinished import WRITING, unfinished
from orchflow.encoding import encode, to_text
from orchflow.errors import NoSpace, OrchflowError, UsageError, disk_error
from orchflow.store import backup as plan_copy

if TYPE_CHECKING:
    from orchflow.workspace import Workspace

DRAFT = "part-"
"""How files begin that are being written in the home folder's folders."""


def back_up(ws: Workspace, target: Path) -> dict[str, Any]:
    """Copy everything of the workspace into the new folder `target`, and open what was written to see that it is whole.

    Returns what the manifest says, the size in bytes and how many files people had attached.
    """
    parts = {PLAN: ws.store.backup, WAREHOUSE: ws.warehouse.backup}
    manifest = write(ws.settings, target, parts)
    remember(ws.settings.home, target, datetime.fromisoformat(manifest.made_at))
    size = sum(mark.bytes for mark in manifest.files.values())
    attached = sum(name.startswith("uploads/") for name in manifest.files)
    told = manifest.model_dump(exclude={"files", "form"})
    return {"bytes": size, "attachments": attached, **told}


def write(settings: Settings, target: Path, parts: Mapping[str, Callable[[Path], object]]) -> Manifest:
    """Write a backup of the stores that `parts` copy (by the folder they copy into) and of the home folder's files.

    UsageError when there is something at `target`; nothing is left of a backup that fails.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"{target} is already there and not empty", "Name a folder that does not exist yet.")
    try:
        with unfinished(target) as folder:
            for part, copy in parts.items():
                copy(folder / part)
            lost = _copy_files(settings.home, folder)
            kept = _copy_settings(settings, folder)
            manifest = Manifest(
                product="orchestrator-flow",
                form=FORM,
                version=__version__,
                made_at=encode(clock.now()),
                settings=CONFIG_NAME if kept else None,
                secrets_left_out=list(kept.left_out) if kept else [],
                attachments_lost=lost,
                files={name: mark_of(folder / name) for name in _names(folder)},
            )
            text = to_text(manifest.model_dump(), indent=2) + "\n"
            (folder / MANIFEST).write_text(text, encoding="utf-8")
            check_written(folder)
    except NoSpace:  # said of the store that was copied; it is the copy that has no room
        raise NoSpace(
            f"The backup to {target} could not be written: the disk is full", "Free some space."
        ) from None
    except OSError as error:
        raise disk_error(
            error, f"The backup to {target} could not be written", "Name another folder."
        ) from None
    return manifest


def _copy_files(home: Path, folder: Path) -> list[str]:
    """Copy what people attached and left unsaved; returns the attachments of the plan whose content is not there."""
    files = (file for name in FOLDERS for file in (home / name).rglob("*"))
    for file in files:
        if not file.is_file() or file.name.startswith(DRAFT):
            continue
        copy = folder / file.relative_to(home)
        copy.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):  # a draft was saved or thrown away in the meantime
            shutil.copyfile(file, copy)
    wanted = _attached(folder / PLAN / plan_copy.COPY)
    return sorted(sha256 for sha256 in wanted if not is_content(folder / "uploads" / sha256[:2] / sha256))


def is_content(file: Path) -> bool:
    """Whether a file is what was attached: its name is the hash of its bytes."""
    return file.is_file() and plan_copy.checksum(file) == file.name


def _attached(copy: Path) -> set[str]:
    """The hashes of everything that is attached to the plan; the copy may be older than attachments are."""
    if not copy.is_file():
        return set()
    with closing(plan_copy.reading(copy)) as connection:
        if not sa.inspect(connection).has_table("attachment"):
            return set()
        return set(connection.scalars(sa.select(sa.column("sha256")).select_from(sa.table("attachment"))))


def _copy_settings(settings: Settings, folder: Path) -> WithoutSecrets | None:
    if settings.config_file is None:
        return None
    try:
        kept = without_secrets(settings.config_file.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise OrchflowError(
            f"{settings.config_file} is no YAML any more, so it cannot be told what in it is secret: {error}",
            "Correct the settings file, then make the backup again.",
        ) from None
    (folder / CONFIG_NAME).write_text(kept.text, encoding="utf-8")
    return kept


def _names(folder: Path) -> list[str]:
    return sorted(
        file.relative_to(folder).as_posix()
        for file in folder.rglob("*")
        if file.is_file() and file.name != WRITING
    )
