"""A plan outside of the store: records that name what they refer to in words, whatever file they came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import Any, Final

from orchflow.errors import UsageError
from orchflow.planning.entities import ENTITIES
from orchflow.store.field import Kind
from orchflow.store.moments import Order

OWN: Final = "orchflow"
"""The `external_source` of rows that came in a file of our own form which names no other source."""


class Level(StrEnum):
    """What a record is, in the order in which they must be stored."""

    EFFORT = "effort"
    PROJECT = "project"
    GOAL = "goal"
    SPRINT = "sprint"
    TASK = "task"


_APART = ("key", "source")
FIELDS: dict[Level, dict[str, str]] = {
    level: {
        field.file: field.name
        for field in ENTITIES[level].fields.values()
        if "file" not in field.off and field.file not in _APART
    }
    for level in Level
}
"""For each level what its fields are called in files, and which column of the store holds them."""

KINDS: dict[str, set[Kind]] = {
    name: {ENTITIES[level].fields[fields[name]].kind for level, fields in FIELDS.items() if name in fields}
    for name in {name for fields in FIELDS.values() for name in fields}
}
"""For each column what it holds, at any level."""

_FIRST = (
    "level", "key", "source", "number", "effort", "project", "name", "parent", "goal", "sprint", "status",
)  # fmt: skip
_LAST = ("depends_on", "description", "history", "base")
COLUMNS: tuple[str, ...] = (
    *_FIRST,
    *dict.fromkeys(name for fields in FIELDS.values() for name in fields if name not in _FIRST + _LAST),
    *_LAST,
)
"""The columns of the own form as a table, in order."""


@dataclass(frozen=True)
class Predecessor:
    """A dependency of a task on another, named by its key; `kind` as in the store, `lag_days` working days."""

    task: str
    kind: str = "fs"
    lag_days: int = 0


@dataclass(frozen=True)
class Base:
    """What a record was when it left the plan: by the row's `version`, or (`values`) as it was written then.

    `workspace` says in which plan the version counts, `export` in which file it left.
    """

    workspace: str
    export: str
    version: int | None = None
    depends_on: tuple[Predecessor, ...] = ()
    values: Mapping[str, Any] | None = None


@dataclass(eq=False)
class Record:
    """One effort, project, goal, sprint or task of a file; `row` says where in it.

    `values` holds only the fields that the file has, as it has them (None: empty there). `source` None is the
    document's.
    """

    level: Level
    row: int | str
    values: dict[str, Any]
    key: str | None = None
    source: str | None = None
    depends_on: list[Predecessor] | None = None
    base: Base | None = None
    history: list[dict[str, Any]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What people call it."""
        return str(self.values.get("name") or self.values.get("number") or self.key or "")


@dataclass(frozen=True)
class ImportProblem:
    """A refused value or row: `row` as the file counts them, `column` as the file calls it."""

    row: int | str
    column: str
    message: str


@dataclass
class Document:
    """The records of one file. `labels` are its own names of the fields; `source` is where its keys come from.

    A `foreign` file speaks of people this workspace may not know: they are left out with a note. Its instants are
    days of `zone`. `into` is the project
    of tasks that name none, `order` what its other days show of those like 03/04/2026. `unread` are the columns that hold
    something and were not read. A spreadsheet counts days from its `epoch` on.
    """

    format: str
    source: str = OWN
    records: list[Record] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    problems: list[ImportProblem] = field(default_factory=list)
    notes: list[ImportProblem] = field(default_factory=list)
    foreign: bool = False
    zone: tzinfo = UTC
    order: Order | None = None
    into: str | None = None
    unread: list[str] = field(default_factory=list)
    epoch: datetime | None = None

    def label(self, name: str) -> str:
        """What the file calls a field."""
        return self.labels.get(name, name)

    def refuse(self, row: int | str, name: str, message: str) -> None:
        """A value that cannot be read."""
        self.problems.append(ImportProblem(row, self.label(name), message))

    def note(self, row: int | str, name: str, message: str) -> None:
        """Something that is left out of a row which is imported all the same."""
        self.notes.append(ImportProblem(row, self.label(name), message))


def unreadable(filename: str, reason: str, hint: str) -> UsageError:
    """The error for a file of which nothing can be imported."""
    return UsageError(f"{filename} cannot be imported: {reason}", hint)
