"""Tasks: listing, creating, editing many at once, deleting.

Who may what: everybody reads; a manager changes everything; a member changes OWN_FIELDS of the tasks assigned to
them. Moving is in `moves`, taking back in `undo`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

import sqlalchemy as sa

from orchflow.errors import ConflictError, Forbidden, Invalid, NotFound
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.tables import Effort, Project, Task
from orchflow.planning.work import removal
from orchflow.planning.work.references import new_request, races_explained
from orchflow.planning.work.rows import Saved, TaskRow, chosen, one, page, rows
from orchflow.planning.work.task_batch import TaskBatch
from orchflow.planning.work.task_edits import NewTask, Outcome, SaveReport, TaskEdit, TaskOutcome
from orchflow.planning.work.task_rules import OWN_FIELDS
from orchflow.store.engine import Store

__all__ = [
    "OWN_FIELDS",
    "NewTask",
    "Outcome",
    "SaveReport",
    "TaskEdit",
    "TaskOutcome",
    "TaskRow",
    "create_task",
    "delete_task",
    "delete_tasks",
    "get_task",
    "list_tasks",
    "save_tasks",
    "update_task",
]


def list_tasks(
    store: Store,
    actor: Actor,
    *,
    ids: Collection[int] | None = None,
    effort_id: int | None = None,
    project_id: int | None = None,
    goal_id: int | None = None,
    parent_id: int | Literal["none"] | None = None,
    sprint_id: int | Literal["none"] | None = None,
    assignee_id: int | Literal["none"] | None = None,
    status: Collection[str] | None = None,
    label: str | None = None,
    external_source: str | None = None,
    external_ids: Collection[str] | None = None,
    text: str | None = None,
    after: int | None = None,
    limit: int | None = None,
) -> list[TaskRow]:
    """The tasks to which every given filter applies, in the order of the plan.

    `parent_id`/`sprint_id`/`assignee_id` "none": without one. `text` looks in title and description. With `after`
    (the last id seen) or `limit` they come by id, to be read page by page.
    """
    actor.require(Permission.PLAN_VIEW)
    found = chosen(TaskRow, Task).join(Project, Project.id == Task.project_id)
    found = found.join(Effort, Effort.id == Project.effort_id)
    for column, value in (
        (Project.effort_id, effort_id),
        (Task.project_id, project_id),
        (Task.goal_id, goal_id),
        (Task.parent_id, parent_id),
        (Task.sprint_id, sprint_id),
        (Task.assignee_id, assignee_id),
        (Task.external_source, external_source),
    ):
        if value == "none":
            found = found.where(column.is_(None))
        elif value is not None:
            found = found.where(column == value)
    for column, values in ((Task.id, ids), (Task.status, status), (Task.external_id, external_ids)):
        if values is not None:
            found = found.where(column.in_(values))
    if text:
        found = found.where(
            sa.or_(
                Task.title.icontains(text, autoescape=True), Task.description.icontains(text, autoescape=True)
            )
        )
    if label is not None:
        where_in = sa.func.instr if store.url_kind == "sqlite" else sa.func.strpos
        listed = sa.cast(Task.labels, sa.Text)
        written = {
            json.dumps(label),
            json.dumps(label, ensure_ascii=False),
        }  # each engine writes JSON its way
        found = found.where(sa.or_(*(where_in(listed, text_form) > 0 for text_form in sorted(written))))
    order = [Effort.position, Effort.id, Project.position, Project.id, Task.position]
    with store.read() as session:
        return rows(session, TaskRow, page(found, Task, order, after, limit))


def get_task(store: Store, actor: Actor, task_id: int) -> TaskRow:
    """One task; NotFound when there is none."""
    actor.require(Permission.PLAN_VIEW)
    with store.read() as session:
        return one(session, TaskRow, Task, task_id)


def create_task(store: Store, actor: Actor, *, request: str | None = None, **fields: Any) -> TaskRow:
    """Add a task; `project_id` (or a `parent_id`) and `title` are needed. Invalid names every refused value."""
    actor.require(Permission.PLAN_EDIT)
    (outcome,) = save_tasks(store, actor, [TaskEdit(None, None, fields)], request).outcomes
    return _stored(outcome)


def update_task(
    store: Store,
    actor: Actor,
    task_id: int,
    base_version: int,
    changes: Mapping[str, Any],
    request: str | None = None,
) -> Saved[TaskRow]:
    """Save the changed fields. Invalid, ConflictError, NotFound, or Forbidden; nothing is then written."""
    (outcome,) = save_tasks(store, actor, [TaskEdit(task_id, base_version, changes)], request).outcomes
    return Saved(_stored(outcome), outcome.outcome == "merged")


def _stored(outcome: TaskOutcome) -> TaskRow:
    if outcome.gone:
        raise NotFound(outcome.problems[0].message, "Read the list again.")
    if outcome.forbidden:
        raise Forbidden(
            "; ".join(f"{problem.field}: {problem.message}" for problem in outcome.problems),
            "Ask a manager to change it.",
        )
    if outcome.problems:
        raise Invalid(outcome.problems)
    if outcome.conflicts:
        raise ConflictError(outcome.conflicts)
    assert outcome.row is not None
    return outcome.row


def save_tasks(
    store: Store, actor: Actor, edits: Sequence[TaskEdit], request: str | None = None
) -> SaveReport:
    """Save many edits in one transaction: every good one is stored, every other one is told with its reason.

    Forbidden only for those who may edit no task at all.
    """
    actor.require(Permission.PLAN_EDIT_OWN)
    request = request or new_request()
    batch = TaskBatch(actor, edits)
    with races_explained(), store.unit(actor, request) as session:
        return SaveReport(request, batch.write(session))


def delete_task(
    store: Store, actor: Actor, task_id: int, base_version: int | None = None, request: str | None = None
) -> str:
    """Delete a task with its subtasks and all that hangs on them; returns the request that `undo` takes back.

    ConflictError when somebody has changed it since `base_version`.
    """
    return removal.remove(store, actor, Task, [task_id], base_version, request)


def delete_tasks(store: Store, actor: Actor, task_ids: Collection[int], request: str | None = None) -> str:
    """The same for many. Ones that are gone already are passed over."""
    return removal.remove(store, actor, Task, task_ids, None, request)
