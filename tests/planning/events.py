"""Histories to count by hand: a handful of events, without a store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from orchflow.planning.calendar import WorkingCalendar
from orchflow.planning.days import micros
from orchflow.planning.sprints.burndown import Burndown, burndown
from orchflow.planning.sprints.scope import Unit, Window
from orchflow.planning.steps import CODE, NONE, Steps, Trail, side_by_side
from orchflow.planning.tables import State

UTC_ZONE = ZoneInfo("UTC")
SPRINT = 1
FIELDS = ("status", "sprint_id", "points", "estimated_hours")
GONE = {"status": None, "sprint_id": None, "points": None, "estimated_hours": None}
"""What a deleted task's fields become."""

Event = tuple[datetime, int, Mapping[str, Any]]
"""When, which task, which fields to what."""


def may(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """An instant of May 2026; the 4th is a Monday."""
    return datetime(2026, 5, day, hour, minute, tzinfo=UTC)


def code(field: str, value: Any) -> int:
    if value is None:
        return NONE
    if field == "status":
        return CODE[State(value)]
    return int(value) if field in ("sprint_id", "project_id") else round(value * 100)


def steps_of(events: Iterable[Event], fields: Iterable[str] = FIELDS) -> Steps:
    """The steps that these events make."""
    rows: dict[str, list[tuple[int, int, int, int]]] = defaultdict(list)
    for number, (when, task, values) in enumerate(events):
        for field, value in values.items():
            rows[field].append((task, micros(when), number, code(field, value)))
    trails = {}
    for field in fields:
        columns = np.array(sorted(rows[field]), dtype=np.int64).reshape(-1, 4).T
        trails[field] = Trail(columns[0], columns[1], columns[3]).settled()
    return side_by_side(trails)


def task(number: int, points: float | None = None, when: datetime | None = None, **values: Any) -> Event:
    """A task that is made on the 1st, in the sprint and ready unless said otherwise."""
    made = {"status": "ready", "sprint_id": SPRINT, "points": points, **values}
    return (when or may(1), number, made)


def change(when: datetime, number: int, **values: Any) -> Event:
    return (when, number, values)


def burn(
    *events: Event,
    start: datetime | None = None,
    end: date | None = date(2026, 5, 8),
    closed: datetime | None = None,
    now: datetime | None = None,
    unit: Unit = "points",
    days_off: Iterable[date] = (),
    zone: ZoneInfo = UTC_ZONE,
    pauses: tuple[tuple[datetime, datetime], ...] = (),
) -> Burndown:
    """The burndown of a sprint from Monday the 4th, 9:00, planned to Friday the 8th."""
    window = Window(SPRINT, start or may(4), end, closed, pauses)
    calendar = WorkingCalendar(frozenset(days_off))
    return burndown(steps_of(events), window, calendar, zone, unit, now or closed or may(8, 20))
