"""Save edits of a row that others edit at the same time: other fields merge, the same field is a conflict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import ConflictError, FieldConflict, Invalid, NotFound, Problem
from orchflow.store.encoding import decode, encode
from orchflow.store.history import HIDDEN, KEPT_BY_THE_STORE
from orchflow.store.tables import Change, Tracked

Row = TypeVar("Row", bound=Tracked)


@dataclass(frozen=True)
class Saved(Generic[Row]):
    """The row as it is stored now; `merged` when it also holds what others changed since the base version."""

    row: Row
    merged: bool


def save_changes(
    session: Session, model: type[Row], row_id: int, base_version: int, changes: Mapping[str, Any]
) -> Saved[Row]:
    """Write `changes` (field → new value, only what was edited) to the row that was read at `base_version`.

    A field that someone else has changed since then to another value raises ConflictError with all such fields,
    and nothing is written; one that both set to the same value is no conflict, and neither is one that was sent
    back as it was read. NotFound when the row does not exist or was deleted meanwhile.
    """
    row = _locked(session, model, row_id, base_version)
    others = _changed_since(session, model, row, base_version)
    columns = sa.inspect(model).columns
    unknown = [name for name in changes if name not in columns or name in KEPT_BY_THE_STORE]
    if unknown:
        raise Invalid([Problem(row_id, name, "cannot be changed") for name in unknown])
    conflicts = []
    for field, mine in changes.items():
        theirs = getattr(row, field)
        if field in others:
            if encode(mine) in (others[field], encode(theirs)):
                continue
            base = decode(columns[field].type, others[field])
            conflicts.append(FieldConflict(field, base, theirs, mine))
    if conflicts:
        raise ConflictError(conflicts)
    for field, mine in changes.items():
        if field not in others:
            setattr(row, field, mine)
    session.flush()
    return Saved(row, merged=bool(others))


def delete_row(session: Session, model: type[Row], row_id: int, base_version: int) -> None:
    """Delete the row that was read at `base_version`.

    ConflictError when someone has changed it since: what they wrote would be lost unseen. NotFound when it is
    gone already.
    """
    row = _locked(session, model, row_id, base_version)
    others = _changed_since(session, model, row, base_version)
    if others:
        columns = sa.inspect(model).columns
        raise ConflictError(
            [
                FieldConflict(field, HIDDEN, HIDDEN, None)
                if columns[field].info.get("history") == "secret"
                else FieldConflict(field, decode(columns[field].type, base), getattr(row, field), None)
                for field, base in others.items()
            ],
            "Look at the change, then delete again.",
        )
    session.delete(row)
    session.flush()


def _locked(session: Session, model: type[Row], row_id: int, base_version: int) -> Row:
    """The row, held until the unit ends, so that what is compared is what is overwritten.

    SQLite has no row locks and needs none: its units hold the write lock from their first statement on.
    """
    row = session.get(model, row_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(_gone(session, model, row_id), "Read the list again.")
    if base_version > row.version:
        raise Invalid([Problem(row_id, "version", f"{base_version} is later than the stored {row.version}")])
    return row


def _changed_since(session: Session, model: type[Row], row: Row, base_version: int) -> dict[str, Any]:
    """Field → its value (as JSON) at `base_version`, for each field whose value is another one now."""
    if row.version == base_version:
        return {}
    changes = sa.select(Change.field, Change.old).where(
        Change.entity == model.__tablename__,  # type: ignore[attr-defined]
        Change.entity_id == row.id,
        Change.version > base_version,
    )
    base: dict[str, Any] = {}
    for field, old in session.execute(changes.order_by(Change.id)):
        base.setdefault(field, old)
    return {field: old for field, old in base.items() if encode(getattr(row, field)) != old}


def _gone(session: Session, model: type[Row], row_id: int) -> str:
    entity: str = model.__tablename__  # type: ignore[attr-defined]
    name = entity.replace("_", " ")
    deleted = session.scalars(
        sa.select(Change)
        .where(Change.entity == entity, Change.entity_id == row_id, Change.action == "delete")
        .limit(1)
    ).first()
    if deleted is None:
        return f"There is no {name} {row_id}"
    return f"{deleted.actor} deleted this {name} on {deleted.occurred_at:%Y-%m-%d at %H:%M} UTC"
