"""Who is running now and how far they are: in memory only, since one process owns the warehouse."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from orchflow.errors import SourceError


class BeingRead(SourceError):
    """A source can be read by one run at a time."""


@dataclass(frozen=True)
class Progress:
    """How far a source's run is. `read` counts the rows read so far in all its jobs."""

    source: str
    job: str = ""
    jobs_done: int = 0
    jobs: int = 0
    read: int = 0
    new: int = 0
    rejected: int = 0
    began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self.began


_running: dict[tuple[Path, str], Progress] = {}
_guard = threading.Lock()


@contextmanager
def running(warehouse: Path, source: str) -> Iterator[None]:
    """Hold the one place in which `source` may run into `warehouse`; SourceError when it is taken."""
    key = (warehouse, source)
    with _guard:
        if key in _running:
            raise BeingRead(f"{source} is being read already", "Wait until that run has ended.")
        _running[key] = Progress(source)
    try:
        yield
    finally:
        with _guard:
            _running.pop(key, None)


def advance(warehouse: Path, source: str, now: Progress) -> Progress:
    """Note how far the run of `source` is, and return it with the instant at which the run began."""
    with _guard:
        now = replace(now, began=_running[warehouse, source].began)
        _running[warehouse, source] = now
    return now


def progress(warehouse: Path, source: str) -> Progress | None:
    """How far `source` is, or None when it is not being read now."""
    with _guard:
        return _running.get((warehouse, source))
