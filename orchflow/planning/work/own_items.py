"""Whose an item of a checklist is: its assignee's, its role's, and its step's person's."""

from __future__ import annotations

from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.people.permissions import Actor
from orchflow.people.tables import User
from orchflow.planning.tables import ChecklistItem, Step

OWN_ITEM_FIELDS = frozenset(
    {"state", "reason", "evidence_text", "evidence_link", "evidence_figure", "evidence_value"}
    | {"ticked_by_id", "ticked_at", "ticked_through"}
)
"""What changes when somebody works on an item of theirs."""


class OwnItems:
    """Tells which items are an actor's own. An item without a role is for the job role that leads its step."""

    def __init__(self, session: Session, actor: Actor) -> None:
        self._session = session
        self._actor = actor
        self._steps: dict[int, tuple[str | None, int | None]] = {}

    @cached_property
    def _role(self) -> str | None:
        return self._session.scalar(sa.select(User.job_role).where(User.id == self._actor.user_id))

    def has(self, item: ChecklistItem) -> bool:
        """Whether the actor may tick the item."""
        if self._actor.user_id is None:
            return False
        if item.assignee_id == self._actor.user_id:
            return True
        lead, person = self._step(item.step_id)
        return person == self._actor.user_id or (self._role is not None and (item.role or lead) == self._role)

    def _step(self, step_id: int) -> tuple[str | None, int | None]:
        if step_id not in self._steps:
            row = self._session.execute(sa.select(Step.lead, Step.person_id).where(Step.id == step_id)).one()
            self._steps[step_id] = (row.lead, row.person_id)
        return self._steps[step_id]
