"""A lock on a file that goes with its process: whoever can take it knows that nobody holds it any more."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows has no such locks; there nothing is held
    fcntl = None  # type: ignore[assignment]


class Held(Exception):
    """Another process holds the lock."""


@contextmanager
def locked(file: Path, *, shared: bool = False) -> Iterator[None]:
    """Hold the lock on `file`, which is made where it is missing; Held at once when somebody else has it.

    Any number may hold a `shared` one, and then nobody holds it alone.
    """
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if fcntl is not None:
            try:
                fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Held(str(file)) from None
        yield
    finally:
        os.close(handle)


def unlink_empty(file: Path) -> None:
    """Remove a database of no length, unless the process that is just making it holds it."""
    if not file.is_file() or file.stat().st_size or fcntl is None:
        return
    with suppress(OSError), file.open("r+b") as held:
        fcntl.lockf(held, fcntl.LOCK_EX | fcntl.LOCK_NB)  # as databases lock theirs
        if not os.fstat(held.fileno()).st_size:
            file.unlink(missing_ok=True)
