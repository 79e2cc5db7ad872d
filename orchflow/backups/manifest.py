"""What a backup says about itself, and whether that is true: read from end to end before anything relies on it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from pydantic import BaseModel, Field, ValidationError

from orchflow.errors import StoreError, UsageError
from orchflow.store import backup as plan_copy
from orchflow.warehouse import backup as warehouse_copy

MANIFEST = "orchflow-backup.json"
PLAN, WAREHOUSE, FOLDERS = "plan", "warehouse", ("uploads", "drafts")
"""The folders of a backup: the two stores, and those of the home folder that hold what people attached or left unsaved."""
FORM = 2
_ANOTHER = "Choose another backup."


class FileMark(BaseModel):
    """By what a file is known again."""

    bytes: int
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Manifest(BaseModel):
    """What a backup holds: `files` are all of them but the manifest, by their path in its folder.

    `settings` is the copy of the settings file, `secrets_left_out` where secrets stood in it, `attachments_lost` the
    content of attachments that were missing or damaged already when the backup was made. Backups of the first versions
    (`form` 1) list no files.
    """

    product: Literal["orchestrator-flow"]
    form: int = 1
    version: str
    made_at: str
    settings: str | None = None
    secrets_left_out: list[str] = []
    attachments_lost: list[str] = []
    files: dict[str, FileMark] = {}


@dataclass(frozen=True)
class Backup:
    """A folder that was found whole: a backup of everything, or the copy of one store that a migration set aside.

    `plan` and `warehouse` are the folders of the copies of the stores, where it holds them.
    """

    folder: Path
    made_at: str
    plan: Path | None = None
    warehouse: Path | None = None
    manifest: Manifest | None = None


def check(folder: Path) -> Backup:
    """Read a backup from end to end: its manifest, every file, both stores.

    UsageError where there is none, StoreError or WarehouseError with the file that is damaged or missing,
    NewerDatabase when a newer version wrote it.
    """
    if not (folder / MANIFEST).exists():
        return _copy_of_a_store(folder)
    manifest = read_manifest(folder)
    for name, mark in manifest.files.items():
        _check_file(folder, name, mark)
    stores = {part: folder / part for part in (PLAN, WAREHOUSE) if (folder / part).is_dir()}
    _check_stores(folder, stores.get(PLAN), stores.get(WAREHOUSE))
    return Backup(folder, manifest.made_at, stores.get(PLAN), stores.get(WAREHOUSE), manifest)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a backup; UsageError when it is missing, damaged, of another product or of a newer version."""
    file = folder / MANIFEST
    try:
        manifest = Manifest.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        reason = "cannot be read" if isinstance(error, OSError) else "is damaged, or of another product"
        raise UsageError(
            f"{folder} is not a backup of Orchestrator Flow: its {MANIFEST} {reason}", _ANOTHER
        ) from None
    if manifest.form > FORM:
        raise UsageError(
            f"{folder} was written by a newer version of Orchestrator Flow ({manifest.version})",
            "Install that version or a later one. Nothing was changed.",
        )
    return manifest


def mark_of(file: Path) -> FileMark:
    """By what `file` is known again."""
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return FileMark(bytes=file.stat().st_size, sha256=digest)


def _copy_of_a_store(folder: Path) -> Backup:
    plan = folder if (folder / plan_copy.MANIFEST).exists() else None
    warehouse = folder if (folder / warehouse_copy.MANIFEST).exists() else None
    if plan is None and warehouse is None:
        why = "it does not exist" if not folder.exists() else f"it has no {MANIFEST}"
        raise UsageError(
            f"{folder} is not a backup of Orchestrator Flow: {why}",
            "Name a folder that `orchflow backup` has written, or one of those in backups/.",
        )
    made_at = _check_stores(folder, plan, warehouse)
    return Backup(folder, made_at, plan, warehouse)


def _check_stores(folder: Path, plan: Path | None, warehouse: Path | None) -> str:
    """When the copies of the stores were made; an error where one is damaged."""
    if plan is None and warehouse is None:
        raise UsageError(f"{folder} holds no copy of a store", _ANOTHER)
    made_at = ""
    if warehouse is not None:
        made_at = warehouse_copy.check(warehouse).made_at
    if plan is not None:
        made_at = plan_copy.check(plan).made_at
    return made_at


def _check_file(folder: Path, name: str, mark: FileMark) -> None:
    path = PurePosixPath(name)
    file = folder / path
    if path.is_absolute() or ".." in path.parts or not file.resolve().is_relative_to(folder.resolve()):
        raise UsageError(f"{folder / MANIFEST} names a file outside of the backup: {name!r}", _ANOTHER)
    if not file.is_file():
        raise StoreError(f"The backup is not whole: {file} is missing", _ANOTHER)
    try:
        same = file.stat().st_size == mark.bytes and mark_of(file) == mark
    except OSError as error:
        raise StoreError(f"{file} cannot be read: {error.strerror or error}", _ANOTHER) from None
    if not same:
        raise StoreError(f"The backup is damaged: {file} is not what was written", _ANOTHER)
