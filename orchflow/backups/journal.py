"""What a restore has decided to do, so that one that was killed is finished or undone before anything is opened.

Until the journal is there nothing of the workspace was touched. Once it is there, only moves of files are left, which may
be done again from any point. Where the plan store is in PostgreSQL its transaction decides: if it was committed, the rest
follows; if not, nothing was done.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa
from pydantic import BaseModel, ValidationError

from orchflow import clock
from orchflow.backups.known import BEFORE_RESTORE
from orchflow.backups.known import FOLDER as BACKUPS
from orchflow.disk.durable import sync_file, sync_folder
from orchflow.disk.file_lock import Held, locked
from orchflow.errors import StoreError, Unavailable, disk_error
from orchflow.store import connect
from orchflow.store.restore import is_filled

FOLDER = "restoring"
"""Where a restore lays everything ready, in the home folder; what is there after it was killed is settled."""
JOURNAL = "journal.json"
KEPT = "kept"
"""The file that names the backup of what was there."""
IN_USE = "plan-store.lock"
"""The lock, in the home folder, of whoever works on the plan store alone, shared, and of a restore, which has it to itself."""
_LOCK = "lock"
_GOING_ON = Unavailable("A backup is being restored into this workspace", "Try again when that has ended.")
_SIDES = ("-wal", "-shm", "-journal", ".wal")
"""Files beside a database that belong to the one that is replaced; left behind they would be replayed into the new one."""


class Move(BaseModel):
    """A file that was laid ready at `source` and takes the place of the one at `target`."""

    source: Path
    target: Path


class Journal(BaseModel):
    """What is to be done: `moves`, in this order. `place` is the address of the plan store, without its password.

    `mark` is by what PostgreSQL tells that it holds the restored plan; None where nothing is written there.
    """

    place: str
    mark: str | None
    moves: list[Move]


def place_of(url: str) -> str:
    """The address of a plan store without its password."""
    return sa.make_url(url).render_as_string(hide_password=True)


def staged(file: Path) -> Path:
    """Where the new content of `file` is laid ready: beside it, so that it takes its place in one step."""
    return file.with_name(f".{file.name}.{FOLDER}")


@contextmanager
def restoring(home: Path, url: str) -> Iterator[Path]:
    """The folder to lay everything ready in; nobody opens the workspace until the block ends.

    What an earlier restore left is settled first. A block that fails before the restore is decided leaves nothing; what is
    decided is carried out at its end.
    """
    settle(home, url)
    new = not home.exists()
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    at_work = Unavailable("Another command is at work on the plan store", "Let it end, then restore.")
    folder = home / FOLDER
    with ExitStack() as held:
        _hold(held, home / IN_USE, at_work)
        folder.mkdir(mode=0o700)
        _hold(held, folder / _LOCK, _GOING_ON)
        try:
            yield folder
        except (Exception, KeyboardInterrupt):
            if _settle_now(folder, url):
                return
            if new:
                (home / IN_USE).unlink(missing_ok=True)
                with suppress(OSError):
                    home.rmdir()
            raise
        _settle(folder, url)


@contextmanager
def no_restore(home: Path) -> Iterator[None]:
    """No backup is restored into the workspace until the block ends; Unavailable while one is."""
    with ExitStack() as held:
        _hold(held, home / IN_USE, _GOING_ON, shared=True)
        yield


def kept_in(folder: Path) -> Path:
    """Where the backup of what is there is to be kept; it goes again when the restore is not carried out."""
    kept = folder.parent / BACKUPS / f"{BEFORE_RESTORE}{clock.now():%Y%m%dT%H%M%S%f}Z"
    _write(folder / KEPT, kept.name)
    return kept


def write(folder: Path, journal: Journal) -> None:
    """Decide: from now on the restore is carried out."""
    _write(folder / JOURNAL, journal.model_dump_json())


def _write(file: Path, text: str) -> None:
    """Write a file that is there whole or not at all."""
    draft = file.with_name(f"{file.name}.part")
    draft.write_text(text, encoding="utf-8")
    sync_file(draft)
    draft.replace(file)
    sync_folder(file.parent)


def settle(home: Path, url: str) -> None:
    """Finish or undo a restore that was killed; without one this does nothing.

    Unavailable while one is going on, StoreError where it cannot be told what to do.
    """
    folder = home / FOLDER
    if not folder.is_dir():
        return
    with ExitStack() as held, suppress(FileNotFoundError):  # another process has just settled it
        _hold(held, folder / _LOCK, _GOING_ON)
        _settle(folder, url)


def _settle_now(folder: Path, url: str) -> bool:
    try:
        return _settle(folder, url)
    except Unavailable as error:
        raise Unavailable(
            f"The restore was broken off: {error}",
            "The next command that opens the workspace finishes or undoes it.",
        ) from None


def _settle(folder: Path, url: str) -> bool:
    """Whether the restore was carried out; else it was undone."""
    journal = _read(folder)
    if journal is not None and journal.place != place_of(url):
        raise StoreError(
            f"A restore into the plan store {journal.place} was broken off, and it is another one now",
            "Start once with the ORCHFLOW_DATABASE_URL of that restore, so that it is finished or undone.",
        )
    decided = journal is not None and _is_decided(journal, url)
    if journal is not None and decided:
        for move in journal.moves:
            _carry_out(move)
        (folder / KEPT).unlink(missing_ok=True)  # from here on it stays, whatever becomes of this process
        sync_folder(folder)
    elif (folder / KEPT).is_file():
        name = (folder / KEPT).read_text(encoding="utf-8")
        if name.startswith(BEFORE_RESTORE):
            shutil.rmtree(folder.parent / BACKUPS / name, ignore_errors=True)
    file = connect.engines(url).file
    if file is not None:
        staged(file).unlink(missing_ok=True)
    (folder / JOURNAL).unlink(missing_ok=True)
    sync_folder(folder)
    shutil.rmtree(folder)
    return decided


def _is_decided(journal: Journal, url: str) -> bool:
    if journal.mark is None:
        return True
    engines = connect.engines(url)
    try:
        return is_filled(engines, journal.mark)
    finally:
        engines.dispose()


def _carry_out(move: Move) -> None:
    if not move.source.exists():
        return  # done before
    for side in _SIDES:
        move.target.with_name(move.target.name + side).unlink(missing_ok=True)
    move.target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    move.source.replace(move.target)
    sync_folder(move.target.parent)


def _read(folder: Path) -> Journal | None:
    file = folder / JOURNAL
    if not file.exists():
        return None
    try:
        return Journal.model_validate_json(file.read_bytes())
    except (OSError, ValidationError):
        raise StoreError(
            f"A restore was broken off, and what it left in {file} cannot be read",
            f"Move {folder} away, then restore again: what was there before is in the newest backups/before-restore-….",
        ) from None


def _hold(held: ExitStack, lock: Path, otherwise: Unavailable, *, shared: bool = False) -> None:
    try:
        held.enter_context(locked(lock, shared=shared))
    except Held:
        raise otherwise from None
    except OSError as error:
        raise disk_error(
            error, f"{lock} cannot be written", "Set ORCHFLOW_HOME to a folder that can be written."
        ) from None
