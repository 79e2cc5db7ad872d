"""Rows as the features hand them out: frozen, complete, and read without making ORM objects."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields, make_dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import NotFound
from orchflow.store.tables import Tracked

Row = TypeVar("Row")
Table = TypeVar("Table", bound=Tracked)

_AT_ONCE = 5_000
"""Ids in one statement; PostgreSQL takes 65,535 parameters, SQLite 32,766."""


@dataclass(frozen=True)
class Saved(Generic[Row]):
    """What is stored now; `merged` when it also holds what others changed since the base version."""

    row: Row
    merged: bool


def row_type(name: str, model: type[Tracked], module: str, without: Collection[str] = ()) -> type[Any]:
    """A frozen row with every column of `model` but those left out, to be kept as `name` in `module`.

    `version` is what an edit sends back as its base. To a type checker it is the table's class, whose attributes it
    has.
    """
    columns = [column.key for column in sa.inspect(model).column_attrs if column.key not in without]
    made = make_dataclass(name, columns, namespace={"__module__": module}, frozen=True, slots=True)
    made.__doc__ = model.__doc__
    return made


def row_of(row_type: type[Row], stored: Tracked) -> Row:
    """The plain row of an ORM object."""
    return row_type(*(getattr(stored, name) for name in _names(row_type)))


def shared(stored: Tracked, row_type: type[Any]) -> dict[str, Any]:
    """The fields of a plain row that the ORM object has as columns; the others are for the caller to say."""
    columns = sa.inspect(type(stored)).column_attrs
    return {name: getattr(stored, name) for name in _names(row_type) if name in columns}


def chosen(row_type: type[Any], model: type[Tracked]) -> sa.Select[Any]:
    """Select the columns of `row_type` from `model`, in the order in which its rows are made."""
    return sa.select(*(getattr(model, name) for name in _names(row_type)))


def rows(session: Session, row_type: type[Row], statement: sa.Select[Any]) -> list[Row]:
    """The rows of a statement that `chosen` began, read past the ORM, which would look at every one."""
    return [row_type(*values) for values in session.connection().execute(statement)]


def read_row(session: Session, row_type: type[Row], model: type[Tracked], row_id: int) -> Row:
    """The row with the number `row_id`; NotFound when there is none."""
    present = rows(session, row_type, chosen(row_type, model).where(model.id == row_id))
    if not present:
        raise no_row(model, row_id)
    return present[0]


def stored(session: Session, model: type[Table], row_id: int, *, lock: bool = False) -> Table:
    """The row itself, with `lock` held until the unit ends; NotFound when there is none."""
    row = session.get(model, row_id, with_for_update=lock or None)
    if row is None:
        raise no_row(model, row_id)
    return row


def no_row(model: type[Tracked], row_id: int) -> NotFound:
    """What is raised when a table has no row with the number `row_id`."""
    return NotFound(f"There is no {name_of(model)} {row_id}", "Read the list again.")


def portions(ids: Collection[Any]) -> Iterable[list[Any]]:
    """`ids` in order, in lists that fit into one statement."""
    ordered = sorted(ids)
    return (ordered[start : start + _AT_ONCE] for start in range(0, len(ordered), _AT_ONCE))


def page(
    statement: sa.Select[Any],
    model: type[Tracked],
    order: Iterable[Any],
    after: int | None,
    limit: int | None,
) -> sa.Select[Any]:
    """Order `statement` by `order`; or, when `after` (an id) or `limit` cut pages, by id."""
    if after is None and limit is None:
        return statement.order_by(*order, model.id)
    if after is not None:
        statement = statement.where(model.id > after)
    return statement.order_by(model.id).limit(limit)


def entity_of(model: type[Tracked]) -> str:
    """The name by which the history knows the rows of a table."""
    return str(sa.inspect(model).local_table.description)


def name_of(model: type[Tracked]) -> str:
    """What people call a row of a table."""
    return entity_of(model).removesuffix("_account").replace("_", " ")


def _names(row_type: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(row_type))
