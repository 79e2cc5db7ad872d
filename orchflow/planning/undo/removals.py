"""Bring back the rows that a request deleted, what they stand on first."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import Problem
from orchflow.planning.cycles import cycle
from orchflow.planning.tables import MODELS, Dependency
from orchflow.planning.undo.trace import Trace
from orchflow.planning.work.dependencies import waits_of
from orchflow.planning.work.rules import ANCHORS
from orchflow.store.revive import first_seen, revive
from orchflow.store.rules import present, taken
from orchflow.store.tables import KEPT_BY_THE_STORE, Base, Hung, Tracked


def bring_back(session: Session, traces: Sequence[Trace], left: list[Problem]) -> int:
    """Add the rows again with their numbers; returns how many. What cannot stand any more is named in `left`."""
    restored = 0
    for model in MODELS.values():
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
    while waiting:
        wave = [row_id for row_id, values in waiting.items() if values.get("parent_id") not in waiting]
        for row_id in wave:
            values = waiting.pop(row_id)
            if model is Dependency and cycle(waits_of(session), values["task_id"], values["depends_on_id"]):
                left.append(Problem(row_id, "dependency", "would now close a ring"))
                continue
            trace = traces[row_id]
            revive(session, model, row_id, values, deleted_at_version=trace.version, created_at=born[row_id])
            restored += 1
        session.flush()
    return restored


def _drop_what_is_gone(
    session: Session, model: type[Tracked], waiting: dict[int, dict[str, object]], left: list[Problem]
) -> None:
    """A row without what it needs to stand on stays deleted; one that only points to it comes back without."""
    columns = sa.inspect(model).local_table.columns
    needed = {column.name for column in columns if not column.nullable} - KEPT_BY_THE_STORE
    for row_id in [row_id for row_id, values in waiting.items() if needed - values.keys()]:
        left.append(Problem(row_id, model.__name__.lower(), "the history does not keep all of it"))
        del waiting[row_id]
    for column in columns:
        for key in column.foreign_keys:
            wanted = {values[column.name] for values in waiting.values() if values.get(column.name)}
            target = next(m.class_ for m in Base.registry.mappers if m.local_table is key.column.table)
            there = present(session, target, {number for number in wanted if isinstance(number, int)})
            if target is model:
                there |= waiting.keys()
            for row_id, values in list(waiting.items()):
                if values.get(column.name) is None or values[column.name] in there:
                    continue
                what = f"{key.column.table.name.replace('_', ' ')} {values[column.name]} is deleted"
                left.append(Problem(row_id, column.name, what))
                if column.nullable:
                    values[column.name] = None
                else:
                    del waiting[row_id]
    if issubclass(model, Hung):
        for entity, anchor in ANCHORS.items():
            on = {
                row_id: values["entity_id"]
                for row_id, values in waiting.items()
                if values["entity"] == entity
            }
            there = present(session, anchor, {number for number in on.values() if isinstance(number, int)})
            for row_id, number in on.items():
                if number not in there:
                    left.append(Problem(row_id, "entity_id", f"{entity} {number} is deleted"))
                    del waiting[row_id]


def _drop_what_is_taken(
    session: Session, model: type[Tracked], waiting: dict[int, dict[str, object]], left: list[Problem]
) -> None:
    """A number or name that another row has got since stays with that row."""
    for constraint in sa.inspect(model).local_table.constraints:
        if not isinstance(constraint, sa.UniqueConstraint):
            continue
        names = tuple(column.name for column in constraint.columns)
        keys = {row_id: tuple(values.get(name) for name in names) for row_id, values in waiting.items()}
        owners = taken(session, model, names, keys.values())
        for row_id, key in keys.items():
            if key in owners:
                shown = " ".join(map(str, key))
                left.append(
                    Problem(row_id, names[-1], f"{shown} now is {model.__name__.lower()} {owners[key]}")
                )
                del waiting[row_id]
