"""Errors that speak to the user: what is wrong, and what to do about it."""

from __future__ import annotations

import errno
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any, ClassVar


class OrchflowError(Exception):
    """One clear sentence (`str(error)`) and, in `hint`, what to do next."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class ConfigError(OrchflowError):
    """A setting is missing or wrong."""

    exit_code = 2


class UsageError(OrchflowError):
    """A command or function was called in a way it cannot serve."""

    exit_code = 2


class Forbidden(OrchflowError):
    """The acting person lacks the permission."""


class NotFound(OrchflowError):
    """What was asked for does not exist."""


class SourceError(OrchflowError):
    """A source could not be read; nothing of it was lost."""


class WarehouseError(OrchflowError):
    """The warehouse could not be opened, read or written."""


class StoreError(OrchflowError):
    """The plan store could not be opened, read or written."""


class NoSpace(StoreError, WarehouseError):
    """A disk is full; nothing of what was asked for was written."""


class Unavailable(StoreError, WarehouseError):
    """A store is busy or cannot be reached now; the same may succeed in a moment."""


def disk_error(error: OSError, message: str, hint: str) -> OrchflowError:
    """`message` with the system's reason: NoSpace where a disk is full, else StoreError with `hint`."""
    if is_full(error):
        return NoSpace(f"{message}: the disk is full", "Free some space and try again.")
    return StoreError(f"{message}: {error.strerror or error}", hint)


def is_full(error: OSError) -> bool:
    """Whether the system refused for want of space."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


def log_failure(log: logging.Logger, what: str, error: Exception) -> None:
    """Log that `what` failed: what is explained in one line, what nobody foresaw with its traceback."""
    if isinstance(error, OrchflowError):
        log.warning("%s: %s. %s", what, error, error.hint)
    else:
        log.error("%s", what, exc_info=error)


class NewerDatabase(OrchflowError):
    """A database was written by a newer version of the product."""


@dataclass(frozen=True)
class Problem:
    """One refused value: `row` is the row's identity, or None where there is no row."""

    row: int | str | None
    field: str
    message: str


class Invalid(OrchflowError):
    """Values were refused; nothing was written."""

    def __init__(self, problems: Sequence[Problem], hint: str = "Correct the values and save again.") -> None:
        self.problems = list(problems)
        super().__init__("; ".join(f"{p.field}: {p.message}" for p in self.problems), hint)


@dataclass(frozen=True)
class FieldConflict:
    """A field that two people changed: where both began, what is stored, what was sent; and the username of who stored it."""

    field: str
    base: Any
    theirs: Any
    mine: Any
    by: str = attribute(default="", compare=False)


class ConflictError(OrchflowError):
    """Someone else changed the same fields since the row was read; nothing was written."""

    def __init__(
        self, conflicts: Sequence[FieldConflict], hint: str = "Choose which value to keep and save again."
    ) -> None:
        self.conflicts = list(conflicts)
        fields = ", ".join(c.field for c in self.conflicts)
        super().__init__(f"Someone else has changed {fields} in the meantime", hint)
