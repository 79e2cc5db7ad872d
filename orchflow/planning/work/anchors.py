"""The rows of the plan on which comments, links and files may hang."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import Invalid, NotFound, Problem
from orchflow.planning.tables import Effort, Goal, Project, Sprint, Task
from orchflow.store.tables import Tracked

ANCHORS: dict[str, type[Tracked]] = {
    "effort": Effort,
    "project": Project,
    "goal": Goal,
    "task": Task,
    "sprint": Sprint,
}


def hold(session: Session, entity: str, entity_id: int) -> None:
    """Keep the row there until the unit ends. Invalid for another kind of row, NotFound when it does not exist."""
    if entity not in ANCHORS:
        raise Invalid([Problem(None, "entity", f"{entity!r} is not one of {', '.join(ANCHORS)}")])
    model = ANCHORS[entity]
    present = sa.select(model.id).where(model.id == entity_id).with_for_update(read=True, key_share=True)
    if session.scalar(present) is None:
        raise NotFound(f"There is no {entity} {entity_id}", "Read the list again.")
