"""Sprints as the features hand them out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from orchflow.planning.tables import SprintState


@dataclass(frozen=True, slots=True)
class SprintRow:
    """A sprint. `members` are user ids, `days_off` days by user id (as text); `focus` is the share of a day for the plan."""

    id: int
    version: int
    team_id: int | None
    number: int
    name: str
    goal: str
    start: date | None
    end: date | None
    state: SprintState
    started_at: datetime | None
    closed_at: datetime | None
    focus: Decimal
    days_off: dict[str, float]
    members: list[int]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class SprintMove:
    """What starting, filling, closing or reopening did; `undo` takes `request` back. `tasks`: those that moved."""

    sprint: SprintRow
    request: str
    tasks: tuple[int, ...] = ()
