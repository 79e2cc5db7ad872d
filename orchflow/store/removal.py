"""Delete rows with everything that stands on them, as their fields declare it, so that one undo brings all back."""

from __future__ import annotations

from collections.abc import Collection
from graphlib import TopologicalSorter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import Invalid, Problem
from orchflow.format import quantity
from orchflow.store.field import Field, fields_of
from orchflow.store.merge import lock_rows
from orchflow.store.rows import entity_of, name_of, portions
from orchflow.store.tables import Hung, Tracked


def remove(session: Session, model: type[Tracked], ids: set[int]) -> None:
    """Delete the rows `ids` of `model`: what points to them goes too, lets them go or forbids it (`Field.on_delete`)."""
    if not ids:
        return
    ids = ids | below(session, model, ids)
    for other, field in _pointing_to(model):
        if other is model:
            continue
        holders = ids_with(session, other, getattr(other, field.name), ids)
        if holders and field.on_delete == "refuse":
            raise Invalid(
                [
                    Problem(
                        None,
                        name_of(model),
                        f"{quantity(len(holders), name_of(other))} still hold{'s' if len(holders) == 1 else ''} it",
                    )
                ]
            )
        if field.on_delete == "with":
            remove(session, other, holders)
        else:
            for row in lock_rows(session, other, holders).values():
                setattr(row, field.name, None)
            session.flush()
    for hung in [table for table in _tables(model).values() if issubclass(table, Hung)]:
        remove(session, hung, ids_with(session, hung, hung.entity_id, ids, hung.entity == entity_of(model)))
    _delete(session, model, ids)


def _delete(session: Session, model: type[Tracked], ids: set[int]) -> None:
    """Delete the rows, those that stand under others first."""
    rows = lock_rows(session, model, ids)
    own = [field for other, field in _pointing_to(model) if other is model]
    above: TopologicalSorter[int] = TopologicalSorter({row_id: [] for row_id in rows})
    for row_id, row in rows.items():
        for field in own:
            if (parent := getattr(row, field.name)) in rows:
                above.add(parent, row_id)
    above.prepare()
    while ready := above.get_ready():
        for row_id in ready:
            session.delete(rows[row_id])
        session.flush()
        above.done(*ready)


def below(session: Session, model: type[Tracked], roots: set[int]) -> set[int]:
    """The rows of the same table that stand under `roots` and go with them, without the roots."""
    going: set[int] = set()
    for other, field in _pointing_to(model):
        if other is not model or field.on_delete != "with":
            continue
        last = roots
        while last := ids_with(session, model, getattr(model, field.name), last) - going - roots:
            going |= last
    return going


def _pointing_to(model: type[Tracked]) -> list[tuple[type[Tracked], Field]]:
    """The tables and fields that point to `model`; what stands on others comes before these."""
    tables = _tables(model)
    return [
        (tables[table], field)
        for table in reversed(model.metadata.sorted_tables)  # type: ignore[attr-defined]
        if table in tables
        for field in fields_of(tables[table]).values()
        if field.target is model
    ]


def _tables(model: type[Tracked]) -> dict[Any, type[Tracked]]:
    """The tracked tables beside `model`."""
    mappers = sa.inspect(model).registry.mappers
    return {mapper.local_table: mapper.class_ for mapper in mappers if issubclass(mapper.class_, Tracked)}


def ids_with(
    session: Session,
    model: type[Tracked],
    column: Any,
    values: Collection[int],
    *also: sa.ColumnElement[bool],
) -> set[int]:
    """Which rows have one of `values` in `column`."""
    return {
        number
        for some in portions(values)
        for number in session.scalars(sa.select(model.id).where(column.in_(some), *also))
    }
