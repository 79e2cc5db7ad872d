"""Operations of the guidance."""

from __future__ import annotations

from orchflow.guidance.what_next import what_next
from orchflow.operations.outcome import Outcome
from orchflow.people.permissions import SYSTEM
from orchflow.people.users import user_named
from orchflow.workspace import Workspace


def flow_next(ws: Workspace, user: str, limit: int | None = None) -> Outcome:
    """What is next for the person of that username, the most urgent first."""
    person = user_named(ws.store, user)
    entries = what_next(ws, SYSTEM, person_id=person.id, limit=limit)
    return Outcome({"user": person.username, "next": [entry.document() for entry in entries]})
