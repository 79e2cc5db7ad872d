"""Files and names that are on the disk, and not only on their way there, before something relies on them."""

from __future__ import annotations

import os
from pathlib import Path


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
