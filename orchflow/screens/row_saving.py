"""What became of one row that a sheet saves by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from orchflow.errors import ConflictError, Forbidden, Invalid, OrchflowError, Problem
from orchflow.ui import acts
from orchflow.ui.sheet_stage import SheetChange
from orchflow.ui.sheet_state import RowOutcome, SaveAll


def row_id(key: str) -> int:
    """The id in the key of a stored row: 12 of `task-12`."""
    return int(key.split("-", 1)[1])


def save_row(
    change: SheetChange, save: Callable[[], RowOutcome], version_now: Callable[[], int]
) -> RowOutcome:
    """The outcome of `save`, or why it stored nothing."""
    try:
        return save()
    except ConflictError as error:
        return RowOutcome(change.key, "conflict", version_now(), tuple(error.conflicts))
    except OrchflowError as error:
        return refused(change, error)


def refused(change: SheetChange, error: OrchflowError, column: Callable[[str], str] = str) -> RowOutcome:
    """Why nothing of `change` was stored, at the columns it is about."""
    if isinstance(error, Invalid):
        problems = tuple(replace(one, field=column(one.field)) for one in error.problems)
    else:
        hint = "" if isinstance(error, Forbidden) else f" {error.hint}"
        problems = (Problem(change.key, next(iter(change.values), "title"), f"{error}{hint}".strip()),)
    return RowOutcome(change.key, "refused", problems=problems)


def row_by_row(save: Callable[[SheetChange], RowOutcome], version_now: Callable[[int], int]) -> SaveAll:
    """What a sheet calls to save, where each row is stored by itself: one that is refused holds no other back."""

    def store_all(changes: Sequence[SheetChange]) -> list[RowOutcome]:
        return [
            save_row(change, partial(save, change), partial(_version_of, change, version_now))
            for change in changes
        ]

    return lambda changes: acts.once(partial(store_all, changes))


def _version_of(change: SheetChange, version_now: Callable[[int], int]) -> int:
    return version_now(row_id(change.key))
