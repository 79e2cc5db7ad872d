"""Files that hang on rows of the plan. The bytes are kept once per content, under their SHA-256, in home/uploads."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.orm import Session

from orchflow.errors import Forbidden, Invalid, NotFound, Problem, disk_error
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.tables import Attachment, ChecklistItem, Task
from orchflow.planning.work.own_items import OwnItems
from orchflow.planning.work.rows import AttachmentRow
from orchflow.planning.work.rules import anchor, hold
from orchflow.planning.work.tasks import TASKS
from orchflow.store.engine import Store
from orchflow.store.entity import Entity
from orchflow.store.request import new_request
from orchflow.store.rows import read_row, row_of

LARGEST = 25 * 2**20
"""Bytes of a file."""
_CONTENT_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,40}/[a-z0-9][a-z0-9.+-]{0,50}")
_BLOCK = 1 << 20


ATTACHMENTS = Entity(
    Attachment,
    AttachmentRow,
    "Files that hang on rows of the plan.",
    view=Permission.PLAN_VIEW,
    edit=Permission.PLAN_EDIT,
)
list_attachments, delete_attachment = ATTACHMENTS.list, ATTACHMENTS.delete
"""A deleted file's bytes stay, so that `undo` can bring it back."""


def add_attachment(
    store: Store,
    home: Path,
    actor: Actor,
    entity: str,
    entity_id: int,
    *,
    filename: str,
    content: bytes | BinaryIO,
    content_type: str = "application/octet-stream",
    request: str | None = None,
) -> AttachmentRow:
    """Keep a file and hang it on a row. Members may do so on tasks and items of their own, managers anywhere.

    Invalid when it is empty or larger than LARGEST; nothing of it is then kept.
    """
    actor.require(Permission.PLAN_EDIT_OWN)
    anchor(entity)
    kind = content_type.strip().lower()
    sha256, size = _keep(home, content)  # slow, so before the transaction
    with store.unit(actor, request or new_request()) as session:
        hold(session, entity, entity_id)
        if not actor.may(Permission.PLAN_EDIT) and not _is_own(session, actor, entity, entity_id):
            raise Forbidden("Members attach files to tasks and items of their own", "Ask a manager.")
        attachment = Attachment(
            entity=entity,
            entity_id=entity_id,
            filename=safe_name(filename),
            content_type=kind if _CONTENT_TYPE.fullmatch(kind) else "application/octet-stream",
            size=size,
            sha256=sha256,
        )
        session.add(attachment)
        session.flush()
        return row_of(AttachmentRow, attachment)


def _is_own(session: Session, actor: Actor, entity: str, entity_id: int) -> bool:
    row = session.get_one(anchor(entity), entity_id)
    if isinstance(row, ChecklistItem):
        return OwnItems(session, actor).has(row)
    return isinstance(row, Task) and TASKS.owned_by(row, actor)


def read_attachment(store: Store, home: Path, actor: Actor, attachment_id: int) -> tuple[AttachmentRow, Path]:
    """A file's description and where its bytes are. Hand it out as a download, never to be shown by a browser."""
    actor.require(Permission.PLAN_VIEW)
    with store.read(actor) as session:
        row = read_row(session, AttachmentRow, Attachment, attachment_id)
    path = content_path(home, row.sha256)
    if not path.is_file():
        raise NotFound(f"The content of {row.filename!r} is missing", "Restore the uploads from a backup.")
    return row, path


def safe_name(filename: str) -> str:
    """The last part of a path, without what any file system or header could take for something else."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", filename))[-1]
    kept = "".join(c for c in last if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*')
    kept = " ".join(kept.split()).strip(". ")
    stem, dot, suffix = kept.rpartition(".")
    if len(kept) > 200:
        kept = f"{stem[: 199 - len(suffix)]}.{suffix}" if dot and len(suffix) <= 20 else kept[:200]
    return kept or "file"


def content_path(home: Path, sha256: str) -> Path:
    """Where the bytes with this hash are kept."""
    return home / "uploads" / sha256[:2] / sha256


def _keep(home: Path, content: bytes | BinaryIO) -> tuple[str, int]:
    """Write the bytes under their hash, whole or not at all; returns hash and size."""
    uploads = home / "uploads"
    digest, size = hashlib.sha256(), 0
    draft: Path | None = None
    try:
        uploads.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=uploads, prefix="part-")
        draft = Path(name)
        with os.fdopen(handle, "wb") as out:
            for block in _blocks(content):
                size += len(block)
                if size > LARGEST:
                    too_large = Problem(None, "file", f"is larger than {LARGEST // 2**20} MB")
                    raise Invalid([too_large], "Link to it instead.")
                digest.update(block)
                out.write(block)
            out.flush()
            os.fsync(out.fileno())
        if not size:
            raise Invalid([Problem(None, "file", "is empty")])
        path = content_path(home, digest.hexdigest())
        path.parent.mkdir(exist_ok=True, mode=0o700)
        draft.replace(path)
    except OSError as error:
        raise disk_error(
            error, f"The file cannot be kept in {uploads}", "Check the permissions of the data directory."
        ) from None
    finally:
        if draft is not None:
            draft.unlink(missing_ok=True)
    return digest.hexdigest(), size


def _blocks(content: bytes | BinaryIO) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    while block := content.read(_BLOCK):
        yield block
