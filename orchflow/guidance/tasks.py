"""An item of a checklist that becomes a task, and the task that follows its item."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import Invalid, Problem
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.tables import CLOSED, ChecklistItem, ItemState, State, Step, Task
from orchflow.planning.work.tasks import TASKS
from orchflow.planning.work.workflow import states_in, usable
from orchflow.store.batch import Batch
from orchflow.store.edits import Edit
from orchflow.store.engine import Store
from orchflow.store.merge import lock_rows
from orchflow.store.request import new_request, races_explained

STATE_OF: dict[ItemState, State] = {
    ItemState.TICKED: State.DONE, ItemState.NOT_APPLICABLE: State.CANCELLED, ItemState.OPEN: State.IN_PROGRESS,
}  # fmt: skip
"""Where a task goes when somebody changes its item."""


@dataclass(frozen=True)
class TasksMade:
    """Item → the task that it became; `undo` takes `request` back."""

    request: str
    tasks: Mapping[int, int]


def make_tasks(
    store: Store,
    actor: Actor,
    item_ids: Collection[int],
    project_id: int | None = None,
    *,
    request: str | None = None,
) -> TasksMade:
    """Make open items tasks: of the same words, person and day. From then on item and task follow each other.

    Without a project they go where tasks of their step are already. Invalid names every item that cannot become one, and none does.
    """
    actor.require(Permission.PLAN_EDIT)
    request = request or new_request()
    with races_explained(), store.unit(actor, request) as session:
        items = lock_rows(session, ChecklistItem, item_ids)
        steps = lock_rows(session, Step, {item.step_id for item in items.values()})
        projects = _projects(session, [step.key for step in steps.values()]) if project_id is None else {}
        edits, problems = [], []
        for number in sorted(set(item_ids)):
            item = items.get(number)
            step = steps[item.step_id] if item else None
            project = project_id or (projects.get(step.key) if step else None)
            if why := _refused(item, project):
                problems.append(Problem(number, "checklist item", why))
            elif item is not None and step is not None:
                edits.append(Edit(None, None, _values(item, step, project), key=number))
        if problems:
            raise Invalid(problems)
        outcomes = Batch(TASKS, actor, edits).write(session)
        made = {
            int(edit.key or 0): outcome.stored_row().id for edit, outcome in zip(edits, outcomes, strict=True)
        }
        for number, task_id in made.items():
            items[number].task_id = task_id
        session.flush()
        return TasksMade(request, made)


def _refused(item: ChecklistItem | None, project: int | None) -> str:
    if item is None:
        return "there is no such item"
    if item.task_id is not None:
        return f"is task {item.task_id} already"
    if item.state is not ItemState.OPEN:
        return f"is {item.state.replace('_', ' ')}; open it first"
    return "" if project else "say in which project: no task of its step is planned yet"


def _values(item: ChecklistItem, step: Step, project: int | None) -> dict[str, object]:
    return {
        "project_id": project, "title": item.text, "assignee_id": item.assignee_id, "due": item.due_day,
        "step": step.key, "role": item.role or step.lead, "description": step.purpose,
    }  # fmt: skip


def _projects(session: Session, steps: Sequence[str]) -> dict[str, int]:
    """Step (by key) → the project in which its tasks are."""
    planned = (
        sa.select(Task.step, sa.func.min(Task.project_id)).where(Task.step.in_(steps)).group_by(Task.step)
    )
    return {str(step): project for step, project in session.execute(planned)}


def tasks_follow(session: Session, items: Collection[ChecklistItem]) -> None:
    """Bring the tasks of items whose state somebody has changed to where it says."""
    tasks = lock_rows(session, Task, {item.task_id for item in items if item.task_id is not None})
    if not tasks:
        return
    first: dict[State, str] = {}
    for key, state in usable(session).items():
        first.setdefault(state, key)
    meaning = states_in(session)
    for item in items:
        task = tasks.get(item.task_id or 0)
        wanted = STATE_OF.get(item.state)
        if task is None or wanted is None:
            continue
        now = meaning.get(task.status)
        fits = now not in CLOSED if wanted is State.IN_PROGRESS else now is wanted
        if not fits and wanted in first:
            task.status, task.blocked_reason = first[wanted], None
    session.flush()
