"""Tasks: listing, creating, editing many at once, deleting.

Who may what: everybody reads; a manager changes everything; a member changes OWN_FIELDS of the tasks assigned to
them. Moving is in `moves`, taking back in `undo`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from orchflow.errors import FieldConflict, Problem
from orchflow.people.permissions import Actor
from orchflow.planning.rows import Saved, TaskRow
from orchflow.store.engine import Store

OWN_FIELDS = frozenset({"status", "blocked_reason", "logged_hours", "description", "labels"})
"""What a member may change of a task that is assigned to them."""

Outcome: TypeAlias = Literal["saved", "merged", "conflict", "refused"]


@dataclass(frozen=True)
class NewTask:
    """Another edit of the same save that makes a task, as a parent: `parent_id=NewTask("its key")`."""

    key: str


@dataclass(frozen=True)
class TaskEdit:
    """Of task `id` as of `version` only the changed fields; `id` None is a new task.

    `key` is the caller's own name of the edit (a line of a file, a row of a grid); problems and outcomes carry it.
    """

    id: int | None
    version: int | None
    changes: Mapping[str, Any]
    key: str | None = None


@dataclass(frozen=True)
class TaskOutcome:
    """What became of one edit; `row` is the task as stored now (None: there is none)."""

    id: int | None
    key: str | None
    outcome: Outcome
    row: TaskRow | None = None
    conflicts: tuple[FieldConflict, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class SaveReport:
    """The outcome of every edit in the order given; `request` undoes the save."""

    request: str
    outcomes: tuple[TaskOutcome, ...]

    @property
    def saved(self) -> int:
        """How many edits are stored."""
        return sum(outcome.outcome in ("saved", "merged") for outcome in self.outcomes)

    @property
    def problems(self) -> list[Problem]:
        """Every refused value."""
        return [problem for outcome in self.outcomes for problem in outcome.problems]


def list_tasks(
    store: Store,
    actor: Actor,
    *,
    ids: Collection[int] | None = None,
    effort_id: int | None = None,
    project_id: int | None = None,
    goal_id: int | None = None,
    parent_id: int | None = None,
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

    `sprint_id`/`assignee_id` "none": in no sprint / of nobody. `text` looks in title and description. With `after`
    (the last id seen) or `limit` they come by id, to be read page by page.
    """
    raise NotImplementedError


def get_task(store: Store, actor: Actor, task_id: int) -> TaskRow:
    """One task; NotFound when there is none."""
    raise NotImplementedError


def create_task(store: Store, actor: Actor, *, request: str | None = None, **fields: Any) -> TaskRow:
    """Add a task; `project_id` (or a `parent_id`) and `title` are needed. Invalid names every refused value."""
    raise NotImplementedError


def update_task(
    store: Store,
    actor: Actor,
    task_id: int,
    base_version: int,
    changes: Mapping[str, Any],
    request: str | None = None,
) -> Saved[TaskRow]:
    """Save the changed fields. Invalid, ConflictError, NotFound, or Forbidden; nothing is then written."""
    raise NotImplementedError


def save_tasks(
    store: Store, actor: Actor, edits: Sequence[TaskEdit], request: str | None = None
) -> SaveReport:
    """Save many edits in one transaction: every good one is stored, every other one is told with its reason.

    Forbidden only for those who may edit no task at all.
    """
    raise NotImplementedError


def delete_task(
    store: Store, actor: Actor, task_id: int, base_version: int | None = None, request: str | None = None
) -> str:
    """Delete a task with its subtasks and all that hangs on them; returns the request that `undo` takes back.

    ConflictError when somebody has changed it since `base_version`.
    """
    raise NotImplementedError


def delete_tasks(store: Store, actor: Actor, task_ids: Collection[int], request: str | None = None) -> str:
    """The same for many. Ones that are gone already are passed over."""
    raise NotImplementedError
