"""The tasks of a board: read without what a card does not show, and moved from one column to another."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

import sqlalchemy as sa

from orchflow.people.permissions import Actor, Permission
from orchflow.planning.names import PlanNames
from orchflow.planning.tables import (
    CLOSED,
    Effort,
    Priority,
    Project,
    Sprint,
    SprintState,
    State,
    Task,
)
from orchflow.planning.work.rows import TaskRow
from orchflow.planning.work.tasks import update_task
from orchflow.planning.work.workflow import ColumnRow, states_in
from orchflow.store.engine import Store
from orchflow.store.reading import row_id
from orchflow.store.rows import Saved

Columns = Literal["status", "sprint_id", "assignee_id", "project_id"]
"""What the columns of a board stand for; a move changes this field of the task."""

URGENCY = {Priority.URGENT: 0, Priority.HIGH: 1, Priority.NORMAL: 2, Priority.LOW: 3}

NOBODY: Literal["none"] = "none"
"""Filter and column of the tasks without a sprint, or without a person."""


@dataclass(frozen=True, slots=True)
class BoardTask:
    """What a card shows of a task."""

    id: int
    version: int
    title: str
    status: str
    blocked_reason: str | None
    assignee_id: int | None
    project_id: int
    sprint_id: int | None
    priority: Priority
    points: Decimal | None
    due: date | None
    milestone: bool
    updated_at: datetime


def board_tasks(
    store: Store,
    actor: Actor,
    *,
    sprints: Collection[int | Literal["none"]] = (),
    people: Collection[int | Literal["none"]] = (),
    projects: Collection[int] = (),
    text: str = "",
) -> list[BoardTask]:
    """The tasks to which every filter applies, in the order of the plan. An empty filter keeps all."""
    actor.require(Permission.PLAN_VIEW)
    fields = (getattr(Task, name) for name in BoardTask.__dataclass_fields__)
    chosen = (
        sa.select(*fields)
        .join(Project, Project.id == Task.project_id)
        .join(Effort, Effort.id == Project.effort_id)
        .order_by(Effort.position, Effort.id, Project.position, Project.id, Task.position, Task.id)
    )
    for column, wanted in (
        (Task.sprint_id, sprints),
        (Task.assignee_id, people),
        (Task.project_id, projects),
    ):
        if wanted:
            numbers = [value for value in wanted if value != NOBODY]
            empty = column.is_(None) if NOBODY in wanted else sa.false()
            chosen = chosen.where(sa.or_(column.in_(numbers), empty))
    if text:
        chosen = chosen.where(Task.title.icontains(text, autoescape=True))
    with store.read() as session:
        return [BoardTask(*row) for row in session.execute(chosen)]


def backlog(store: Store, actor: Actor, *, projects: Collection[int] = ()) -> list[BoardTask]:
    """The open tasks that wait for a sprint, the most urgent first: in none, or opened again after theirs was closed."""
    with store.read() as session:
        closed = session.scalars(sa.select(Sprint.id).where(Sprint.state == SprintState.CLOSED)).all()
        meaning = states_in(session)
    tasks = board_tasks(store, actor, sprints=[NOBODY, *closed], projects=projects)
    waiting = [task for task in tasks if meaning.get(task.status) not in CLOSED]
    return sorted(waiting, key=lambda task: URGENCY[task.priority])


@dataclass(frozen=True)
class BoardColumn:
    """A column of a board with its tasks, the most urgent first; of closed work the last changed first.

    `state` and `wip_limit` only where the columns are statuses.
    """

    key: str
    name: str
    state: State | None
    wip_limit: int | None
    tasks: tuple[BoardTask, ...]

    @property
    def points(self) -> Decimal:
        """The points of its tasks; those without any count as none."""
        return sum((task.points or Decimal(0) for task in self.tasks), Decimal(0))


def arrange(
    tasks: Sequence[BoardTask],
    by: Columns,
    names: PlanNames,
    workflow: Sequence[ColumnRow],
    meaning: Mapping[str, State],
    *,
    cancelled: bool = False,
) -> list[BoardColumn]:
    """The tasks in columns by status (in the order of `workflow`), sprint, person or project.

    `meaning` is the state of every status; a task in a status of another team's workflow stands in the first column
    of the same state. Finished sprints, and people and projects without tasks, have no column; cancelled work only
    when asked for.
    """
    column_of = _column_of(by, workflow, meaning)
    held: dict[str, list[BoardTask]] = {}
    for task in tasks:
        if cancelled or meaning.get(task.status) is not State.CANCELLED:
            held.setdefault(column_of(task), []).append(task)
    if by == "status":
        return [
            BoardColumn(
                column.key, column.name, column.state, column.wip_limit,
                _in_order(held.get(column.key, []), column.state),
            )
            for column in workflow
            if cancelled or column.state is not State.CANCELLED
        ]  # fmt: skip
    return [
        BoardColumn(key, name, None, None, _in_order(held.get(key, []), None))
        for key, name in _columns(by, names, held)
    ]


def _column_of(
    by: Columns, workflow: Sequence[ColumnRow], meaning: Mapping[str, State]
) -> Callable[[BoardTask], str]:
    if by != "status":
        return lambda task: NOBODY if getattr(task, by) is None else str(getattr(task, by))
    keys = {column.key for column in workflow}
    first: dict[State, str] = {}
    for column in workflow:
        first.setdefault(column.state, column.key)

    def column_of(task: BoardTask) -> str:
        if task.status in keys:
            return task.status
        return first.get(meaning.get(task.status, State.BACKLOG), workflow[0].key)

    return column_of


def _columns(by: Columns, names: PlanNames, held: Mapping[str, object]) -> list[tuple[str, str]]:
    match by:
        case "sprint_id":
            kept = {str(number) for number in names.unfinished} | held.keys()
            known, without = names.sprints, [(NOBODY, "Backlog")]
        case "assignee_id":
            kept, known, without = set(held), names.people, [(NOBODY, "Nobody")]
        case _:
            kept, known, without = set(held), names.projects, []
    return [*without, *((str(number), name) for number, name in known.items() if str(number) in kept)]


def _in_order(tasks: Sequence[BoardTask], state: State | None) -> tuple[BoardTask, ...]:
    if state in CLOSED:
        return tuple(sorted(tasks, key=lambda task: task.updated_at, reverse=True))
    return tuple(sorted(tasks, key=lambda task: URGENCY[task.priority]))


def move_card(
    store: Store,
    actor: Actor,
    task_id: int,
    base_version: int,
    columns: Columns,
    to: str,
    *,
    blocked_reason: str | None = None,
    request: str | None = None,
) -> Saved[TaskRow]:
    """Move a task, as of `base_version`, to the column `to`: a status, or an id, or NOBODY.

    Invalid, ConflictError, NotFound or Forbidden say why not; nothing is then changed.
    """
    changes: dict[str, Any] = {columns: to}
    if columns != "status":
        changes[columns] = None if to == NOBODY else row_id(to) or to
    elif blocked_reason is not None:
        changes["blocked_reason"] = blocked_reason
    return update_task(store, actor, task_id, base_version, changes, request)
