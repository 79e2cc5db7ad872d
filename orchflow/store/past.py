"""Write what happened to a row before it came into this store, so that figures from the history hold for it too."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.encoding import encode
from orchflow.store.events import note
from orchflow.store.history import Unit
from orchflow.store.rows import entity_of, portions
from orchflow.store.tables import Change, Tracked

IMPORTED: Final = "import"
"""The `action` of a change that happened elsewhere."""

BEFORE_EVERY_VERSION: Final = 0
"""The `version` of such a change: no edit in this store is based on one before it, so merges pass it over."""


@dataclass(frozen=True)
class PastChange:
    """One field that somebody (`by`, a name) changed from `old` to `new`, in another program, at an aware instant that is over."""

    occurred_at: datetime
    field: str
    old: Any
    new: Any
    by: str

    @property
    def identity(self) -> tuple[datetime, str, str]:
        """What no other change of the row has."""
        return self.occurred_at, self.field, repr(encode(self.new))


def write_past(session: Session, model: type[Tracked], past: Mapping[int, Sequence[PastChange]]) -> int:
    """Write the past of rows (id → its changes, whose values were read); returns how many were not known yet.

    The rows themselves stay as they are. Importing the same past again writes nothing.
    """
    known = known_past(session, model, past.keys())
    unit, entity = session.info, entity_of(model)
    new: list[dict[str, Any]] = []
    for row_id, changes in past.items():
        for change in sorted(changes, key=lambda change: change.occurred_at):
            old, value = encode(change.old), encode(change.new)
            identity = (row_id, *change.identity)
            if identity in known:
                continue
            known.add(identity)
            new.append(
                {
                    "entity": entity,
                    "entity_id": row_id,
                    "action": IMPORTED,
                    "field": change.field,
                    "old": old,
                    "new": value,
                    "version": BEFORE_EVERY_VERSION,
                    "actor": change.by[:150],
                    "occurred_at": change.occurred_at,
                    "request": unit["request"],
                }
            )
    if new:
        assert isinstance(session, Unit), "the past is written in a unit of work"
        session.connection().execute(sa.insert(Change.__table__), new)  # type: ignore[arg-type]
        for row_id in {change["entity_id"] for change in new}:
            note(session, model.__topic__, entity, row_id)
    return len(new)


def known_past(
    session: Session, model: type[Tracked], ids: Collection[int]
) -> set[tuple[int, datetime, str, str]]:
    """The id and the identity of every change of some rows that was written as past."""
    known: set[tuple[int, datetime, str, str]] = set()
    for some in portions(ids):
        stored = sa.select(Change.entity_id, Change.occurred_at, Change.field, Change.new).where(
            Change.entity == entity_of(model),
            Change.entity_id.in_(some),
            Change.version == BEFORE_EVERY_VERSION,
        )
        known.update((row_id, at, field, repr(new)) for row_id, at, field, new in session.execute(stored))
    return known
