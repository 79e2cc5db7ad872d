"""Turns among the threads of one process, first come, first served."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """A lock that is fair: `threading.Lock` may give one thread many turns while another waits."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._taken = False

    @contextmanager
    def turn(self, seconds: float) -> Iterator[None]:
        """Wait until everyone who came earlier is done; TimeoutError after `seconds`."""
        with self._guard:
            mine = threading.Lock() if self._taken else None
            if mine is None:
                self._taken = True
            else:
                mine.acquire()
                self._waiting.append(mine)
        if mine is not None and not mine.acquire(timeout=seconds):
            with self._guard:
                if mine in self._waiting:
                    self._waiting.remove(mine)
                    raise TimeoutError
        try:
            yield
        finally:
            with self._guard:
                if self._waiting:
                    self._waiting.popleft().release()
                else:
                    self._taken = False
