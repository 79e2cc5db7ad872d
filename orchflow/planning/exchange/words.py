"""What other programs call the states and priorities of tasks."""

from __future__ import annotations

from orchflow.planning.tables import State
from orchflow.store.written import plain_word

_STATES: dict[State, tuple[str, ...]] = {
    State.BACKLOG: ("backlog", "to do", "todo", "open", "new", "reopened", "not started", "pending", "offen", "inbox"),
    State.READY: ("ready", "selected for development", "selected", "next", "planned", "ready for development", "sprint backlog"),
    State.IN_PROGRESS: ("in progress", "doing", "started", "in development", "development", "active", "wip", "in arbeit"),
    State.IN_REVIEW: ("in review", "review", "code review", "in test", "testing", "qa", "verify", "in qa"),
    State.BLOCKED: ("blocked", "on hold", "waiting", "impeded"),
    State.DONE: ("done", "closed", "resolved", "complete", "completed", "finished", "released", "erledigt", "fertig"),
    State.CANCELLED: (
        "cancelled", "canceled", "won't do", "wont do", "won't fix", "rejected", "abandoned", "duplicate", "declined",
        "cannot reproduce",
    ),
}  # fmt: skip
_STATE_OF = {word: state.value for state, words in _STATES.items() for word in words}
_PRIORITY_OF = {
    "lowest": "low", "minor": "low", "trivial": "low", "p4": "low", "p3": "low",
    "medium": "normal", "mid": "normal", "default": "normal", "none": "normal", "p2": "normal",
    "major": "high", "important": "high", "p1": "high",
    "highest": "urgent", "critical": "urgent", "blocker": "urgent", "p0": "urgent", "asap": "urgent",
}  # fmt: skip


def status_of(word: str) -> str | None:
    """The state that another program's word means, if it is one of the usual."""
    return _STATE_OF.get(plain_word(word))


def priority_of(word: str) -> str | None:
    """The priority that another program's word means, if it is one of the usual."""
    return _PRIORITY_OF.get(plain_word(word))
