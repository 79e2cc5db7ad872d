"""Save edits of rows that others edit at the same time: other fields merge, the same field is a conflict."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeAlias, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.encoding import encode
from orchflow.errors import ConflictError, FieldConflict, Invalid, NotFound, Problem
from orchflow.store.edits import Edit, Outcome
from orchflow.store.encoding import decode
from orchflow.store.history import HIDDEN
from orchflow.store.rows import Saved, entity_of, name_of, no_row, portions
from orchflow.store.tables import KEPT_BY_THE_STORE, Change, Tracked

Row = TypeVar("Row", bound=Tracked)

Check: TypeAlias = Callable[[Row, dict[str, Any]], list[Problem]]
"""Given a row as stored and what is about to change in it, says what is wrong; may add to what changes."""


class Past(NamedTuple):
    """One field that was changed: by which version, from which value (as JSON), and by whom."""

    version: int
    field: str
    old: Any
    by: str


def save_changes(
    session: Session, model: type[Row], row_id: int, base_version: int, changes: Mapping[str, Any]
) -> Saved[Row]:
    """Write `changes` (field → new value, only what was edited) to the row that was read at `base_version`.

    A field that someone else has changed since then to another value raises ConflictError with all such fields,
    and nothing is written; one that both set to the same value is no conflict, and neither is one that was sent
    back as it was read. NotFound when the row does not exist or was deleted meanwhile.
    """
    (outcome,) = save_many(session, model, [Edit(row_id, base_version, changes)])
    return Saved(outcome.stored_row(), outcome.outcome == "merged")


def save_many(
    session: Session, model: type[Row], edits: Sequence[Edit], check: Check[Row] | None = None
) -> list[Outcome[Row]]:
    """Write every edit of a stored row that can be written, in the order given; the outcomes are in that order too.

    Reads rows and history once for all edits. `check` sees each row with what the merge leaves to change.
    """
    edited = {edit.id or 0 for edit in edits}
    rows = lock_rows(session, model, edited)
    gone = _gone(session, model, edited - rows.keys())
    stale = [
        (edit.version or 0, edit.id)
        for edit in edits
        if edit.id in rows and (edit.version or 0) < rows[edit.id].version
    ]
    history = _history_since(session, model, {row_id for _, row_id in stale}, min(stale)[0]) if stale else {}
    with session.no_autoflush:
        outcomes = [
            _apply(session, edit, rows[edit.id], history.get(edit.id, ()), check)
            if edit.id in rows
            else replace(edit.refused([Problem(None, "id", gone[edit.id or 0])]), gone=True)
            for edit in edits
        ]
    session.flush()
    return outcomes


def _apply(
    session: Session, edit: Edit, row: Row, history: Sequence[Past], check: Check[Row] | None
) -> Outcome[Row]:
    base_version, columns = edit.version or 0, sa.inspect(type(row)).columns
    problems = [
        Problem(None, name, "cannot be changed")
        for name in edit.changes
        if name not in columns or name in KEPT_BY_THE_STORE
    ]
    if base_version > row.version:
        problems.insert(0, _too_late(base_version, row))
    if problems:
        return edit.refused(problems, row)
    others = _others(row, base_version, history)
    conflicts = [
        FieldConflict(
            name, decode(columns[name].type, others[name]), getattr(row, name), mine, _last(history, name)
        )
        for name, mine in edit.changes.items()
        if name in others and encode(mine) not in (others[name], encode(getattr(row, name)))
    ]
    if conflicts:
        return Outcome(edit.id, edit.key, "conflict", row, tuple(conflicts))
    values = {name: mine for name, mine in edit.changes.items() if name not in others}
    if check is not None and (problems := check(row, values)):
        return edit.refused(problems, row)
    for name, mine in values.items():
        setattr(row, name, mine)
    return Outcome(edit.id, edit.key, "merged" if others else "saved", row)


def _too_late(base_version: int, row: Tracked) -> Problem:
    return Problem(row.id, "version", f"{base_version} is later than the stored {row.version}")


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
        raise Invalid([_too_late(base_version, row)])
    history = _history_since(session, model, [row_id], base_version)
    past = history.get(row_id, ())
    others = _others(row, base_version, past)
    if others:
        columns = sa.inspect(model).columns
        raise ConflictError(
            [
                FieldConflict(name, HIDDEN, HIDDEN, None, _last(past, name))
                if columns[name].info.get("history") == "secret"
                else FieldConflict(
                    name, decode(columns[name].type, base), getattr(row, name), None, _last(past, name)
                )
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
    rows: dict[int, Row] = {}
    for some in portions(ids):
        chosen = sa.select(model).where(model.id.in_(some)).order_by(model.id)
        locked = chosen.with_for_update().execution_options(populate_existing=True)
        rows.update((row.id, row) for row in session.scalars(locked))
    return rows


def _history_since(
    session: Session, model: type[Row], ids: Collection[int], base_version: int
) -> dict[int, list[Past]]:
    """Row → what was changed after `base_version`, oldest first."""
    history: dict[int, list[Past]] = {}
    for some in portions(ids):
        changes = sa.select(Change.entity_id, Change.version, Change.field, Change.old, Change.actor).where(
            Change.entity == entity_of(model),
            Change.entity_id.in_(some),
            Change.version > base_version,
        )
        for row_id, *past in session.execute(changes.order_by(Change.id)):
            history.setdefault(row_id, []).append(Past(*past))
    return history


def _last(history: Iterable[Past], field: str) -> str:
    """Who changed a field last."""
    return next((past.by for past in reversed([*history]) if past.field == field), "")


def added_by(session: Session, model: type[Row], row_id: int) -> str | None:
    """Who first added a row, by username; None where the history does not tell."""
    added = sa.select(Change.actor).where(
        Change.entity == entity_of(model), Change.entity_id == row_id, Change.action == "insert"
    )
    return session.scalar(added.order_by(Change.id).limit(1))


def values_at(session: Session, model: type[Row], versions: Mapping[int, int]) -> dict[int, dict[str, Any]]:
    """Row → field → its value (as JSON) at the given version, for the fields that were written since."""
    if not versions:
        return {}
    history = _history_since(session, model, versions.keys(), min(versions.values()))
    return {row_id: _before(versions[row_id], changes) for row_id, changes in history.items()}


def _before(base_version: int, history: Iterable[Past]) -> dict[str, Any]:
    """Field → its value (as JSON) at `base_version`, for each field that was written since."""
    base: dict[str, Any] = {}
    for version, name, old, _ in history:
        if version > base_version:
            base.setdefault(name, old)
    return base


def _others(row: Tracked, base_version: int, history: Iterable[Past]) -> dict[str, Any]:
    """Field → its value (as JSON) at `base_version`, for each field whose value is another one now."""
    base = _before(base_version, history)
    return {name: old for name, old in base.items() if encode(getattr(row, name)) != old}


def _gone(session: Session, model: type[Row], ids: Collection[int]) -> dict[int, str]:
    """Why each of the rows that do not exist does not."""
    entity, name = entity_of(model), name_of(model)
    sentences = {row_id: str(no_row(model, row_id)) for row_id in ids}
    for some in portions(ids):
        deleted = sa.select(Change.entity_id, Change.actor, Change.occurred_at).where(
            Change.entity == entity, Change.entity_id.in_(some), Change.action == "delete"
        )
        for row_id, who, when in session.execute(deleted.order_by(Change.id)):
            sentences[row_id] = f"{who} deleted this {name} on {when:%Y-%m-%d at %H:%M} UTC"
    return sentences
