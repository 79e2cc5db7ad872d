"""Files and names that are on the disk, and not only on their way there, before something relies on them."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import mkstemp


def sync(folder: Path) -> None:
    """Have everything in `folder` on the disk before it gets its name."""
    for path in (*folder.rglob("*"), folder):
        if path.is_dir():
            sync_folder(path)
        else:
            sync_file(path)


def sync_file(file: Path) -> None:
    """Have the content of `file` on the disk."""
    with file.open("rb") as content:
        os.fsync(content.fileno())


def sync_folder(folder: Path) -> None:
    """Have the names in `folder` on the disk."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows opens no folders
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace_file(file: Path, text: str, *, mode: int) -> None:
    """Put `text` in the place of a file in one step: whoever reads it meets the old text or the new one, whole.

    Nobody but `mode` says may read it, not even for a moment. OSError where it cannot be written; the old one is left then.
    """
    target = file.resolve()
    handle, draft = mkstemp(dir=target.parent, prefix=f".{target.name}-")  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        os.chmod(draft, mode)
        os.replace(draft, target)
    except BaseException:
        os.unlink(draft)
        raise
    sync_folder(target.parent)
