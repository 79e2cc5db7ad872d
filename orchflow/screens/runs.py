"""Screens are drawn one after the other.

The interpreter runs one thread at a time. A hundred screens drawn at once, by turns of milliseconds, would all be there when
the last one is; drawn one after the other, half of them are there in half of the time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from orchflow.turns import Turns

PATIENCE = 0.5
"""Seconds for which a screen waits for those asked for earlier: one of them may be slow."""

_turns = Turns()


@contextmanager
def in_turn(patience: float = PATIENCE) -> Iterator[None]:
    """Draw a screen in the block: when its turn comes, or when `patience` (seconds) is over."""
    with ExitStack() as stack:
        with suppress(TimeoutError):
            stack.enter_context(_turns.turn(patience))
        yield
