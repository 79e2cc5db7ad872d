"""How often the interpreter looks for garbage, rarely while many objects are made that all stay; and memory given back."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

import pyarrow as pa

_USUAL: Final = gc.get_threshold()
_RARELY: Final = 100_000


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Within it new objects are looked through after a hundred thousand, not after some hundreds: a quarter of the time
    of a large import. Works as a decorator, too."""
    gc.set_threshold(_RARELY, *_USUAL[1:])
    try:
        yield
    finally:
        gc.set_threshold(*_USUAL)


@contextmanager
def given_back() -> Iterator[None]:
    """What large tables took of memory within it is given back to the system, and not kept for the next ones."""
    try:
        yield
    finally:
        pa.default_memory_pool().release_unused()
        with suppress(OSError, AttributeError):  # only the GNU C library keeps what it could give back
            ctypes.CDLL("libc.so.6").malloc_trim(0)
