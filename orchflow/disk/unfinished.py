"""Folders that appear when they are whole, and those of killed processes, which are removed."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from orchflow.disk.durable import sync, sync_folder
from orchflow.disk.file_lock import Held, locked
from orchflow.errors import NoSpace, UsageError, disk_error

SUFFIX = ".unfinished"
WRITING = ".writing"
"""The lock of whoever writes a folder; one in which nobody holds it is what a kill left."""
STARTING = 60.0
"""Seconds for which an empty folder may be that of somebody who is about to lock it."""


@contextmanager
def unfinished(target: Path) -> Iterator[Path]:
    """A folder to write into that becomes `target` at the end; what killed ones left beside it goes first.

    Nothing is left of one whose block fails. UsageError while somebody else writes it.
    """
    folder = target.with_name(target.name + SUFFIX)
    folder.parent.mkdir(parents=True, exist_ok=True)
    remove_unfinished(folder.parent)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        raise UsageError(
            f"{folder} is there: another backup into it is going on, or it is not one",
            "Wait for it, or name another folder.",
        ) from None
    try:
        with locked(folder / WRITING):
            yield folder
            sync(folder)
            if target.exists():
                target.rmdir()
            folder.rename(target)
            sync_folder(target.parent)
            (target / WRITING).unlink()
    except (Exception, KeyboardInterrupt):
        shutil.rmtree(folder, ignore_errors=True)
        raise


def set_aside(target: Path, what: str, copy: Callable[[Path], object]) -> None:
    """Have `copy` write `what` into a folder that becomes `target`; NoSpace or StoreError where it cannot be written."""
    try:
        with unfinished(target) as folder:
            copy(folder)
    except NoSpace:
        raise NoSpace(
            f"{what} could not be copied to {target} before it is migrated: the disk is full",
            "Free some space, then start again; nothing was changed.",
        ) from None
    except OSError as error:
        raise disk_error(
            error,
            f"{what} could not be copied to {target} before it is migrated",
            f"Let {target.parent} be written, then start again; nothing was changed.",
        ) from None


def remove(folder: Path) -> None:
    """Remove a folder that is whole; one that is not yet wholly removed is unfinished."""
    left = folder.with_name(folder.name + SUFFIX)
    (folder / WRITING).touch()
    folder.rename(left)
    shutil.rmtree(left, ignore_errors=True)


def remove_unfinished(folder: Path) -> None:
    """Remove what is unfinished in `folder` and whose writer was killed; others may do so at the same time."""
    for left in folder.glob(f"*{SUFFIX}"):
        with suppress(Held, OSError):
            if (left / WRITING).is_file():
                with locked(left / WRITING):
                    shutil.rmtree(left, ignore_errors=True)
            elif time.time() - left.stat().st_mtime > STARTING:
                left.rmdir()  # which refuses one that holds anything
