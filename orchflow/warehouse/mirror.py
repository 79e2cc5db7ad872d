"""Small tables of the plan store are mirrored into the warehouse, so that what joins plan and facts is one query.

Which columns a table mirrors is written in the warehouse's schema. How far the mirror has followed the plan store is kept
in the warehouse, in the transaction that changes it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.store.engine import Store
from orchflow.store.rows import portions
from orchflow.store.tables import Base
from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.expenses import extend_entries, place_hours, refresh_entries
from orchflow.warehouse.hours import REACHED, price_hours
from orchflow.warehouse.rollups import refresh_costs
from orchflow.warehouse.sql import Query, load_query

MIRRORED = {
    "user_account": "people",
    "team": "teams",
    "team_member": "team_members",
    "effort": "efforts",
    "project": "projects",
    "goal": "goals",
    "task": "tasks",
    "sprint": "sprints",
    "workflow_column": "workflow_columns",
    "link": "links",
    "exchange_rate": "exchange_rates",
    "hourly_rate": "hourly_rates",
    "cost_entry": "cost_entries",
    "budget": "budgets",
    "cost_share": "cost_shares",
    "timeline_event": "timeline_events",
    "target": "targets",
    "business_measure": "business_measures",
    "use_case": "use_cases",
    "benefit": "benefits",
    "assumption": "assumptions",
}
"""The table of the warehouse that mirrors a table of the plan store."""

_REACHED = "mirrored"


def mirrored_position(warehouse: Warehouse) -> int | None:
    """The position of the last event that the mirror has followed; None while it has to be made anew."""
    kept = warehouse.value("meta_get", {"key": _REACHED})
    return None if kept is None else int(kept)


def forget_mirror(warehouse: Warehouse) -> None:
    """Have the mirror, and the hours, made anew at the next delivery: the plan store is another one than it was made from."""
    with warehouse.write() as tx:
        for key in (_REACHED, REACHED):
            tx.execute("meta_drop", {"key": key})


def mirror(
    store: Store,
    warehouse: Warehouse,
    position: int,
    changed: Mapping[str, Collection[int]] | None = None,
) -> dict[str, int]:
    """Copy the rows `changed` (entity → ids; None: everything) as they are now; how many rows each table got.

    `position` is an event that was committed before: what is copied is at least as new. With other rates the
    costs of the days they cover are counted anew.
    """
    entities = {
        entity: None if changed is None else changed[entity]
        for entity in MIRRORED
        if changed is None or entity in changed
    }
    shapes = {entity: warehouse.query(_on("mirror_columns", MIRRORED[entity])).schema for entity in entities}
    with store.read() as session:
        rows = {entity: _rows(session, entity, shapes[entity], ids) for entity, ids in entities.items()}
    with warehouse.write() as tx:
        for entity, ids in entities.items():
            table = MIRRORED[entity]
            if ids is None:
                tx.execute(_on("mirror_clear", table))
            else:
                tx.execute(_on("mirror_remove", table), {"ids": sorted(ids)})
            tx.register("mirrored", rows[entity])
            tx.execute(_on("mirror_fill", table))
            tx.unregister("mirrored")
        if "exchange_rate" in entities:
            refresh_costs(tx)
        elif entities.keys() & {"hourly_rate"}:
            price_hours(tx)
        if "cost_entry" in entities:
            refresh_entries(tx, entities["cost_entry"])
        if entities.keys() & {"task", "sprint"}:
            place_hours(tx)
        extend_entries(tx)
        tx.execute("meta_put", {"key": _REACHED, "value": str(position)})
    return {MIRRORED[entity]: copied.num_rows for entity, copied in rows.items()}


def _rows(session: Session, entity: str, shape: pa.Schema, ids: Collection[int] | None) -> pa.Table:
    columns = Base.metadata.tables[entity].c
    wanted = sa.select(*(columns[name] for name in shape.names))
    some = [wanted] if ids is None else [wanted.where(columns.id.in_(part)) for part in portions(ids)]
    rows = [dict(row) for part in some for row in session.execute(part).mappings()]
    return pa.Table.from_pylist(rows, shape)


def _on(name: str, table: str) -> Query:
    return load_query("orchflow.warehouse", name).on(table=table)
