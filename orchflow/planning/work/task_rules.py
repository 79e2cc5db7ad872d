"""What must hold when a task is made or edited, beyond what each of its fields may hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from orchflow.encoding import encode
from orchflow.errors import Problem
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.tables import State, Task
from orchflow.planning.work import rules
from orchflow.planning.work.references import References
from orchflow.planning.work.task_tree import Node, TaskTree

OWN_FIELDS = frozenset({"status", "blocked_reason", "logged_hours", "description", "labels"})
"""What a member may change of a task that is assigned to them."""

Name = int | str | None


class TaskRules:
    """The rules for one save of many tasks; what they refer to has been read for all of them."""

    def __init__(
        self,
        actor: Actor,
        *,
        usable: dict[str, State],
        meaning: dict[str, State],
        references: References,
        tree: TaskTree,
        taken: dict[tuple[Any, ...], int],
    ) -> None:
        self._actor = actor
        self._usable = usable
        self._meaning = meaning
        self._references = references
        self._tree = tree
        self._taken = taken
        self.forbidden: set[int] = set()

    def for_new(self, values: dict[str, Any], name: Name) -> list[Problem]:
        """What is wrong with a new task; fills in what follows from what was given."""
        if not self._actor.may(Permission.PLAN_EDIT):
            return [Problem(name, "task", "only a manager adds tasks")]
        if "status" not in values:
            first = next((key for key, state in self._usable.items() if state is State.BACKLOG), None)
            values["status"] = first or next(iter(self._usable))
        return self._problems(None, values.get, values, name)

    def for_edit(self, row: Task, values: dict[str, Any], name: Name) -> list[Problem]:
        """What is wrong with an edit of a stored task; leaves in `values` what really changes."""
        for field in [field for field in values if encode(values[field]) == encode(getattr(row, field))]:
            del values[field]
        if problems := self._not_allowed(row, values, name):
            self.forbidden.add(row.id)
            return problems
        return self._problems(row, lambda field: values.get(field, getattr(row, field)), values, name)

    def _not_allowed(self, row: Task, values: dict[str, Any], name: Name) -> list[Problem]:
        if self._actor.may(Permission.PLAN_EDIT):
            return []
        if row.assignee_id is None or row.assignee_id != self._actor.user_id:
            return [Problem(name, field, "only its assignee or a manager changes this") for field in values]
        return [
            Problem(name, field, "only a manager changes this") for field in values if field not in OWN_FIELDS
        ]

    def _problems(
        self, row: Task | None, value: Callable[[str], Any], values: dict[str, Any], name: Name
    ) -> list[Problem]:
        problems = self._references.problems(
            {field: number for field, number in values.items() if field != "parent_id"}, name
        )
        problems += self._status(row, value, values, name)
        problems += self._place(row, values, name)
        problems += rules.between_fields("task", value, values, name)
        key = (value("external_source"), value("external_id"))
        owner = self._taken.get(key)
        if owner is not None and (row is None or owner != row.id) and None not in key:
            problems.append(Problem(name, "external_id", f"{key[1]} of {key[0]} is task {owner} already"))
        if not problems and row is not None:
            self._tree.put(row.id, Node(value("parent_id"), value("project_id"), value("title")))
        return problems

    def _status(
        self, row: Task | None, value: Callable[[str], Any], values: dict[str, Any], name: Name
    ) -> list[Problem]:
        if "status" not in values and "blocked_reason" not in values:
            return []
        status = value("status")
        if "status" in values and status not in self._usable:
            return [Problem(name, "status", f"{status!r} is not one of {', '.join(self._usable)}")]
        if self._meaning.get(status) is State.BLOCKED:
            if not value("blocked_reason"):
                return [Problem(name, "blocked_reason", "say what blocks the task")]
        elif values.get("blocked_reason"):
            return [Problem(name, "blocked_reason", "only a blocked task has one")]
        elif row is not None and row.blocked_reason:
            values["blocked_reason"] = None
        return []

    def _place(self, row: Task | None, values: dict[str, Any], name: Name) -> list[Problem]:
        """A subtask is in its parent's project, a task's goal in its own; what does not fit there is left behind."""
        parent_id = values.get("parent_id")
        project = values.get("project_id") or (row.project_id if row else None)
        if parent_id is not None:
            parent = self._tree.get(parent_id)
            if parent is None:
                return [Problem(name, "parent_id", f"there is no task {parent_id}")]
            if "project_id" in values and values["project_id"] != parent.project_id:
                return [Problem(name, "parent_id", f"{parent.title!r} is in another project")]
            if row and (knot := self._tree.knot(row.id, str(values.get("title", row.title)), parent_id)):
                return [Problem(name, "parent_id", f"would be under itself: {knot}")]
            if project != parent.project_id:
                project = values["project_id"] = parent.project_id
        elif "project_id" in values and row and row.parent_id and "parent_id" not in values:
            parent = self._tree.get(row.parent_id)
            if parent is None or parent.project_id != project:
                values["parent_id"] = None
        if project is None:
            return [Problem(name, "project_id", "must not be empty")]
        if row and project != row.project_id and row.goal_id and "goal_id" not in values:
            values["goal_id"] = None
        goal_id = values.get("goal_id")
        if goal_id is not None and self._references.goals.get(goal_id, project) != project:
            return [Problem(name, "goal_id", f"goal {goal_id} belongs to another project")]
        return []
