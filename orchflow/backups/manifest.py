"""What a backup says about itself, and whether that is true: read from end to end before anything relies on it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, Field, model_validator

from orchflow.errors import StoreError, UsageError
from orchflow.store import backup as plan_copy
from orchflow.warehouse import backup as warehouse_copy

MANIFEST = "orchflow-backup.json"
PLAN, WAREHOUSE, FOLDERS = "plan", "warehouse", ("uploads", "drafts")
"""The folders of a backup: the two stores, and those of the home folder that hold what people attached or left unsaved."""
DAMAGED = "damaged"
"""The folder with the files of stores of which a restore could make no copy before it replaced them."""
FORM = 2
LONGEST = 200 << 20
"""Bytes beyond which nothing is a manifest; one of a million files has less."""
_ANOTHER = "Choose another backup."


class FileMark(BaseModel):
    """By what a file is known again."""

    bytes: int
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Heading(BaseModel):
    """What the manifests of every version say, also of those that are yet to come."""

    product: Literal["orchestrator-flow"]
    form: int = Field(1, ge=1)
    version: str


def _instant(text: str) -> str:
    if datetime.fromisoformat(text).tzinfo is None:
        raise ValueError("it has no zone")
    return text


class Manifest(Heading, extra="forbid"):
    """What a backup holds: `files` are all of them but the manifest, by their path in its folder.

    `settings` is the copy of the settings file, `secrets_left_out` where secrets stood in it, `attachments_lost` the
    content of attachments that were missing or damaged already when the backup was made. Backups of the first versions
    (`form` 1) list no files.
    """

    made_at: Annotated[str, AfterValidator(_instant)]
    settings: str | None = None
    secrets_left_out: list[str] = []
    attachments_lost: list[str] = []
    files: dict[str, FileMark] = {}

    @model_validator(mode="after")
    def _lists_its_files(self) -> Self:
        if self.form > 1 and not self.files:
            raise ValueError("it lists no files")
        return self


@dataclass(frozen=True)
class Backup:
    """A folder that was found whole: a backup of everything, or the copy of one store that a migration set aside.

    `plan` and `warehouse` are the folders of the copies of the stores, where it holds them, `files` the paths in it of what
    people attached or left unsaved.
    """

    folder: Path
    made_at: str
    plan: Path | None = None
    warehouse: Path | None = None
    manifest: Manifest | None = None
    files: tuple[PurePosixPath, ...] = ()


def check(folder: Path) -> Backup:
    """Read a backup from end to end: its manifest, every file, both stores.

    UsageError where there is none, StoreError or WarehouseError with the file that is damaged or missing,
    NewerDatabase when a newer version wrote it.
    """
    if not (folder / MANIFEST).exists():
        return _copy_of_a_store(folder)
    backup = check_written(folder)
    if backup.plan is None and backup.warehouse is None:
        raise UsageError(f"{folder} holds no copy of a store, only the files of damaged ones", _ANOTHER)
    return backup


def check_written(folder: Path) -> Backup:
    """`check` of what has a manifest, also where it has nothing but the files of damaged stores."""
    manifest = read_manifest(folder)
    for name, mark in manifest.files.items():
        _check_file(folder, name, mark)
    stores = {part: folder / part for part in (PLAN, WAREHOUSE) if (folder / part).is_dir()}
    _check_stores(stores.get(PLAN), stores.get(WAREHOUSE))
    files = tuple(path for path in map(PurePosixPath, manifest.files) if path.parts[0] in FOLDERS)
    return Backup(folder, manifest.made_at, stores.get(PLAN), stores.get(WAREHOUSE), manifest, files)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a backup; UsageError when it is missing, damaged, of another product or of a newer version."""
    file = folder / MANIFEST
    try:
        if file.stat().st_size > LONGEST:
            raise ValueError("it is too long")
        content = file.read_bytes()
        heading = Heading.model_validate_json(content)
        if heading.form <= FORM:
            return Manifest.model_validate_json(content)
    except (OSError, ValueError) as error:
        reason = "cannot be read" if isinstance(error, OSError) else "is damaged, or of another product"
        raise UsageError(
            f"{folder} is not a backup of Orchestrator Flow: its {MANIFEST} {reason}", _ANOTHER
        ) from None
    raise UsageError(
        f"{folder} was written by a newer version of Orchestrator Flow ({heading.version})",
        "Install that version or a later one. Nothing was changed.",
    )


def mark_of(file: Path) -> FileMark:
    """By what `file` is known again."""
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return FileMark(bytes=file.stat().st_size, sha256=digest)


def _copy_of_a_store(folder: Path) -> Backup:
    plan = folder if (folder / plan_copy.MANIFEST).exists() else None
    warehouse = folder if (folder / warehouse_copy.MANIFEST).exists() else None
    if plan is None and warehouse is None:
        why = f"it has no {MANIFEST}" if folder.is_dir() else "it is no folder"
        why = why if folder.exists() else "it does not exist"
        raise UsageError(
            f"{folder} is not a backup of Orchestrator Flow: {why}",
            "Name a folder that `orchflow backup` has written, or one of those in backups/.",
        )
    made_at = _check_stores(plan, warehouse)
    return Backup(folder, made_at, plan, warehouse)


def _check_stores(plan: Path | None, warehouse: Path | None) -> str:
    """When the copies of the stores were made; an error where one is damaged."""
    made_at = ""
    if warehouse is not None:
        made_at = warehouse_copy.check(warehouse).made_at
    if plan is not None:
        made_at = plan_copy.check(plan).made_at
    return made_at


def _check_file(folder: Path, name: str, mark: FileMark) -> None:
    path = PurePosixPath(name)
    file = folder / path
    try:
        inside = file.resolve().is_relative_to(folder.resolve())
        if path.is_absolute() or ".." in path.parts or not path.parts or not inside:
            raise ValueError("outside")
        there = file.is_file()
    except (ValueError, RuntimeError, OSError):  # also what is no name of a file, and links in a ring
        named = f"{folder / MANIFEST} names a file outside of the backup: {name[:80]!r}"
        raise UsageError(named, _ANOTHER) from None
    try:
        same = there and file.stat().st_size == mark.bytes and mark_of(file) == mark
    except OSError as error:
        raise StoreError(f"{file} cannot be read: {error.strerror or error}", _ANOTHER) from None
    if not there:
        raise StoreError(f"The backup is not whole: {file} is missing", _ANOTHER)
    if not same:
        raise StoreError(f"The backup is damaged: {file} is not what was written", _ANOTHER)
