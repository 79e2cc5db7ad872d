"""A sprint beside its planned days: begun before the first of them, closed before the last, or later than planned."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from typing import Literal

from orchflow import format as fmt
from orchflow.errors import Invalid, Problem
from orchflow.planning.days import day_of
from orchflow.planning.work.rows import SprintRow

Step = Literal["start", "close"]


def closing_day(closed_at: datetime, zone: tzinfo) -> date:
    """The last day of a sprint that was closed: at midnight the day that ends."""
    return day_of(closed_at - timedelta(microseconds=1), zone)


def days_ahead(sprint: SprintRow, step: Step, at: datetime, zone: tzinfo) -> int:
    """How many days before the planned one a sprint would start, or close, at `at`; 0 when it is not early."""
    if step == "start":
        return max(0, -_late(day_of(at, zone), sprint.start))
    return max(0, -_late(closing_day(at, zone), sprint.end))


def refuse_early(sprint: SprintRow, step: Step, at: datetime, zone: tzinfo) -> None:
    """Invalid when a step comes before its day: whoever means it says so."""
    ahead = days_ahead(sprint, step, at, zone)
    if not ahead:
        return
    day, moves = (sprint.start, "begins") if step == "start" else (sprint.end, "ends")
    said = f"{sprint.name} {moves} on {fmt.day(day)}, in {fmt.quantity(ahead, 'day')}"
    hint = (
        f"Set early to {step} it now all the same, or move its {'first' if step == 'start' else 'last'} day."
    )
    raise Invalid([Problem(sprint.id, "early", said)], hint)


def departures(sprint: SprintRow, zone: tzinfo) -> tuple[str, ...]:
    """How a sprint left its planned days: `started 3 days early`, `closed 1 day late`; nothing while it kept to them."""
    started, closed = sprint.started_at, sprint.closed_at
    late = {
        "started": _late(day_of(started, zone), sprint.start) if started else 0,
        "closed": _late(closing_day(closed, zone), sprint.end) if closed else 0,
    }
    return tuple(
        f"{word} {fmt.quantity(abs(days), 'day')} {'late' if days > 0 else 'early'}"
        for word, days in late.items()
        if days
    )


def _late(day: date, planned: date | None) -> int:
    return 0 if planned is None else (day - planned).days
