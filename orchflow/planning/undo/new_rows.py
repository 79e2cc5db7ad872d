"""Remove the rows that a request made, unless others have built on them since."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import Problem
from orchflow.planning.tables import MODELS, Attachment, Comment, Link
from orchflow.planning.undo.trace import Trace
from orchflow.planning.work.rules import ANCHORS
from orchflow.store.merge import lock_rows
from orchflow.store.removal import remove
from orchflow.store.rows import portions
from orchflow.store.tables import Tracked


def take_away(session: Session, traces: Sequence[Trace], left: list[Problem]) -> int:
    """Delete the rows; returns how many. Those that are left are named in `left`."""
    going: dict[type[Tracked], set[int]] = {model: set() for model in MODELS.values()}
    for model, ids in going.items():
        made = {trace.row_id: trace for trace in traces if trace.model is model}
        for row_id, row in lock_rows(session, model, made).items():
            if row.version > made[row_id].version:
                left.append(Problem(row_id, made[row_id].entity, "has been changed since it was made"))
            else:
                ids.add(row_id)
    while held := _held(session, going):
        for model, row_id in held:
            going[model].discard(row_id)
            entity = sa.inspect(model).local_table.description
            left.append(Problem(row_id, str(entity), "others have built on it since"))
    for model in reversed(MODELS.values()):
        if going[model]:
            remove(session, model, going[model])
    return sum(map(len, going.values()))


def _held(session: Session, going: dict[type[Tracked], set[int]]) -> set[tuple[type[Tracked], int]]:
    """The rows on which something stands that does not go with them."""
    held: set[tuple[type[Tracked], int]] = set()
    tables = {sa.inspect(model).local_table: model for model in going}
    for model, ids in going.items():
        for column in sa.inspect(model).local_table.columns:
            for key in column.foreign_keys:
                target = tables.get(key.column.table)
                if target is None:
                    continue
                for some in portions(going[target]):
                    standing = sa.select(model.id, column).where(column.in_(some))
                    held |= {
                        (target, number) for row_id, number in session.execute(standing) if row_id not in ids
                    }
    for entity, anchor in ANCHORS.items():
        for hung in (Comment, Link, Attachment):
            for some in portions(going[anchor]):
                on_it = sa.select(hung.id, hung.entity_id).where(
                    hung.entity == entity, hung.entity_id.in_(some)
                )
                held |= {
                    (anchor, number) for row_id, number in session.execute(on_it) if row_id not in going[hung]
                }
    return held
