"""Bring a deleted row back under its old number, with its versions going on where they ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.store.encoding import decode
from orchflow.store.rows import entity_of
from orchflow.store.tables import Change, Tracked

Row = TypeVar("Row", bound=Tracked)


def revive(
    session: Session,
    model: type[Row],
    row_id: int,
    values: Mapping[str, Any],
    *,
    deleted_at_version: int,
    created_at: datetime,
) -> Row:
    """Add the row `row_id` again with `values` (field → JSON, as the history keeps them); the caller flushes.

    Its version follows that of its deletion, so that an edit based on what was read before still merges rightly.
    A field that is not in `values` was null, or is not kept in the history and gets its default.
    """
    columns = sa.inspect(model).columns
    decoded = {name: decode(columns[name].type, value) for name, value in values.items() if name in columns}
    row = model(**decoded)
    row.id = row_id
    session.info.setdefault("revived", {})[entity_of(model), row_id] = (deleted_at_version + 1, created_at)
    session.add(row)
    return row


def first_seen(session: Session, model: type[Tracked], ids: list[int]) -> dict[int, datetime]:
    """When each of the rows was first made, for those that the history knows."""
    born = sa.select(Change.entity_id, sa.func.min(Change.occurred_at)).where(
        Change.entity == entity_of(model), Change.entity_id.in_(ids), Change.action == "insert"
    )
    moments = session.execute(born.group_by(Change.entity_id))
    return dict(moments.all())
