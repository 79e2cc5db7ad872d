"""When a backup of a workspace was last restored, here or elsewhere: a restore notes it, and beside the backup as well.

A restore that is rehearsed goes into another home folder, of which the workspace itself knows nothing. The note beside the
backup tells it; it bears the mark of the workspace, since several may keep their backups in one folder.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ValidationError

from orchflow import clock
from orchflow.backups.known import FOLDER, last_anywhere
from orchflow.backups.manifest import Backup
from orchflow.backups.scheduled import mark_of
from orchflow.store.backup import COPY
from orchflow.workspace import Workspace, backups_folder


class Restored(BaseModel):
    """The backup that was restored, and when."""

    folder: Path
    restored_at: AwareDatetime


def note_restored(home: Path, backup: Backup) -> None:
    """Note that a backup was put in place in `home`; a folder that cannot be written keeps no note."""
    mark = _mark_in(backup)
    if mark is None:
        return
    note = Restored(folder=backup.folder, restored_at=clock.now()).model_dump_json()
    for place in (home, backup.folder.parent):
        draft = place / f"{_name(mark)}.part"
        try:
            draft.write_text(note, encoding="utf-8")
            draft.chmod(0o600)
            draft.replace(place / _name(mark))
        except OSError:
            with suppress(OSError):
                draft.unlink(missing_ok=True)


def last_restored(ws: Workspace) -> datetime | None:
    """When a backup of the workspace was last restored, as far as the folders that it knows of tell; None: never."""
    home = ws.settings.home
    last = last_anywhere(home)
    places = {home, home / FOLDER, backups_folder(ws.settings), *([last.folder.parent] if last else ())}
    times = [at for place in places if (at := _restored_at(place / _name(mark_of(ws)))) is not None]
    return max(times, default=None)


def _restored_at(file: Path) -> datetime | None:
    try:
        return Restored.model_validate_json(file.read_bytes()).restored_at
    except (OSError, ValidationError):
        return None


def _name(mark: str) -> str:
    return f"restored-{mark}.json"


def _mark_in(backup: Backup) -> str | None:
    """The mark of the workspace that a backup is of; None where it holds no plan, or is of before there were marks."""
    if backup.plan is None:
        return None
    address = f"{(backup.plan / COPY).absolute().as_uri()}?mode=ro&immutable=1"
    with suppress(sqlite3.Error), closing(sqlite3.connect(address, uri=True)) as copy:
        row = copy.execute("select value from setting where key = 'workspace.id'").fetchone()
        return str(json.loads(row[0])) if row else None
    return None
