"""Bring back the rows that a request deleted, what they stand on first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import Problem
from orchflow.planning.cycles import cycle
from orchflow.planning.tables import Dependency
from orchflow.planning.undo.trace import Trace, now_of_another
from orchflow.planning.undo.undoable import undoable
from orchflow.planning.work.dependencies import waits_of
from orchflow.planning.work.rules import ANCHORS
from orchflow.store.encoding import decode
from orchflow.store.field import fields_of, unique_fields
from orchflow.store.revive import first_seen, revive
from orchflow.store.rows import name_of
from orchflow.store.rules import present, taken
from orchflow.store.tables import KEPT_BY_THE_STORE, Hung, Tracked


def bring_back(session: Session, traces: Sequence[Trace], left: list[Problem]) -> int:
    """Add the rows again with their numbers; returns how many. What cannot stand any more is named in `left`."""
    restored = 0
    for model in undoable().values():
        of_model = {trace.row_id: trace for trace in traces if trace.model is model}
        if of_model:
            restored += _bring_back(session, model, of_model, left)
    return restored


def _bring_back(session: Session, model: type[Tracked], traces: dict[int, Trace], left: list[Problem]) -> int:
    there = present(session, model, set(traces))
    born = first_seen(session, model, sorted(traces))
    waiting = {row_id: dict(trace.before) for row_id, trace in traces.items() if row_id not in there}
    _drop_what_is_gone(session, model, waiting, left)
    _drop_what_is_taken(session, model, waiting, left)
    restored = 0
    waits = waits_of(session) if model is Dependency else {}
    while waiting:
        wave = [row_id for row_id, values in waiting.items() if values.get("parent_id") not in waiting]
        for row_id in wave:
            values = waiting.pop(row_id)
            if model is Dependency:
                if cycle(waits, values["task_id"], values["depends_on_id"]):
                    left.append(Problem(row_id, "dependency", "would now close a ring"))
                    continue
                waits.setdefault(values["task_id"], []).append(values["depends_on_id"])
            trace = traces[row_id]
            revive(session, model, row_id, values, deleted_at_version=trace.version, created_at=born[row_id])
            restored += 1
        session.flush()
    return restored


def _drop_what_is_gone(
    session: Session, model: type[Tracked], waiting: dict[int, dict[str, Any]], left: list[Problem]
) -> None:
    """A row without what it needs to stand on stays deleted; one that only points to it comes back without."""
    columns = sa.inspect(model).local_table.columns
    needed = {column.name for column in columns if not column.nullable} - KEPT_BY_THE_STORE
    for row_id in [row_id for row_id, values in waiting.items() if needed - values.keys()]:
        left.append(Problem(row_id, model.__name__.lower(), "the history does not keep all of it"))
        del waiting[row_id]
    for name, field in fields_of(model).items():
        if field.target is None:
            continue
        there = present(session, field.target, {v[name] for v in waiting.values() if v.get(name)})
        if field.target is model:
            there |= waiting.keys()
        for row_id, values in list(waiting.items()):
            if values.get(name) is None or values[name] in there:
                continue
            left.append(Problem(row_id, name, f"{name_of(field.target)} {values[name]} is deleted"))
            if field.required:
                del waiting[row_id]
            else:
                values[name] = None
    if issubclass(model, Hung):
        for entity, anchor in ANCHORS.items():
            on = {
                row_id: values["entity_id"]
                for row_id, values in waiting.items()
                if values["entity"] == entity
            }
            there = present(session, anchor, on.values())
            for row_id, number in on.items():
                if number not in there:
                    left.append(Problem(row_id, "entity_id", f"{entity} {number} is deleted"))
                    del waiting[row_id]


def _drop_what_is_taken(
    session: Session, model: type[Tracked], waiting: dict[int, dict[str, Any]], left: list[Problem]
) -> None:
    """A number or name that another row has got since stays with that row."""
    columns = sa.inspect(model).columns
    for names in unique_fields(model):
        keys = {
            row_id: tuple(decode(columns[name].type, values.get(name)) for name in names)
            for row_id, values in waiting.items()
        }
        owners = taken(session, model, names, keys.values())
        for row_id, key in keys.items():
            if key in owners:
                left.append(Problem(row_id, names[-1], now_of_another(model, key, owners[key])))
                del waiting[row_id]
