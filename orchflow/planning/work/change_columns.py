"""Reads changes of tasks as columns, quickly: there may be hundreds of thousands of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.planning.days import Instants
from orchflow.planning.figure_index import IN_INDEX
from orchflow.store.tables import Change

BETWEEN = "\n"
"""Stands between values; JSON has none outside of quotes, and escapes those within."""


def of_figures(*fields: str) -> tuple[sa.ColumnElement[bool] | sa.TextClause, ...]:
    """The changes of `fields` of tasks, found through the index that is kept for the figures."""
    # The condition on the index is repeated, or SQLite would not see that the index can serve.
    chosen = Change.field == fields[0] if len(fields) == 1 else Change.field.in_(fields)
    return (Change.entity == "task", chosen, sa.text(IN_INDEX))


def change_columns(
    session: Session, field: str, tasks: sa.Select[Any] | None = None
) -> tuple[npt.NDArray[np.int64], Instants, Sequence[str]]:
    """Task, instant and new value (as JSON text, empty for none) of each change of `field`, by task and instant.

    Of all tasks, or of those whose ids `tasks` selects.
    """
    return columns_of(
        session, of_figures(field) if tasks is None else (*of_figures(field), Change.entity_id.in_(tasks))
    )


def columns_of(
    session: Session, where: Sequence[Any]
) -> tuple[npt.NDArray[np.int64], Instants, Sequence[str]]:
    """The same of the changes of which `where` holds: the row, the instant and the new value of each."""
    order = (Change.entity_id, Change.occurred_at, Change.id)
    if session.get_bind().dialect.name == "sqlite":
        return _from_sqlite(session, where, order)
    return _from_postgresql(session, where, order)


def _from_sqlite(
    session: Session, where: Sequence[Any], order: Sequence[Any]
) -> tuple[npt.NDArray[np.int64], Instants, Sequence[str]]:
    """Three long texts instead of a Python object for each value, which would take most of the time."""
    ordered = (
        sa.select(
            Change.entity_id.label("task"),
            sa.type_coerce(Change.occurred_at, sa.Text).label("at"),
            # A number alone is kept as a number, anything else as JSON text.
            sa.func.coalesce(sa.type_coerce(Change.new, sa.Text), "").label("new"),
        )
        .where(*where)
        .order_by(*order)
        .subquery()
    )
    columns = (sa.func.group_concat(ordered.c[name], BETWEEN) for name in ("task", "at", "new"))
    task, at, new = session.execute(sa.select(*columns)).one()
    if task is None:
        return _nothing()
    return (
        np.array(task.split(BETWEEN), dtype=np.int64),
        np.array(at.split(BETWEEN), dtype="datetime64[us]").astype(np.int64),
        new.split(BETWEEN),
    )


def _from_postgresql(
    session: Session, where: Sequence[Any], order: Sequence[Any]
) -> tuple[npt.NDArray[np.int64], Instants, Sequence[str]]:
    statement = sa.select(
        Change.entity_id,
        sa.cast(sa.extract("epoch", Change.occurred_at) * 1_000_000, sa.BigInteger),
        sa.func.coalesce(sa.cast(Change.new, sa.Text), ""),
    ).where(*where)
    rows = session.connection().execute(statement.order_by(*order)).all()
    if not rows:
        return _nothing()
    task, at, new = zip(*rows, strict=True)
    return np.array(task, dtype=np.int64), np.array(at, dtype=np.int64), new


def _nothing() -> tuple[npt.NDArray[np.int64], Instants, Sequence[str]]:
    nothing = np.array([], dtype=np.int64)
    return nothing, nothing, ()
