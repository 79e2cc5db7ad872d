"""Move tasks: to another place among their siblings, one level in or out, below another task, to another project."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import Invalid, Problem
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.tables import Project, Task
from orchflow.planning.work.rows import TaskRow
from orchflow.planning.work.rules import TREE
from orchflow.planning.work.task_tree import TaskTree, take_along
from orchflow.store import locks
from orchflow.store.engine import Store
from orchflow.store.merge import lock_rows
from orchflow.store.request import new_request, races_explained
from orchflow.store.rows import no_row, row_of, stored

_CLOSEST = 1e-6
"""Positions nearer to each other than this are spread out again."""


def move_tasks(
    store: Store,
    actor: Actor,
    task_ids: Sequence[int],
    *,
    project_id: int | None = None,
    parent_id: int | None = None,
    before: int | None = None,
    after: int | None = None,
    request: str | None = None,
) -> list[TaskRow]:
    """Put tasks, in the order given, with their subtasks, to one place; returns them as they stand now.

    The place: next to the task `before` or `after` which to stand, under its parent; else last under `parent_id`;
    else last at the top of `project_id`. A task whose parent moves along stays where it is under it. Invalid with the
    way round when a task would stand under itself.
    """
    actor.require(Permission.PLAN_EDIT)
    with races_explained(), store.unit(actor, request or new_request()) as session:
        locks.take(session, TREE)
        moved = _load(session, task_ids)
        neighbour = before if before is not None else after
        if neighbour is not None:
            beside = stored(session, Task, neighbour)
            if beside.id in {task.id for task in moved}:
                raise Invalid([Problem(beside.id, "position", "cannot be moved next to itself")])
            project_id, parent_id = beside.project_id, beside.parent_id
        elif parent_id is not None:
            project_id = stored(session, Task, parent_id).project_id
        elif project_id is None or session.get(Project, project_id) is None:
            raise Invalid([Problem(None, "project_id", f"there is no project {project_id}")])
        _place(session, moved, project_id, parent_id, before=before, after=after)
        return [row_of(TaskRow, task) for task in moved]


def indent_tasks(
    store: Store, actor: Actor, task_ids: Collection[int], request: str | None = None
) -> list[TaskRow]:
    """Put each task under the sibling above it (neighbours under the same one); Invalid when there is none."""
    actor.require(Permission.PLAN_EDIT)
    with races_explained(), store.unit(actor, request or new_request()) as session:
        locks.take(session, TREE)
        moved = _in_plan_order(_load(session, task_ids))
        chosen = {task.id for task in moved}
        for task in moved:
            siblings = _siblings(session, task.project_id, task.parent_id)
            above = [other for other in siblings[: siblings.index(task)] if other.id not in chosen]
            if not above:
                raise Invalid([Problem(task.id, "parent_id", f"nothing stands above {task.title!r}")])
            _place(session, [task], task.project_id, above[-1].id)
        return [row_of(TaskRow, task) for task in moved]


def outdent_tasks(
    store: Store, actor: Actor, task_ids: Collection[int], request: str | None = None
) -> list[TaskRow]:
    """Put each task next below its parent, one level out; Invalid when it is at the top already."""
    actor.require(Permission.PLAN_EDIT)
    with races_explained(), store.unit(actor, request or new_request()) as session:
        locks.take(session, TREE)
        moved = _in_plan_order(_load(session, task_ids))
        for task in reversed(moved):  # so that several children of one parent keep their order below it
            if task.parent_id is None:
                raise Invalid([Problem(task.id, "parent_id", f"{task.title!r} is at the top already")])
            parent = session.get_one(Task, task.parent_id)
            _place(session, [task], task.project_id, parent.parent_id, after=parent.id)
        return [row_of(TaskRow, task) for task in moved]


def _load(session: Session, task_ids: Collection[int]) -> list[Task]:
    """The tasks without those that stand under another one of them: these go along."""
    tasks = lock_rows(session, Task, set(task_ids))
    for task_id in task_ids:
        if task_id not in tasks:
            raise no_row(Task, task_id)
    tree = TaskTree(session, tasks)
    return [
        tasks[task_id] for task_id in dict.fromkeys(task_ids) if not tasks.keys() & set(tree.above(task_id))
    ]


def _in_plan_order(tasks: list[Task]) -> list[Task]:
    return sorted(tasks, key=lambda task: (task.position, task.id))


def _siblings(session: Session, project_id: int, parent_id: int | None) -> list[Task]:
    there = Task.parent_id == parent_id if parent_id is not None else Task.parent_id.is_(None)
    standing = sa.select(Task).where(Task.project_id == project_id, there)
    return list(session.scalars(standing.order_by(Task.position, Task.id)))


def _place(
    session: Session,
    moved: Sequence[Task],
    project_id: int,
    parent_id: int | None,
    *,
    before: int | None = None,
    after: int | None = None,
) -> None:
    if parent_id is not None:
        tree = TaskTree(session, [parent_id])
        knots = [
            Problem(task.id, "parent_id", f"would be under itself: {knot}")
            for task in moved
            if (knot := tree.knot(task.id, task.title, parent_id))
        ]
        if knots:
            raise Invalid(knots)
    going = {task.id for task in moved}
    staying = [task for task in _siblings(session, project_id, parent_id) if task.id not in going]
    numbers = [task.id for task in staying]
    at = len(staying)
    if before is not None:
        at = numbers.index(before)
    elif after is not None:
        at = numbers.index(after) + 1
    left = staying[at - 1].position if at else None
    right = staying[at].position if at < len(staying) else None
    positions = _between(left, right, len(moved))
    if positions is None:  # no room: everybody moves up
        for number, sibling in enumerate([*staying[:at], *moved, *staying[at:]], start=1):
            sibling.position = float(number)
    else:
        for task, position in zip(moved, positions, strict=True):
            task.position = position
    elsewhere = [task for task in moved if task.project_id != project_id]
    for task in moved:
        task.parent_id = parent_id
    for task in elsewhere:
        task.project_id, task.goal_id = project_id, None
    take_along(session, elsewhere)


def _between(left: float | None, right: float | None, count: int) -> list[float] | None:
    """`count` rising positions between two others; None when they are too close to each other."""
    if left is None and right is None:
        return [float(number) for number in range(1, count + 1)]
    if right is None:
        return [(left or 0.0) + number for number in range(1, count + 1)]
    low = left if left is not None else right - count - 1.0
    step = (right - low) / (count + 1)
    return [low + step * number for number in range(1, count + 1)] if step > _CLOSEST else None
