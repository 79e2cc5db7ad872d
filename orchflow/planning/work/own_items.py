"""Whose an item of a checklist is: its assignee's, its role's, and its step's person's."""

from __future__ import annotations

from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.people.job_roles import roles_in
from orchflow.people.permissions import Actor
from orchflow.people.tables import User
from orchflow.planning.tables import ChecklistItem, Flow, Step

OWN_ITEM_FIELDS = frozenset(
    {"state", "reason", "evidence_text", "evidence_link", "evidence_figure", "evidence_value"}
    | {"ticked_by_id", "ticked_at", "ticked_through"}
)
"""What changes when somebody works on an item of theirs."""


class OwnItems:
    """Tells which items are an actor's own. An item without a role is for the job role that leads its step; some roles tick all of a flow."""

    def __init__(self, session: Session, actor: Actor) -> None:
        self._session = session
        self._actor = actor
        self._steps: dict[int, tuple[str | None, int | None, str]] = {}

    @cached_property
    def _role(self) -> str | None:
        return self._session.scalar(sa.select(User.job_role).where(User.id == self._actor.user_id))

    def has(self, item: ChecklistItem) -> bool:
        """Whether the actor may tick the item."""
        if self._actor.user_id is None:
            return False
        if item.assignee_id == self._actor.user_id:
            return True
        lead, person, flow = self._step(item.step_id)
        if person == self._actor.user_id:
            return True
        return self._role is not None and ((item.role or lead) == self._role or flow in self._ticks)

    @cached_property
    def _ticks(self) -> tuple[str, ...]:
        """The flows whose items the job role ticks whoever they are meant for."""
        role = roles_in(self._session).get(self._role or "")
        return role.ticks if role else ()

    def _step(self, step_id: int) -> tuple[str | None, int | None, str]:
        if step_id not in self._steps:
            chosen = sa.select(Step.lead, Step.person_id, Flow.key).join(Flow, Flow.id == Step.flow_id)
            row = self._session.execute(chosen.where(Step.id == step_id)).one()
            self._steps[step_id] = (row.lead, row.person_id, row.key)
        return self._steps[step_id]
