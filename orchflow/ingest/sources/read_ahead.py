"""Reads the next item while the present one is being loaded."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from queue import Empty, Full, Queue
from typing import TypeVar

T = TypeVar("T")

POLL_SECONDS = 0.2
LEAVE_SECONDS = 2.0


@dataclass(frozen=True)
class _End:
    error: BaseException | None = None


def read_ahead(items: Iterator[T], depth: int = 2) -> Iterator[T]:
    """Yield `items` in their order, at most `depth` of them made in advance by one thread.

    An error of `items` is raised here, in the reader's thread, after the items before it. Leaving early stops the thread.
    """
    waiting: Queue[T | _End] = Queue(depth)
    left = threading.Event()
    thread = threading.Thread(target=_fill, args=(items, waiting, left), name="read-ahead", daemon=True)
    thread.start()
    try:
        while True:
            try:
                item = waiting.get(timeout=POLL_SECONDS)
            except Empty:
                continue
            if isinstance(item, _End):
                if item.error is not None:
                    raise item.error
                return
            yield item
    finally:
        left.set()
        thread.join(LEAVE_SECONDS)


def _fill(items: Iterator[T], waiting: Queue[T | _End], left: threading.Event) -> None:
    """Put all `items` into the queue and then their end, unless its reader has left."""
    try:
        for item in items:
            if not _put(item, waiting, left):
                return
        _put(_End(), waiting, left)
    except BaseException as error:
        _put(_End(error), waiting, left)
    finally:
        if isinstance(items, Generator):
            items.close()  # here, so that what it reads ahead itself stops too


def _put(item: T | _End, waiting: Queue[T | _End], left: threading.Event) -> bool:
    while not left.is_set():
        try:
            waiting.put(item, timeout=POLL_SECONDS)
        except Full:
            continue
        return True
    return False
