"""Tasks: the work itself.

Who may what: everybody reads; a manager changes everything; a member changes OWN_FIELDS of the tasks assigned to
them. Moving is in `moves`, taking back in `undo`.
"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

from orchflow.people.permissions import Permission
from orchflow.planning.tables import Effort, Project, Task
from orchflow.planning.work.rows import TaskRow
from orchflow.planning.work.rules import TREE
from orchflow.planning.work.task_rules import TaskRules
from orchflow.store.edits import Edit, NewRow, Outcome, SaveReport
from orchflow.store.entity import Entity, Filter

__all__ = ["OWN_FIELDS", "TASKS", "Edit", "NewRow", "Outcome", "SaveReport", "TaskRow"]


def _with_effort(statement: sa.Select[Any]) -> sa.Select[Any]:
    joined = statement.join(Project, Project.id == Task.project_id)
    return joined.join(Effort, Effort.id == Project.effort_id)


def _labelled(label: str) -> sa.ColumnElement[bool]:
    """Each engine writes JSON its way: with other letters as they are, or escaped."""
    labels = sa.cast(Task.labels, sa.Text)
    written = {json.dumps(label), json.dumps(label, ensure_ascii=False)}
    return sa.or_(*(sa.func.replace(labels, text, "") != labels for text in sorted(written)))


def _saying(text: str) -> sa.ColumnElement[bool]:
    return sa.or_(
        Task.title.icontains(text, autoescape=True), Task.description.icontains(text, autoescape=True)
    )


TASKS = Entity(
    Task,
    TaskRow,
    "The work itself.",
    view=Permission.PLAN_VIEW,
    edit=Permission.PLAN_EDIT,
    edit_own=Permission.PLAN_EDIT_OWN,
    add=Permission.PLAN_EDIT,
    owner="assignee_id",
    parent="project_id",
    joined=_with_effort,
    order=(Effort.position, Effort.id, Project.position, Project.id, Task.position),
    ordered_within="project_id",
    span=("start", "due"),
    lock=TREE,
    locked=frozenset({"parent_id", "project_id", "position"}),
    filters={
        "effort_id": Filter(int, lambda effort_id: Project.effort_id == effort_id),
        "label": Filter(str, _labelled),
        "text": Filter(str, _saying, "In title or description."),
        "status": Filter(list[str], Task.status.in_, "Any of these; repeat the parameter."),
    },
    rules=TaskRules,
)  # fmt: skip
OWN_FIELDS = frozenset(name for name, field in TASKS.fields.items() if field.own)
"""What a member may change of a task that is assigned to them."""
list_tasks, get_task, create_task, update_task = TASKS.list, TASKS.get, TASKS.create, TASKS.update
save_tasks, delete_task, delete_tasks = TASKS.save, TASKS.delete, TASKS.delete_many
