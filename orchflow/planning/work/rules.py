"""Rules that the rows of the plan share: whom they point to still has access, what hangs on a row finds it there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import Invalid, Problem
from orchflow.people.tables import User
from orchflow.planning.tables import ChecklistItem, Effort, Flow, Goal, Project, Sprint, Step, Task
from orchflow.store.rows import no_row
from orchflow.store.rules import Rules
from orchflow.store.tables import Tracked

TREE = "plan.tree"
"""The lock under which tasks get and lose their place: no two units make a knot of it together."""

ANCHORS: dict[str, type[Tracked]] = {
    "effort": Effort,
    "project": Project,
    "goal": Goal,
    "task": Task,
    "sprint": Sprint,
    "flow": Flow,
    "step": Step,
    "checklist_item": ChecklistItem,
}
"""The rows on which comments, links and files may hang."""


class PlanRules(Rules):
    """Nobody gets new work whose access has ended."""

    def read_targets(self, target: type[Tracked], numbers: set[int]) -> dict[int, str]:
        if target is not User:
            return super().read_targets(target, numbers)
        people = sa.select(User.id, User.display_name, User.active).where(User.id.in_(numbers))
        return {
            number: "" if active else f"{name}'s account is disabled"
            for number, name, active in self.session.execute(people)
        }


class HangingRules(PlanRules):
    """What hangs on a row of the plan keeps it there until the unit ends."""

    def problems(self, row: Any, value: Callable[[str], Any], values: dict[str, Any]) -> list[Problem]:
        if row is None:
            hold(self.session, values["entity"], values["entity_id"])
        return super().problems(row, value, values)


def hold(session: Session, entity: str, entity_id: int) -> None:
    """Keep the row there until the unit ends. Invalid for another kind of row, NotFound when it does not exist."""
    model = anchor(entity)
    held = sa.select(model.id).where(model.id == entity_id).with_for_update(read=True, key_share=True)
    if session.scalar(held) is None:
        raise no_row(model, entity_id)


def anchor(entity: str) -> type[Tracked]:
    """The table on whose rows something may hang, by its name; Invalid for any other."""
    if entity not in ANCHORS:
        raise Invalid([Problem(None, "entity", f"{entity!r} is not one of {', '.join(ANCHORS)}")])
    return ANCHORS[entity]
