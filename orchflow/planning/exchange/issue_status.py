"""What the status and priority of an issue mean here, from the several columns in which programs tell them."""

from __future__ import annotations

from orchflow.planning.exchange.issue_keys import Issue, cell, first
from orchflow.planning.exchange.words import status_of
from orchflow.planning.tables import State
from orchflow.store.reading import as_text
from orchflow.store.written import Refused, flag, number

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


def of_thousand(priority: str) -> str:
    """What a priority of MS Project means, where 500 is the usual."""
    if not priority.isdecimal():
        return priority
    return next(
        word
        for most, word in ((400, "low"), (600, "normal"), (800, "high"), (10**9, "urgent"))
        if int(priority) <= most
    )


def _is_yes(issue: Issue, name: str) -> bool:
    try:
        return bool(first(issue, name)) and flag(first(issue, name))
    except Refused:
        return False


def _state_of_progress(issue: Issue, *, closed: bool) -> State | None:
    """What percentage complete means, else that it was completed."""
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
    if closed and first(issue, "cancelled"):
        return State.CANCELLED
    return State.DONE if closed and first(issue, "resolved") else None
