"""The past of an issue from the few instants that its program tells: made, begun, closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from orchflow.planning.tables import CLOSED, State

Instants = Callable[[str], datetime | None]
"""The instant that an issue tells under a name, if it tells one that can be read."""


def past_of(at: Instants, status: State | None, written: str, by: str) -> list[dict[str, Any]]:
    """The entries of an issue's history, which ends in its status as far as is known when it got that.

    Closed issues got theirs when they were resolved; others, and closed ones of which nothing else is told, when the
    category of their status changed. `written` is the status as the issue has it.
    """
    entries: list[dict[str, Any]] = []
    for moment, state in sorted(_steps(at, status, written), key=lambda step: step[0]):
        before = entries[-1]["new"] if entries else None
        if state != before:
            entries.append({"occurred_at": moment, "field": "status", "old": before, "new": state, "by": by})
    return entries


def _steps(at: Instants, status: State | None, written: str) -> Iterator[tuple[datetime, str]]:
    created = at("created")
    closed = status in CLOSED
    ends = (at("cancelled") if status == State.CANCELLED else None) or at("resolved") if closed else None
    got = ends or at("category_changed")
    if created and not (got and got < created):
        yield created, State.BACKLOG.value
    if status in (None, State.BACKLOG):
        return
    started = at("started")
    if started and (got is None or created is None or created <= started < got):
        yield started, State.IN_PROGRESS.value
    if got:
        yield got, written
