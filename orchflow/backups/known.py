"""Which backups of a workspace there are, as far as it knows: those in its folders, and the last one made anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ValidationError

from orchflow.backups.manifest import MANIFEST, read_manifest
from orchflow.disk.unfinished import SUFFIX
from orchflow.errors import OrchflowError

LAST = "last-backup.json"
FOLDER = "backups"
BEFORE_RESTORE = "before-restore-"


class Known(BaseModel):
    """A backup and when it was made."""

    folder: Path
    made_at: AwareDatetime


def remember(home: Path, folder: Path, made_at: datetime) -> None:
    """Note the last backup, wherever it lies; a disk that is full notes nothing."""
    draft = home / f"{LAST}.part"
    try:
        draft.write_text(Known(folder=folder, made_at=made_at).model_dump_json(), encoding="utf-8")
        draft.replace(home / LAST)
    except OSError:
        draft.unlink(missing_ok=True)


def newest(home: Path, elsewhere: Path | None = None, named: str = "*") -> Known | None:
    """The newest backup in the home folder's own folder, made last anywhere, or `named` so in the folder `elsewhere`.

    None where there is none; what a restore has replaced does not count.
    """
    present = [*in_folder(home / FOLDER), *(in_folder(elsewhere, named) if elsewhere else ())]
    last = last_anywhere(home)
    if last is not None and _is_there(last.folder):
        present.append(last)
    return max(present, key=lambda known: known.made_at, default=None)


def last_anywhere(home: Path) -> Known | None:
    """The last backup that was made, wherever it lies, and whether or not it is still there."""
    try:
        return Known.model_validate_json((home / LAST).read_bytes())
    except (OSError, ValidationError):
        return None


def in_folder(folder: Path, named: str = "*") -> Iterator[Known]:
    """The backups in `folder` whose names are like `named`, but those that a restore has replaced."""
    for file in sorted(folder.glob(f"{named}/{MANIFEST}")):
        if file.parent.name.startswith(BEFORE_RESTORE) or file.parent.name.endswith(SUFFIX):
            continue
        with suppress(OSError):  # it is being removed
            made_at = _made_at(file.parent, file.stat().st_mtime_ns)
            if made_at is not None:
                yield Known(folder=file.parent, made_at=made_at)


def _is_there(folder: Path) -> bool:
    try:
        return (folder / MANIFEST).is_file()
    except OSError:  # a disk that does not answer
        return False


@lru_cache(256)
def _made_at(folder: Path, written: int) -> datetime | None:
    """When a backup was made whose manifest was `written` then; it lists every file, so it is read once."""
    try:
        return datetime.fromisoformat(read_manifest(folder).made_at)
    except OrchflowError:
        return None
