"""Every row of one plan store into the empty tables of another, on whichever engine either is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from orchflow.errors import StoreError
from orchflow.store import schema
from orchflow.store.columns import Json, UtcDateTime

BATCH = 2_000
"""Rows that are held at a time."""

_FOREIGN_KEYS = sa.text(
    "select conrelid::regclass::text, quote_ident(conname) from pg_constraint"
    " where contype = 'f' and connamespace = current_schema()::regnamespace"
)
_LAST_NUMBER = sa.text("select coalesce(pg_sequence_last_value(cast(:sequence as regclass)), 0)")
_SEQUENCE = sa.text("select pg_get_serial_sequence(:table, 'id')")


def transfer(source: sa.Connection, target: sa.Connection) -> dict[str, int]:
    """Copy what is in `source` in place of what is in `target`; both are at the same revision.

    Returns the number of rows by table. New rows of the target are numbered after all that the source ever had. Both
    connections are in a transaction, which the caller ends; StoreError when rows refer to rows that are not there.
    """
    found = tables(source)
    copied = dict.fromkeys((table.name for table in found), 0)
    there = {table.name: table for table in tables(target)}
    with _references_checked_last(target):
        for table in reversed(found):
            target.execute(sa.delete(table))  # migrations put rows of their own into some
        for table in found:
            rows = source.execute(sa.select(table), execution_options={"yield_per": BATCH})
            into = there[table.name]
            converted = _converted(table, into)
            for part in rows.mappings().partitions():
                target.execute(sa.insert(into), [_as_there(row, converted) for row in part])
                copied[table.name] += len(part)
    _continue_numbers(target, found, _last_numbers(source, found))
    return copied


def tables(connection: sa.Connection) -> list[sa.TableClause]:
    """The tables as they are in the database, whatever its revision, parents first.

    Their columns have types that give and take the same values on both engines. They are looked up once for a revision.
    """
    key = (connection.dialect.name, schema.revision(connection))
    if key not in _known:
        _known[key] = _looked_up(connection)
    return _known[key]


_known: dict[tuple[str, str | None], list[sa.TableClause]] = {}


def _looked_up(connection: sa.Connection) -> list[sa.TableClause]:
    found = sa.MetaData()
    found.reflect(connection)
    return [
        sa.table(table.name, *(sa.column(column.name, _portable(column.type)) for column in table.columns))
        for table in found.sorted_tables
        if table.name != schema.REVISION_TABLE
    ]


def _converted(table: sa.TableClause, into: sa.TableClause) -> dict[str, Callable[[Any], Any]]:
    """The columns whose decimals are kept as their digits (`columns.Exact`) on one engine and as numbers on the other."""
    kinds = {column.name: (column.type, into.c[column.name].type) for column in table.c}
    to_number = {
        n: Decimal for n, (a, b) in kinds.items() if isinstance(a, sa.String) and isinstance(b, sa.Numeric)
    }
    to_digits = {
        n: "{:f}".format
        for n, (a, b) in kinds.items()
        if isinstance(a, sa.Numeric) and isinstance(b, sa.String)
    }
    return {**to_number, **to_digits}


def _as_there(row: Mapping[Any, Any], converted: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    values = dict(row)
    for name, convert in converted.items():
        if values[name] is not None:
            values[name] = convert(values[name])
    return values


def row_counts(connection: sa.Connection) -> dict[str, int]:
    """How many rows each table has."""
    names = sa.inspect(connection).get_table_names()
    count = sa.func.count()
    return {
        name: connection.scalar(sa.select(count).select_from(sa.table(name))) or 0
        for name in names
        if name != schema.REVISION_TABLE
    }


def _portable(kind: sa.types.TypeEngine[Any]) -> sa.types.TypeEngine[Any]:
    match kind:
        case sa.JSON():
            return Json
        case sa.DateTime():
            return UtcDateTime()
        case sa.Float():
            return sa.Float()
        case sa.Numeric():
            return sa.Numeric(kind.precision, kind.scale)
    return kind.as_generic()


@contextmanager
def _references_checked_last(target: sa.Connection) -> Iterator[None]:
    """Let rows come before those that they refer to; whether all of these have come is checked at the end."""
    if target.dialect.name == "sqlite":  # opened by its migrator, which checks no references
        yield
        if astray := target.exec_driver_sql("pragma foreign_key_check").first():
            raise StoreError(f"Rows of {astray[0]} refer to rows of {astray[2]} that are not there")
        return
    keys = target.execute(_FOREIGN_KEYS).all()
    for table, key in keys:
        target.exec_driver_sql(f"alter table {table} alter constraint {key} deferrable initially deferred")
    yield
    target.exec_driver_sql("set constraints all immediate")
    for table, key in keys:
        target.exec_driver_sql(f"alter table {table} alter constraint {key} not deferrable")


def _last_numbers(source: sa.Connection, found: list[sa.TableClause]) -> dict[str, int]:
    """The last number that each table has ever given to a row."""
    if source.dialect.name == "sqlite":
        given = source.exec_driver_sql("select name, seq from sqlite_sequence")
        return {str(name): int(number) for name, number in given}
    numbers = {}
    for table in _numbered(found):
        sequence = source.scalar(_SEQUENCE, {"table": table.name})
        if sequence is not None:
            numbers[table.name] = source.scalar(_LAST_NUMBER, {"sequence": sequence}) or 0
    return numbers


def _continue_numbers(target: sa.Connection, found: list[sa.TableClause], numbers: Mapping[str, int]) -> None:
    for table in _numbered(found):
        highest = target.scalar(sa.select(sa.func.max(table.c.id))) or 0
        last = max(numbers.get(table.name, 0), highest)
        if target.dialect.name == "sqlite":
            known = {"name": table.name, "seq": last}
            target.execute(sa.text("delete from sqlite_sequence where name = :name"), known)
            target.execute(sa.text("insert into sqlite_sequence (name, seq) values (:name, :seq)"), known)
        elif sequence := target.scalar(_SEQUENCE, {"table": table.name}):
            setval = sa.func.setval(sequence, max(last, 1), last > 0)
            target.execute(sa.select(setval))


def _numbered(found: list[sa.TableClause]) -> list[sa.TableClause]:
    return [table for table in found if "id" in table.c]
