"""A sprint beside its planned days: begun before the first of them, closed before the last, or later than planned."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from typing import Literal

from orchflow import format as fmt
from orchflow.errors import Invalid, Problem
from orchflow.planning.work.rows import SprintRow

Step = Literal["start", "close"]


def days_ahead(sprint: SprintRow, step: Step, at: datetime, zone: tzinfo = UTC) -> int:
    """How many days before the planned one a sprint would start, or close, at `at`; 0 when it is not early."""
    day = sprint.start if step == "start" else sprint.end
    return max(0, -_late(at, day, zone))


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
    steps = (("started", sprint.started_at, sprint.start), ("closed", sprint.closed_at, sprint.end))
    found = [(word, _late(at, day, zone)) for word, at, day in steps if at is not None]
    return tuple(
        f"{word} {fmt.quantity(abs(late), 'day')} {'late' if late > 0 else 'early'}"
        for word, late in found
        if late
    )


def _late(at: datetime, planned: date | None, zone: tzinfo) -> int:
    return 0 if planned is None else (at.astimezone(zone).date() - planned).days
