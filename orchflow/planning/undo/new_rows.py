"""Remove the rows that a request made, unless others have built on them since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import Problem
from orchflow.people.permissions import SYSTEM
from orchflow.planning.tables import Attachment, ChecklistItem, Comment, Flow, Goal, Link, Step
from orchflow.planning.undo.trace import Trace
from orchflow.planning.undo.undoable import undoable
from orchflow.planning.work.rules import ANCHORS
from orchflow.store.field import fields_of
from orchflow.store.merge import lock_rows
from orchflow.store.removal import remove
from orchflow.store.rows import entity_of, portions
from orchflow.store.tables import Change, Tracked


def take_away(session: Session, traces: Sequence[Trace], left: list[Problem]) -> int:
    """Delete the rows; returns how many. Those that are left are named in `left`."""
    going: dict[type[Tracked], set[int]] = {model: set() for model in undoable().values()}
    for model, ids in going.items():
        made = {trace.row_id: trace for trace in traces if trace.model is model}
        for row_id, row in lock_rows(session, model, made).items():
            if row.version > made[row_id].version and not _only_followed(session, row, made[row_id]):
                left.append(Problem(row_id, made[row_id].entity, "has been changed since it was made"))
            else:
                ids.add(row_id)
    while held := _held(session, going):
        for model, row_id in held:
            going[model].discard(row_id)
            left.append(Problem(row_id, entity_of(model), "others have built on it since"))
    for model in reversed(undoable().values()):
        if going[model]:
            remove(session, model, going[model])
    return sum(map(len, going.values()))


def _only_followed(session: Session, row: Tracked, trace: Trace) -> bool:
    """Whether nobody has changed it since, but what it follows has: a goal its figure, a checklist its self-checks and the calendar."""
    since = sa.select(Change.id).where(
        Change.entity == trace.entity, Change.entity_id == trace.row_id, Change.version > trace.version
    )
    if isinstance(row, Flow | Step | ChecklistItem):
        by_people = since.where(Change.actor != SYSTEM.username)
    elif isinstance(row, Goal) and row.live_figure is not None:
        by_people = since.where(Change.field != Goal.current.key)
    else:
        return False
    return session.scalar(by_people.limit(1)) is None


def _held(session: Session, going: dict[type[Tracked], set[int]]) -> set[tuple[type[Tracked], int]]:
    """The rows on which something stands that does not go with them."""
    held: set[tuple[type[Tracked], int]] = set()
    for model, ids in going.items():
        for name, field in fields_of(model).items():
            if field.target in going:
                held |= _under(session, field.target, going[field.target], model, ids, getattr(model, name))
    for entity, anchor in ANCHORS.items():
        for hung in (Comment, Link, Attachment):
            on_it = hung.entity == entity
            if hung is Comment:  # what the product itself says of a row holds nobody up
                on_it &= Comment.author_id.is_not(None)
            held |= _under(session, anchor, going[anchor], hung, going[hung], hung.entity_id, on_it)
    return held


def _under(
    session: Session,
    target: type[Tracked],
    targets: set[int],
    model: type[Tracked],
    going: set[int],
    column: Any,
    *also: sa.ColumnElement[bool],
) -> set[tuple[type[Tracked], int]]:
    """Which of the rows `targets` a row of `model` points to by `column` that is not `going` itself."""
    return {
        (target, number)
        for some in portions(targets)
        for row_id, number in session.execute(sa.select(model.id, column).where(column.in_(some), *also))
        if row_id not in going
    }
