"""What must hold when a task is made or edited, beyond what each of its fields may hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import Problem
from orchflow.planning.tables import Goal, State, Task
from orchflow.planning.work import workflow
from orchflow.planning.work.rules import PlanRules
from orchflow.planning.work.task_tree import Node, TaskTree, take_along
from orchflow.store.entity import Actor, Entity


class TaskRules(PlanRules):
    """The workflow knows its status, a blocked task says why, a subtask is in its parent's project, a goal in its own."""

    def __init__(
        self, entity: Entity[Any], session: Session, actor: Actor, values: Sequence[Mapping[str, Any]]
    ) -> None:
        super().__init__(entity, session, actor, values)
        goals = {goal_id for row in values if (goal_id := row.get("goal_id"))}
        projects = sa.select(Goal.id, Goal.project_id).where(Goal.id.in_(goals))
        self._goals: dict[int, int] = dict(session.execute(projects).all()) if goals else {}
        self._tree = TaskTree(session, {parent_id for row in values if (parent_id := row.get("parent_id"))})
        self._moved: list[Task] = []

    @cached_property
    def _usable(self) -> dict[str, State]:
        return workflow.usable(self.session)

    @cached_property
    def _meaning(self) -> dict[str, State]:
        return workflow.states_in(self.session)

    def complete(self, values: dict[str, Any]) -> None:
        if "status" not in values:
            first = next((key for key, state in self._usable.items() if state is State.BACKLOG), None)
            values["status"] = first or next(iter(self._usable))

    def problems(self, row: Any, value: Callable[[str], Any], values: dict[str, Any]) -> list[Problem]:
        problems = [*self._status(row, value, values), *self._place(row, values)]
        problems += super().problems(row, value, values)
        if not problems and row is not None:
            self._tree.put(row.id, Node(value("parent_id"), value("project_id"), value("title")))
            if "project_id" in values:
                self._moved.append(row)
        return problems

    def references(self, values: Mapping[str, Any]) -> list[Problem]:
        """A parent is looked for in the tree, which also knows the new ones."""
        return super().references({name: value for name, value in values.items() if name != "parent_id"})

    def _status(self, row: Any, value: Callable[[str], Any], values: dict[str, Any]) -> list[Problem]:
        if "status" not in values and "blocked_reason" not in values:
            return []
        status = value("status")
        if "status" in values and status not in self._usable:
            return [Problem(None, "status", f"{status!r} is not one of {', '.join(self._usable)}")]
        if self._meaning.get(status) is State.BLOCKED:
            if not value("blocked_reason"):
                return [Problem(None, "blocked_reason", "say what blocks the task")]
        elif values.get("blocked_reason"):
            return [Problem(None, "blocked_reason", "only a blocked task has one")]
        elif row is not None and row.blocked_reason:
            values["blocked_reason"] = None
        return []

    def _place(self, row: Any, values: dict[str, Any]) -> list[Problem]:
        """What does not fit into the project where the task goes is left behind."""
        parent_id = values.get("parent_id")
        project = values.get("project_id") or (row.project_id if row else None)
        if parent_id is not None:
            parent = self._tree.get(parent_id)
            if parent is None:
                return [Problem(None, "parent_id", f"there is no task {parent_id}")]
            if "project_id" in values and values["project_id"] != parent.project_id:
                return [Problem(None, "parent_id", f"{parent.title!r} is in another project")]
            if row and (knot := self._tree.knot(row.id, str(values.get("title", row.title)), parent_id)):
                return [Problem(None, "parent_id", f"would be under itself: {knot}")]
            if project != parent.project_id:
                project = values["project_id"] = parent.project_id
        elif "project_id" in values and row and row.parent_id and "parent_id" not in values:
            parent = self._tree.get(row.parent_id)
            if parent is None or parent.project_id != project:
                values["parent_id"] = None
        if project is None:
            return [Problem(None, "project_id", "must not be empty")]
        if row and project != row.project_id and row.goal_id and "goal_id" not in values:
            values["goal_id"] = None
        goal_id = values.get("goal_id")
        if goal_id is not None and self._goals.get(goal_id, project) != project:
            return [Problem(None, "goal_id", f"goal {goal_id} belongs to another project")]
        return []

    def written(self, row: Task) -> None:
        super().written(row)
        self._tree.put(row.id, Node(row.parent_id, row.project_id, row.title))

    def finish(self) -> None:
        """Tasks that went to another project take along what stands below them."""
        if self._moved:
            take_along(self.session, self._moved)
