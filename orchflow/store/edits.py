"""What a save of rows is given, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from orchflow.errors import ConflictError, FieldConflict, Forbidden, Invalid, NotFound, Problem

Row = TypeVar("Row")
Result: TypeAlias = Literal["saved", "merged", "conflict", "refused"]


@dataclass(frozen=True)
class NewRow:
    """Another edit of the same save that makes a row, as what a field points to: `parent_id=NewRow("its key")`."""

    key: str


@dataclass(frozen=True)
class Edit:
    """Of row `id` as of `version` only the changed fields; `id` None is a new row.

    `key` is the caller's own name of the edit (a line of a file, a row of a grid); problems and outcomes carry it.
    """

    id: int | None
    version: int | None
    changes: Mapping[str, Any]
    key: str | int | None = None

    @property
    def name(self) -> int | str | None:
        """By what problems name the edit's row."""
        return self.key if self.key is not None else self.id

    def refused(
        self, problems: Sequence[Problem], row: Any = None, *, forbidden: bool = False
    ) -> Outcome[Any]:
        """Its outcome when it was refused."""
        named = tuple(replace(problem, row=self.name) for problem in problems)
        return Outcome(self.id, self.key, "refused", row, problems=named, forbidden=forbidden)


@dataclass(frozen=True)
class Outcome(Generic[Row]):
    """What became of one edit; `row` is what is stored now (None: nothing, or it was not looked at).

    A refusal is `forbidden` when the person may not, `gone` when somebody deleted the row.
    """

    id: int | None
    key: str | int | None
    outcome: Result
    row: Row | None = None
    conflicts: tuple[FieldConflict, ...] = ()
    problems: tuple[Problem, ...] = ()
    forbidden: bool = False
    gone: bool = False

    @property
    def stored(self) -> bool:
        """Whether the edit was written."""
        return self.outcome in ("saved", "merged")

    def stored_row(self) -> Row:
        """The row; or NotFound, Forbidden, Invalid or ConflictError with what is wrong."""
        if self.gone:
            raise NotFound(self.problems[0].message, "Read the list again.")
        if self.forbidden:
            told = "; ".join(f"{problem.field}: {problem.message}" for problem in self.problems)
            raise Forbidden(told, "Ask a manager to change it.")
        if self.problems:
            raise Invalid(self.problems)
        if self.conflicts:
            raise ConflictError(self.conflicts)
        assert self.row is not None
        return self.row


@dataclass(frozen=True)
class SaveReport(Generic[Row]):
    """The outcome of every edit in the order given; `request` undoes the save."""

    request: str
    outcomes: tuple[Outcome[Row], ...]

    @property
    def saved(self) -> int:
        """How many edits are stored."""
        return sum(outcome.stored for outcome in self.outcomes)

    @property
    def problems(self) -> list[Problem]:
        """Every refused value."""
        return [problem for outcome in self.outcomes for problem in outcome.problems]
