"""What the status and priority of an issue mean here, from the several columns in which programs tell them."""

from __future__ import annotations

from typing import TypeAlias

from orchflow.planning.exchange.issue_keys import Issue, cell, first
from orchflow.planning.exchange.words import status_of
from orchflow.planning.tables import State
from orchflow.store.reading import as_text
from orchflow.store.written import Refused, flag, number

Scale: TypeAlias = tuple[tuple[int, str], ...]
"""The largest number that is a priority, and the priority, by size."""

_CATEGORIES: dict[State | None, State] = {
    state: state for state in (State.BACKLOG, State.IN_PROGRESS, State.DONE)
}


def state_of(issue: Issue, *, lists: bool) -> State | None:
    """The state of an issue, if its words mean one. `lists`: its status is a list, which need not be one."""
    word = first(issue, "status")
    state = status_of(word) if word else None
    state = state or _CATEGORIES.get(status_of(first(issue, "category")))
    state = state or _state_of_progress(issue, closed=not word or lists)
    if lists and (first(issue, "resolved") or _is_yes(issue, "complete")):
        state = State.CANCELLED if state is State.CANCELLED else State.DONE
    if state is State.DONE and status_of(first(issue, "resolution")) is State.CANCELLED:
        return State.CANCELLED
    return state


def on_scale(priority: str, scale: Scale) -> str:
    """What a number means as a priority; another word is left as it is."""
    if not priority.isdecimal():
        return priority
    return next((word for most, word in scale if int(priority) <= most), priority)


def _is_yes(issue: Issue, name: str) -> bool:
    try:
        return bool(first(issue, name)) and flag(first(issue, name))
    except Refused:
        return False


def _state_of_progress(issue: Issue, *, closed: bool) -> State | None:
    """What percentage complete means, else that it was begun or completed."""
    written = cell(issue, "percent")
    if written is not None:
        try:
            share = number(as_text(written).replace("%", "").strip())
        except Refused:
            return status_of(as_text(written))
        share *= (
            100 if isinstance(written, float | int) and not isinstance(written, bool) and share <= 1 else 1
        )
        return State.DONE if share >= 100 else State.IN_PROGRESS if share > 0 else State.BACKLOG
    told = (("cancelled", State.CANCELLED), ("resolved", State.DONE), ("started", State.IN_PROGRESS))
    return next((state for name, state in told if closed and first(issue, name)), None)
