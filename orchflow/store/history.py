"""The change history: written by the session itself, so that no feature can forget it.

`Unit` is the only session that writes. Its hooks record every insert, update and delete of a tracked row, raise the data
version of the topics they touch and leave the events of it, all in the unit's own transaction.
"""

from __future__ import annotations

from datetime import datetime, tzinfo
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapper, ORMExecuteState, Session, object_session

from orchflow import clock
from orchflow.encoding import encode
from orchflow.store.events import note, write_events
from orchflow.store.rows import entity_of
from orchflow.store.tables import KEPT_BY_THE_STORE, Base, Change, Tracked

HIDDEN = "(not recorded)"


class Unit(Session):
    """A session that is one unit of work; `info` holds who acts (`actor`) and for which `request`."""


def _unit_of(row: Tracked) -> Unit:
    session = object_session(row)
    if not isinstance(session, Unit):
        raise RuntimeError(f"{type(row).__name__} was written outside of Store.unit")
    return session


def instant(session: Session) -> datetime:
    """The one instant at which everything in a unit happens: that of its first change, if nothing else was told."""
    moment: datetime = session.info.setdefault("moment", clock.now())
    return moment


def zone_of(session: Session) -> tzinfo:
    """The zone whose days the rules of a unit of work count in."""
    zone: tzinfo = session.info["zone"]
    return zone


@cache
def _recorded(mapper: Mapper[Any]) -> list[tuple[str, sa.Column[Any]]]:
    """Name and column of each field whose changes are kept."""
    return [
        (prop.key, column)
        for prop in mapper.column_attrs
        if isinstance(column := prop.columns[0], sa.Column)
        and prop.key not in KEPT_BY_THE_STORE
        and column.info.get("history") != "none"
    ]


def _shown(column: sa.Column[Any], value: Any) -> Any:
    if value is not None and column.info.get("history") == "secret":
        return HIDDEN
    return encode(value)


def _note(row: Tracked, action: str, version: int, fields: list[tuple[str, Any, Any]]) -> None:
    unit = _unit_of(row)
    note(unit, row.__topic__, entity_of(type(row)), row.id)
    common = {
        "entity": entity_of(type(row)),
        "entity_id": row.id,
        "action": action,
        "version": version,
        "actor": unit.info["actor"],
        "occurred_at": instant(unit),
        "request": unit.info["request"],
    }
    unit.info.setdefault("pending", []).extend(
        common | {"field": field, "old": old, "new": new} for field, old, new in fields
    )


@event.listens_for(Tracked, "before_insert", propagate=True)
def _stamp_insert(mapper: Mapper[Any], connection: sa.Connection, row: Tracked) -> None:
    revived: dict[tuple[str, int], tuple[int, datetime]] = _unit_of(row).info.get("revived", {})
    row.updated_at = instant(_unit_of(row))
    row.version, row.created_at = revived.get((entity_of(type(row)), row.id), (1, row.updated_at))


@event.listens_for(Tracked, "after_insert", propagate=True)
def _record_insert(mapper: Mapper[Any], connection: sa.Connection, row: Tracked) -> None:
    values = [(name, _shown(column, getattr(row, name))) for name, column in _recorded(mapper)]
    _note(row, "insert", row.version, [(name, None, value) for name, value in values if value is not None])


@event.listens_for(Tracked, "before_update", propagate=True)
def _record_update(mapper: Mapper[Any], connection: sa.Connection, row: Tracked) -> None:
    attributes = sa.inspect(row).attrs
    fields: list[tuple[str, Any, Any]] = []
    stored: Any = None
    for name, column in _recorded(mapper):
        history = attributes[name].history
        if not history.has_changes():
            continue
        if history.deleted:
            old = history.deleted[0]
        else:  # the field was set without having been read
            if stored is None:
                table = mapper.local_table
                stored = connection.execute(sa.select(table).where(table.c.id == row.id)).one()
            old = stored._mapping[column]
        new = getattr(row, name)
        if encode(old) != encode(new):
            fields.append((name, _shown(column, old), _shown(column, new)))
    if fields:
        row.version += 1
        row.updated_at = instant(_unit_of(row))
        _note(row, "update", row.version, fields)


@event.listens_for(Tracked, "after_delete", propagate=True)
def _record_delete(mapper: Mapper[Any], connection: sa.Connection, row: Tracked) -> None:
    values = [(name, _shown(column, getattr(row, name))) for name, column in _recorded(mapper)]
    _note(
        row, "delete", row.version + 1, [(name, value, None) for name, value in values if value is not None]
    )


@event.listens_for(Unit, "after_flush")
def _write_changes(session: Session, context: Any) -> None:
    pending = session.info.pop("pending", None)
    if pending:
        session.connection().execute(sa.insert(Change.__table__), pending)  # type: ignore[arg-type]


@event.listens_for(Unit, "after_soft_rollback")
def _forget_changes(session: Session, previous: Any) -> None:
    session.info.pop("pending", None)


@event.listens_for(Unit, "before_commit")
def _write_events(session: Session) -> None:
    """At the very end: from there on until the commit is over, no other unit can commit."""
    if session.in_nested_transaction():
        return
    session.flush()
    write_events(session)


@event.listens_for(Unit, "do_orm_execute")
def _refuse_bulk(state: ORMExecuteState) -> None:
    """A bulk statement would change tracked rows without anything noticing."""
    if not (state.is_insert or state.is_update or state.is_delete):
        return
    table = getattr(state.statement, "table", None)
    for mapper in Base.registry.mappers:
        if issubclass(mapper.class_, Tracked) and mapper.local_table.description == getattr(
            table, "name", None
        ):
            raise RuntimeError(f"{mapper.class_.__name__} keeps a history: change its rows one by one")
