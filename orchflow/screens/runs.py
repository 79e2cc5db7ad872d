"""Screens are drawn one after the other, each from the root of the page.

The interpreter runs one thread at a time. A hundred screens drawn at once, by turns of milliseconds, would all be there when
the last one is; drawn one after the other, half of them are there in half of the time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from streamlit.delta_generator_singletons import context_dg_stack, get_default_dg_stack_value

from orchflow.turns import Turns

PATIENCE = 0.5
"""Seconds for which a screen waits for those asked for earlier: one of them may be slow."""

_turns = Turns()


def draw_at_root() -> None:
    """What follows is drawn at the root of the page.

    The framework draws a part, as a dialog, in the thread in which the whole screen may be drawn next, and leaves the thread
    in that part: the screen would stand in the dialog.
    """
    context_dg_stack.set(get_default_dg_stack_value())


@contextmanager
def in_turn(patience: float = PATIENCE) -> Iterator[None]:
    """Draw a screen in the block: when its turn comes, or when `patience` (seconds) is over."""
    with ExitStack() as stack:
        with suppress(TimeoutError):
            stack.enter_context(_turns.turn(patience))
        yield
