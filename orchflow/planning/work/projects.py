"""Projects: the parts of an effort, numbered like 1.2."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import sqlalchemy as sa

from orchflow.people.permissions import Permission
from orchflow.planning.tables import Effort, Project
from orchflow.planning.work.rows import ProjectRow
from orchflow.planning.work.rules import TREE, PlanRules
from orchflow.store.entity import Entity


class ProjectRules(PlanRules):
    """A project without a number gets the next one of its effort."""

    @cached_property
    def _taken(self) -> set[str]:
        return set(self.session.scalars(sa.select(Project.number)))

    @cached_property
    def _efforts(self) -> dict[int, int]:
        return dict(self.session.execute(sa.select(Effort.id, Effort.number)).all())

    def complete(self, values: dict[str, Any]) -> None:
        if values.get("number") is None:
            effort = self._efforts.get(values["effort_id"])
            places = (f"{effort}.{place}" for place in range(1, 10_000))
            values["number"] = next(number for number in places if number not in self._taken)
        self._taken.add(values["number"])


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
