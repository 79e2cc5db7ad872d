"""What the screen of a figure keeps: the figure, which of its rows are looked at, and how far they were leafed through."""

from __future__ import annotations

from orchflow.ui.state import InAddress, Key, Keys

KEYS = Keys("figure-rows")
FIGURE = InAddress("figure")
"""The key of the figure; beside it the address has its period and what it is narrowed to."""
OF = KEYS.text("of")
"""The figure whose rows are looked at, of those that this one is made of."""


def leafed(rows: str) -> Key[list[str]]:
    """The cursors of the pages of `rows` that were leafed through, the one that is looked at last."""
    return KEYS.texts("pages").of(rows)
