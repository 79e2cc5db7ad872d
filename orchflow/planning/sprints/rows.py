"""Sprints as the features hand them out."""

from __future__ import annotations

from dataclasses import dataclass

from orchflow.planning.work.rows import SprintRow

__all__ = ["SprintMove", "SprintRow"]


@dataclass(frozen=True)
class SprintMove:
    """What starting, filling, closing or reopening did; `undo` takes `request` back. `tasks`: those that moved."""

    sprint: SprintRow
    request: str
    tasks: tuple[int, ...] = ()
