"""The data of a workspace is for the user alone that runs it: in folders of mode 0700, files of mode 0600."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from orchflow.errors import StoreError
from orchflow.paths import app_root

FOLDER_MODE = 0o700
OTHERS = 0o077
"""The rights of everybody but the owner."""
_SYSTEM = frozenset(
    [
        "bin",
        "boot",
        "dev",
        "etc",
        "home",
        "lib",
        "media",
        "mnt",
        "opt",
        "proc",
        "root",
        "run",
        "sbin",
        "srv",
        "sys",
        "tmp",
        "usr",
        "var",
    ]
)


def keep_private() -> None:
    """Whatever this process and those that it starts make from now on is for their user alone."""
    os.umask(OTHERS)


def take_back(folder: Path) -> None:
    """Take the rights of others away from `folder` and from everything in it; what refuses is left for `open_to_others`.

    A folder that holds more than a workspace (the program, the system, a person's home) stays as it is.
    """
    if not is_its_own(folder):
        return
    for path, mode in _open(folder):
        with suppress(OSError):
            path.chmod(mode & ~OTHERS)


def open_to_others(folder: Path) -> list[Path]:
    """What in `folder`, and whether itself, others than its owner have any right to; links are not followed."""
    return [path for path, _ in _open(folder)]


def foreign(folder: Path) -> list[Path]:
    """What in `folder`, and whether itself, belongs to another user than the one that runs this."""
    if not hasattr(os, "geteuid"):
        return []
    return [path for path, status in _everything(folder) if status.st_uid != os.geteuid()]


def is_its_own(folder: Path) -> bool:
    """Whether `folder` may be a workspace's alone: it is not one of the system's, nor around the program or people's homes."""
    if folder.parent == folder or (folder.parent.parent == folder.parent and folder.name in _SYSTEM):
        return False
    shared = folder.is_dir() and folder.stat().st_mode & stat.S_ISVTX
    around = app_root().is_relative_to(folder) or folder in Path.home().parents
    return not (shared or around)


def require_writable(home: Path, files: tuple[Path, ...]) -> None:
    """StoreError with the reason where nothing can be written in `home`, or to those of its `files` that there are."""
    for path, needed in (
        (home, os.W_OK | os.X_OK),
        *((file, os.R_OK | os.W_OK) for file in files if file.exists()),
    ):
        if not os.access(path, needed):
            what = "The data directory" if path == home else "The file"
            raise StoreError(f"{what} {path} cannot be written: {_reason(path)}", _what_to_do(home))


def _reason(path: Path) -> str:
    if hasattr(os, "statvfs") and os.statvfs(path).f_flag & os.ST_RDONLY:
        return "its disk is mounted read-only"
    owner = path.stat().st_uid
    if hasattr(os, "geteuid") and owner != os.geteuid():
        return f"it belongs to the user {owner_of(path)}, and this runs as {_name(os.geteuid())}"
    return f"its mode is {stat.S_IMODE(path.stat().st_mode):o}"


def _what_to_do(home: Path) -> str:
    return (
        f"Start it as the owner, give the data to the user that runs it (chown -R USER {home}), or set ORCHFLOW_HOME to a"
        " folder that can be written."
    )


def owner_of(path: Path) -> str:
    """The name of the user that `path` belongs to, or its number."""
    return _name(path.lstat().st_uid)


def _name(user: int) -> str:
    try:
        import pwd

        return pwd.getpwuid(user).pw_name
    except (ImportError, KeyError):
        return str(user)


def _open(folder: Path) -> Iterator[tuple[Path, int]]:
    for path, status in _everything(folder):
        mode = stat.S_IMODE(status.st_mode)
        if mode & OTHERS and os.name == "posix":
            yield path, mode


def _everything(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """The folder and all files and folders in it, by what they are themselves; others may remove some meanwhile."""
    with suppress(FileNotFoundError):
        yield folder, folder.lstat()
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(place, name)
            with suppress(FileNotFoundError):
                status = path.lstat()
                if not stat.S_ISLNK(status.st_mode):
                    yield path, status
