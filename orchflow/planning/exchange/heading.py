"""Where in a table its heading stands: programs write titles, dates and empty rows above it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

_LOOKED_AT: Final = 40
_LEAST: Final = 2
"""A row below the first is the heading only when it has at least so many names that mean something."""


def heading_at(cells: Sequence[Sequence[Any]], known: Callable[[str], bool]) -> tuple[int, int]:
    """The place of the heading among the rows (0 based), and how many of its columns mean something."""
    best, most = None, 0
    for place, row in enumerate(cells[:_LOOKED_AT]):
        if not any(filled(cell) for cell in row):
            continue
        names = {cell.strip() for cell in row if isinstance(cell, str)}
        score = sum(known(name) for name in names if name)
        if best is None or (score >= _LEAST and score > most):
            best, most = place, score
    return best or 0, most


def filled(cell: Any) -> bool:
    """Whether a cell holds something."""
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))
