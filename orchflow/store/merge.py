"""Save edits of rows that others edit at the same time: other fields merge, the same field is a conflict."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeAlias, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.encoding import encode
from orchflow.errors import ConflictError, FieldConflict, Invalid, NotFound, Problem
from orchflow.store.encoding import decode
from orchflow.store.history import HIDDEN
from orchflow.store.tables import KEPT_BY_THE_STORE, Change, Tracked

Row = TypeVar("Row", bound=Tracked)

Check: TypeAlias = Callable[[Row, dict[str, Any]], list[Problem]]
"""Given a row as stored and what is about to change in it, says what is wrong; may add to what changes."""

_AT_ONCE = 5_000
"""Ids in one statement; PostgreSQL takes 65,535 parameters, SQLite 32,766."""


@dataclass(frozen=True)
class Saved(Generic[Row]):
    """The row as it is stored now; `merged` when it also holds what others changed since the base version."""

    row: Row
    merged: bool


@dataclass(frozen=True)
class RowEdit:
    """Field → new value, only what was edited, of the row that was read at `base_version`."""

    row_id: int
    base_version: int
    changes: Mapping[str, Any]


@dataclass
class EditOutcome(Generic[Row]):
    """What became of one edit: written (`ok`), or why not. `gone` says who deleted the row."""

    row: Row | None
    merged: bool = False
    conflicts: list[FieldConflict] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    gone: str = ""

    @property
    def ok(self) -> bool:
        return not (self.conflicts or self.problems or self.gone)

    def unless_ok(self) -> None:
        """Raise what is wrong: NotFound, Invalid or ConflictError."""
        if self.gone:
            raise NotFound(self.gone, "Read the list again.")
        if self.problems:
            raise Invalid(self.problems)
        if self.conflicts:
            raise ConflictError(self.conflicts)


def save_changes(
    session: Session, model: type[Row], row_id: int, base_version: int, changes: Mapping[str, Any]
) -> Saved[Row]:
    """Write `changes` (field → new value, only what was edited) to the row that was read at `base_version`.

    A field that someone else has changed since then to another value raises ConflictError with all such fields,
    and nothing is written; one that both set to the same value is no conflict, and neither is one that was sent
    back as it was read. NotFound when the row does not exist or was deleted meanwhile.
    """
    (outcome,) = save_many(session, model, [RowEdit(row_id, base_version, changes)])
    outcome.unless_ok()
    assert outcome.row is not None
    return Saved(outcome.row, outcome.merged)


def save_many(
    session: Session, model: type[Row], edits: Sequence[RowEdit], check: Check[Row] | None = None
) -> list[EditOutcome[Row]]:
    """Write every edit that can be written, in the order given; the outcomes are in that order too.

    Reads rows and history once for all edits. `check` sees each row with what the merge leaves to change.
    """
    rows = lock_rows(session, model, {edit.row_id for edit in edits})
    missing = {edit.row_id for edit in edits} - rows.keys()
    gone = _gone(session, model, missing) if missing else {}
    stale = [edit for edit in edits if edit.row_id in rows and edit.base_version < rows[edit.row_id].version]
    history = _history_since(session, model, stale) if stale else {}
    with session.no_autoflush:
        outcomes = [
            _apply(session, model, edit, rows[edit.row_id], history.get(edit.row_id, ()), check)
            if edit.row_id in rows
            else EditOutcome[Row](None, gone=gone[edit.row_id])
            for edit in edits
        ]
    session.flush()
    return outcomes


def _apply(
    session: Session,
    model: type[Row],
    edit: RowEdit,
    row: Row,
    history: Iterable[tuple[int, str, Any]],
    check: Check[Row] | None,
) -> EditOutcome[Row]:
    outcome = EditOutcome(row)
    columns = sa.inspect(model).columns
    if edit.base_version > row.version:
        late = f"{edit.base_version} is later than the stored {row.version}"
        outcome.problems.append(Problem(edit.row_id, "version", late))
    outcome.problems += [
        Problem(edit.row_id, name, "cannot be changed")
        for name in edit.changes
        if name not in columns or name in KEPT_BY_THE_STORE
    ]
    if outcome.problems:
        return outcome
    others = _others(row, edit.base_version, history)
    values: dict[str, Any] = {}
    for name, mine in edit.changes.items():
        if name not in others:
            values[name] = mine
            continue
        theirs = getattr(row, name)
        if encode(mine) not in (others[name], encode(theirs)):
            base = decode(columns[name].type, others[name])
            outcome.conflicts.append(FieldConflict(name, base, theirs, mine))
    if outcome.conflicts:
        return outcome
    if check is not None:
        outcome.problems += check(row, values)
        if outcome.problems:
            return outcome
    for name, mine in values.items():
        setattr(row, name, mine)
    outcome.merged = bool(others)
    return outcome


def delete_row(session: Session, model: type[Row], row_id: int, base_version: int) -> None:
    """Delete the row that was read at `base_version`.

    ConflictError when someone has changed it since: what they wrote would be lost unseen. NotFound when it is
    gone already.
    """
    session.delete(unchanged(session, model, row_id, base_version))
    session.flush()


def unchanged(session: Session, model: type[Row], row_id: int, base_version: int) -> Row:
    """The row, locked, if it still is as it was at `base_version`.

    ConflictError with what others have changed, NotFound when it is gone.
    """
    row = lock_rows(session, model, [row_id]).get(row_id)
    if row is None:
        raise NotFound(_gone(session, model, [row_id])[row_id], "Read the list again.")
    if base_version > row.version:
        raise Invalid([Problem(row_id, "version", f"{base_version} is later than the stored {row.version}")])
    history = _history_since(session, model, [RowEdit(row_id, base_version, {})])
    others = _others(row, base_version, history.get(row_id, ()))
    if others:
        columns = sa.inspect(model).columns
        raise ConflictError(
            [
                FieldConflict(name, HIDDEN, HIDDEN, None)
                if columns[name].info.get("history") == "secret"
                else FieldConflict(name, decode(columns[name].type, base), getattr(row, name), None)
                for name, base in others.items()
            ],
            "Look at the change, then delete again.",
        )
    return row


def lock_rows(session: Session, model: type[Row], ids: Collection[int]) -> dict[int, Row]:
    """The rows that exist, held until the unit ends, so that what is compared is what is overwritten.

    Locked in one order, so that two units never wait for each other. SQLite has no row locks and needs none: its
    units hold the write lock from their first statement on.
    """
    found: dict[int, Row] = {}
    for some in portions(ids):
        chosen = sa.select(model).where(model.id.in_(some)).order_by(model.id)
        locked = chosen.with_for_update().execution_options(populate_existing=True)
        found.update((row.id, row) for row in session.scalars(locked))
    return found


def portions(ids: Collection[Any]) -> Iterable[list[Any]]:
    """`ids` in order, in lists that fit into one statement."""
    ordered = sorted(ids)
    return (ordered[start : start + _AT_ONCE] for start in range(0, len(ordered), _AT_ONCE))


def _history_since(
    session: Session, model: type[Row], edits: Sequence[RowEdit]
) -> dict[int, list[tuple[int, str, Any]]]:
    """Row → (version, field, value before as JSON), oldest first, at least as far back as its edits' bases."""
    oldest = min(edit.base_version for edit in edits)
    found: dict[int, list[tuple[int, str, Any]]] = {}
    for some in portions({edit.row_id for edit in edits}):
        changes = sa.select(Change.entity_id, Change.version, Change.field, Change.old).where(
            Change.entity == model.__tablename__,  # type: ignore[attr-defined]
            Change.entity_id.in_(some),
            Change.version > oldest,
        )
        for row_id, version, name, old in session.execute(changes.order_by(Change.id)):
            found.setdefault(row_id, []).append((version, name, old))
    return found


def _others(row: Tracked, base_version: int, history: Iterable[tuple[int, str, Any]]) -> dict[str, Any]:
    """Field → its value (as JSON) at `base_version`, for each field whose value is another one now."""
    base: dict[str, Any] = {}
    for version, name, old in history:
        if version > base_version:
            base.setdefault(name, old)
    return {name: old for name, old in base.items() if encode(getattr(row, name)) != old}


def _gone(session: Session, model: type[Row], ids: Collection[int]) -> dict[int, str]:
    """Why each of the rows that do not exist does not."""
    entity: str = model.__tablename__  # type: ignore[attr-defined]
    name = entity.replace("_", " ")
    sentences = {row_id: f"There is no {name} {row_id}" for row_id in ids}
    for some in portions(ids):
        deleted = sa.select(Change.entity_id, Change.actor, Change.occurred_at).where(
            Change.entity == entity, Change.entity_id.in_(some), Change.action == "delete"
        )
        for row_id, who, when in session.execute(deleted.order_by(Change.id)):
            sentences[row_id] = f"{who} deleted this {name} on {when:%Y-%m-%d at %H:%M} UTC"
    return sentences
