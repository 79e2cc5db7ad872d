"""Goals: what a project must reach, measured."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from orchflow.errors import Problem
from orchflow.people.permissions import Permission
from orchflow.planning.tables import Goal, Project, Task
from orchflow.planning.work.rows import GoalRow
from orchflow.planning.work.rules import TREE, PlanRules
from orchflow.store.entity import Entity, Filter


class GoalRules(PlanRules):
    """A goal towards which tasks work stays in their project."""

    def problems(self, row: Any, value: Callable[[str], Any], values: dict[str, Any]) -> list[Problem]:
        problems = super().problems(row, value, values)
        if row is not None and "project_id" in values:
            served = sa.select(Task.id).where(Task.goal_id == row.id).limit(1)
            if self.session.scalar(served) is not None:
                problems.append(Problem(None, "project_id", "tasks of its present project work towards it"))
        return problems


def _of_effort(effort_id: int) -> sa.ColumnElement[bool]:
    return Goal.project_id.in_(sa.select(Project.id).where(Project.effort_id == effort_id))


GOALS = Entity(
    Goal,
    GoalRow,
    "What a project must reach, measured.",
    view=Permission.PLAN_VIEW,
    edit=Permission.PLAN_EDIT,
    parent="project_id",
    order=(Goal.position,),
    lock=TREE,
    filters={
        "effort_id": Filter(int, _of_effort, "Of the projects of this effort."),
        "live": Filter(
            bool, lambda live: Goal.live_figure.is_not(None) if live else Goal.live_figure.is_(None),
            "Bound to a live figure, or not.",
        ),
    },
    rules=GoalRules,
)  # fmt: skip
list_goals, get_goal, create_goal = GOALS.list, GOALS.get, GOALS.create
update_goal, delete_goal = GOALS.update, GOALS.delete
