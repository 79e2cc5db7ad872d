"""The mission's folder form as one file: a zip to take away, edit and bring back."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

from orchflow.errors import UsageError
from orchflow.people.permissions import Actor
from orchflow.planning.exchange.folder import read_folder, write_folder
from orchflow.planning.exchange.report import ImportReport
from orchflow.planning.exchange.three_way import Take
from orchflow.progress import Progress, untold
from orchflow.store.engine import Store, open_store

MOST_FILES, MOST_BYTES = 20_000, 100 * 1024 * 1024


def folder_zip(store: Store, actor: Actor) -> bytes:
    """The whole plan as folders, packed."""
    with tempfile.TemporaryDirectory(prefix="orchflow-") as place:
        folder = Path(place) / "plan"
        write_folder(store, actor, folder)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(path for path in folder.rglob("*") if path.is_file()):
                archive.write(file, file.relative_to(folder).as_posix())
    return packed.getvalue()


def folder_elsewhere(address: str, backups: Path, actor: Actor, progress: Progress) -> bytes:
    """`folder_zip` of the plan store at `address`, for a process of its own."""
    store = open_store(address, backups=backups)
    try:
        return folder_zip(store, actor)
    finally:
        store.dispose()


def import_zip(
    store: Store, actor: Actor, data: bytes, *, dry_run: bool, take: Take | None = None,
    request: str | None = None, progress: Progress = untold,
) -> ImportReport:  # fmt: skip
    """Bring in what was edited in such a zip. UsageError when it is none, or unpacks to more than a plan can be."""
    with tempfile.TemporaryDirectory(prefix="orchflow-") as place:
        folder = Path(place)
        try:
            _unpack(data, folder)
        except (zipfile.BadZipFile, RuntimeError, OSError, NotImplementedError) as error:
            raise UsageError(
                f"The zip cannot be read: {error}", "Pack the folder again, without a password."
            ) from None
        inner = [path.parent for path in folder.rglob(".orchflow.json")]
        report, _ = read_folder(
            store, actor, inner[0] if inner else folder,
            dry_run=dry_run, take=take, request=request, progress=progress,
        )  # fmt: skip
    return report


def _unpack(data: bytes, folder: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = archive.infolist()
        if len(files) > MOST_FILES or sum(file.file_size for file in files) > MOST_BYTES:
            raise UsageError(
                "The zip unpacks to more than a plan can be", "Pack only the folder of the plan."
            )
        for file in files:
            name = PurePosixPath(file.filename)
            if name.is_absolute() or ".." in name.parts or "\\" in file.filename:
                raise UsageError(
                    f"The zip holds a file outside of it: {file.filename[:80]}", "Pack the folder again."
                )
        archive.extractall(folder)  # no file becomes longer than it says
