"""Copy the plan store while it is in use, into a form that either engine can be restored from, and check copies."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from pydantic import BaseModel, Field, ValidationError

from orchflow import clock
from orchflow.encoding import to_text
from orchflow.errors import StoreError, disk_error
from orchflow.store import connect, schema, transfer
from orchflow.store.connect import Engines
from orchflow.store.failures import explained

MANIFEST = "plan-store.json"
COPY = "plan.sqlite"


class PlanCopy(BaseModel):
    """What a copy says about itself: the engine it was made of, its revision, its rows by table, its checksum.

    A copy of the first versions has neither rows nor checksum.
    """

    kind: str
    revision: str
    made_at: str
    rows: dict[str, int] | None = None
    sha256: str | None = Field(None, pattern=r"^[0-9a-f]{64}$")


def backup(engines: Engines, folder: Path) -> Path:
    """Copy the store into `folder` as of one instant; returns the manifest.

    The copy is one SQLite file, whichever engine it was made of. The manifest is written last: a folder that has one is
    complete. StoreError when the folder cannot be written.
    """
    draft = folder / f"{COPY}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MANIFEST).unlink(missing_ok=True)
        draft.unlink(missing_ok=True)
        try:
            if engines.file is not None:
                _copy_sqlite(engines.file, draft)
            else:
                _copy_postgresql(engines, draft)
            revision, rows = look(draft)
            manifest = PlanCopy(
                kind=engines.kind,
                revision=revision or "",
                made_at=clock.now().isoformat(),
                rows=rows,
                sha256=checksum(draft),
            )
            draft.replace(folder / COPY)
        finally:
            draft.unlink(missing_ok=True)
        written = folder / f"{MANIFEST}.part"
        written.write_text(to_text(manifest.model_dump(), indent=2) + "\n", encoding="utf-8")
        return written.replace(folder / MANIFEST)
    except OSError as error:
        raise disk_error(
            error, f"The plan store cannot be copied to {folder}", "Choose a folder that can be written."
        ) from None


def check(folder: Path) -> PlanCopy:
    """Read the copy in `folder` from end to end: what it says about itself, which is then true.

    StoreError when there is none, it is damaged or not whole; NewerDatabase when this version does not know its form.
    """
    manifest = _read_manifest(folder)
    copy = folder / COPY
    another = "Choose another backup."
    if manifest.kind == "postgresql" and manifest.sha256 is None:
        raise StoreError(
            f"{folder} was written by an earlier version, in a form that this one does not read",
            "Restore it with the version that wrote it, and make a new backup.",
        )
    if not copy.is_file():
        raise StoreError(f"{copy} is missing", "Choose a complete backup.")
    if not manifest.revision:
        raise StoreError(f"The copy in {folder} is empty", another)
    schema.refuse_newer(manifest.revision, f"The copy in {folder}")
    try:
        if manifest.sha256 not in (None, checksum(copy)):
            raise StoreError(f"{copy} is damaged: it is not what was written", another)
        revision, rows = look(copy)
    except OSError as error:
        raise StoreError(f"{copy} cannot be read: {error.strerror or error}", another) from None
    if revision != manifest.revision or manifest.rows not in (None, rows):
        raise StoreError(f"{copy} is not what {MANIFEST} says about it", another)
    return manifest


def look(copy: Path) -> tuple[str | None, dict[str, int]]:
    """The revision of a SQLite file and its rows by table, after its pages and references were checked."""
    damaged = f"{copy} is damaged"
    try:
        with closing(sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as opened:
            verdict = opened.execute("pragma quick_check").fetchone()[0]
            if verdict != "ok":
                raise StoreError(f"{damaged}: {verdict}", "Choose another backup.")
            if opened.execute("pragma foreign_key_check").fetchone():
                raise StoreError(
                    f"{damaged}: rows refer to rows that are not there", "Choose another backup."
                )
    except sqlite3.Error as error:
        raise StoreError(f"{damaged}: {error}", "Choose another backup.") from None
    with reading(copy) as connection, explained():
        return schema.revision(connection), transfer.row_counts(connection)


def reading(copy: Path) -> sa.Connection:
    """A connection to a copy that nobody changes; nothing is written beside it. Close it."""
    address = f"sqlite:///{copy.absolute().as_uri()}?mode=ro&immutable=1&uri=true"
    return sa.create_engine(address, poolclass=sa.pool.NullPool).connect()


def checksum(file: Path) -> str:
    """The SHA-256 of a file's bytes."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _read_manifest(folder: Path) -> PlanCopy:
    try:
        return PlanCopy.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError):
        raise StoreError(
            f"{folder} holds no complete copy of a plan store",
            f"Choose a folder that a backup has written; it has a {MANIFEST}.",
        ) from None


def _copy_sqlite(source: Path, copy: Path) -> None:
    os.close(os.open(copy, os.O_WRONLY | os.O_CREAT, 0o600))
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(copy)) as target:
        live.backup(target)
        target.execute("pragma journal_mode = delete").close()  # one file, nothing beside it


def _copy_postgresql(engines: Engines, copy: Path) -> None:
    """Make the tables in their present form in a SQLite file and fill them."""
    made = connect.engines(f"sqlite:///{copy}")
    made.make_file()
    try:
        with engines.reader.connect() as source, made.migrator.begin() as target:
            revision = schema.revision(source)
            if revision is not None:
                schema.upgrade(target, revision)
                transfer.transfer(source, target)
    finally:
        made.dispose()
    with closing(sqlite3.connect(copy)) as target:
        target.execute("pragma journal_mode = delete").close()
