"""What a save of tasks is given and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from orchflow.errors import FieldConflict, Problem
from orchflow.planning.work.rows import TaskRow

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

    @property
    def name(self) -> int | str | None:
        """By what problems name the edit's row."""
        return self.key if self.key is not None else self.id


@dataclass(frozen=True)
class TaskOutcome:
    """What became of one edit; `row` is the task as stored now (None: there is none, or it was not looked at).

    A refusal is `forbidden` when the person may not, `gone` when somebody deleted the task.
    """

    id: int | None
    key: str | None
    outcome: Outcome
    row: TaskRow | None = None
    conflicts: tuple[FieldConflict, ...] = ()
    problems: tuple[Problem, ...] = ()
    forbidden: bool = False
    gone: bool = False

    @property
    def stored(self) -> bool:
        """Whether the edit was written."""
        return self.outcome in ("saved", "merged")


@dataclass(frozen=True)
class SaveReport:
    """The outcome of every edit in the order given; `request` undoes the save."""

    request: str
    outcomes: tuple[TaskOutcome, ...]

    @property
    def saved(self) -> int:
        """How many edits are stored."""
        return sum(outcome.stored for outcome in self.outcomes)

    @property
    def problems(self) -> list[Problem]:
        """Every refused value."""
        return [problem for outcome in self.outcomes for problem in outcome.problems]
