"""Put back the fields that a request changed, where nobody has changed them since."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.encoding import encode
from orchflow.errors import Problem
from orchflow.planning.tables import Task
from orchflow.planning.undo.trace import Trace, now_of_another
from orchflow.planning.undo.undoable import undoable
from orchflow.planning.work.task_tree import Node, TaskTree
from orchflow.store.encoding import decode
from orchflow.store.entity import DECLARED
from orchflow.store.field import fields_of, unique_fields
from orchflow.store.merge import lock_rows
from orchflow.store.rows import portions
from orchflow.store.rules import out_of_order, present, taken
from orchflow.store.tables import Change, Tracked

_TOGETHER = (
    frozenset({"parent_id", "project_id", "goal_id", "position"}),
    frozenset({"status", "blocked_reason"}),
    frozenset({"state", "reason", "ticked_by_id", "ticked_at", "ticked_through"}),
    frozenset({"due_day", "due_by_hand"}),
    frozenset({"approved_by_id", "approved_at"}),
    frozenset({"ended_at", "ended_by_id"}),
)
"""Fields that make sense only with each other: all of them are put back, or none."""


def put_back(session: Session, traces: Sequence[Trace], left: list[Problem]) -> int:
    """Set the fields to what they were; returns how many rows changed. What is not put back is named in `left`."""
    changed = 0
    for model in undoable().values():
        of_model = [trace for trace in traces if trace.model is model]
        if not of_model:
            continue
        rows = lock_rows(session, model, {trace.row_id for trace in of_model})
        since = _since(session, model, of_model)
        targets = _targets(session, model, of_model)
        old_parents = [trace.before["parent_id"] for trace in of_model if trace.before.get("parent_id")]
        tree = TaskTree(session, old_parents) if model is Task else None
        for trace in of_model:
            if trace.row_id not in rows:
                left.append(
                    Problem(
                        trace.row_id,
                        trace.entity,
                        f"{since.get((trace.row_id, ''), 'somebody')} has deleted it",
                    )
                )
                continue
            changed += _put_back(session, rows[trace.row_id], trace, since, targets, tree, left)
    session.flush()
    return changed


def _put_back(
    session: Session,
    row: Tracked,
    trace: Trace,
    since: dict[tuple[int, str], str],
    targets: dict[str, set[int]],
    tree: TaskTree | None,
    left: list[Problem],
) -> int:
    values, kept = _compared(row, trace, since, targets)

    def now(name: str) -> Any:
        return values.get(name, getattr(row, name))

    declared = DECLARED.get(trace.model)
    span = declared.span if declared else None
    for problem in [*out_of_order(span, now, values), *_taken(session, row, now, values)]:
        kept[problem.field] = problem.message
        values.pop(problem.field, None)
    parent_id = values.get("parent_id")
    if isinstance(row, Task) and tree and parent_id and (knot := tree.knot(row.id, row.title, parent_id)):
        kept["parent_id"] = f"would now be under itself: {knot}"
        values = {name: value for name, value in values.items() if name not in _TOGETHER[0]}
    for name, value in values.items():
        setattr(row, name, value)
    if isinstance(row, Task) and tree is not None:
        tree.put(row.id, Node(row.parent_id, row.project_id, row.title))
    left += [Problem(row.id, name, why) for name, why in kept.items()]
    return int(bool(values))


def _taken(
    session: Session, row: Tracked, now: Callable[[str], Any], values: Mapping[str, Any]
) -> Iterator[Problem]:
    """What another row has got since."""
    model = type(row)
    for names in unique_fields(model):
        if changed := values.keys() & set(names):
            key = tuple(now(name) for name in names)
            owner = taken(session, model, names, [key]).get(key, row.id)
            if owner != row.id:
                yield Problem(row.id, changed.pop(), now_of_another(model, key, owner))


def _compared(
    row: Tracked, trace: Trace, since: dict[tuple[int, str], str], targets: dict[str, set[int]]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The values to put back, and why the other fields are left as they are."""
    columns = sa.inspect(type(row)).columns
    values: dict[str, Any] = {}
    kept: dict[str, str] = {}
    for name, old in trace.before.items():
        present_value = encode(getattr(row, name))
        if present_value == old:
            continue
        if present_value != trace.after[name]:
            kept[name] = f"{since.get((row.id, name), 'somebody')} has changed it since"
        elif name in targets and old is not None and old not in targets[name]:
            kept[name] = "what it was before has been deleted"
        else:
            values[name] = decode(columns[name].type, old)
    for group in _TOGETHER:
        if kept.keys() & group:
            for name in values.keys() & group:
                kept[name] = "belongs to what is left as it is"
    return {name: value for name, value in values.items() if name not in kept}, kept


def _since(session: Session, model: type[Tracked], traces: Sequence[Trace]) -> dict[tuple[int, str], str]:
    """(row, field) → who changed it last after the request; with no field, who touched the row last."""
    last = {trace.row_id: trace.last_change for trace in traces}
    changed_by: dict[tuple[int, str], str] = {}
    for some in portions(last.keys()):
        later = sa.select(Change.entity_id, Change.id, Change.field, Change.actor).where(
            Change.entity == model.__tablename__,  # type: ignore[attr-defined]
            Change.entity_id.in_(some),
            Change.id > min(last.values()),
        )
        for row_id, number, name, who in session.execute(later.order_by(Change.id)):
            if number > last[row_id]:
                changed_by[row_id, name] = changed_by[row_id, ""] = who
    return changed_by


def _targets(session: Session, model: type[Tracked], traces: Sequence[Trace]) -> dict[str, set[int]]:
    """Field → which of the rows it pointed to before still exist."""
    return {
        name: present(session, field.target, {t.before[name] for t in traces if t.before.get(name)})
        for name, field in fields_of(model).items()
        if field.target is not None
    }
