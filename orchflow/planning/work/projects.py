"""Projects: the parts of an effort, numbered like 1.2."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from orchflow.people.permissions import Permission
from orchflow.planning.tables import Effort, Project
from orchflow.planning.work.rows import ProjectRow
from orchflow.planning.work.rules import TREE, PlanRules
from orchflow.store.entity import Entity


class ProjectRules(PlanRules):
    """A project without a number gets the next one of its effort."""

    def complete(self, values: dict[str, Any]) -> None:
        if values.get("number") is not None:
            return
        effort = self.session.scalar(sa.select(Effort.number).where(Effort.id == values["effort_id"]))
        taken = set(self.session.scalars(sa.select(Project.number)))
        values["number"] = next(
            number for place in range(1, 10_000) if (number := f"{effort}.{place}") not in taken
        )


PROJECTS = Entity(
    Project,
    ProjectRow,
    "Projects of the efforts.",
    view=Permission.PLAN_VIEW,
    edit=Permission.PLAN_EDIT,
    parent="effort_id",
    order=(Project.position,),
    span=("start", "due"),
    lock=TREE,
    rules=ProjectRules,
)
list_projects, get_project, create_project = PROJECTS.list, PROJECTS.get, PROJECTS.create
update_project, delete_project = PROJECTS.update, PROJECTS.delete
