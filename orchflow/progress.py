"""How far work is that somebody waits for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Progress: TypeAlias = Callable[[int, int], None]
"""Hears how many rows are done, and of how many."""


def untold(rows: int, of: int) -> None:
    """The progress of what nobody waits for."""
