"""What a unit of work has changed, told once it is committed.

Each unit that changes tracked rows leaves its events in the store within its own transaction. They are numbered when it
commits, under a lock that is held until the commit is over: a unit that commits late has the later number, so whoever has
read up to a position has missed nothing before it. Events are kept until every subscriber has had them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.store.connect import insert_into
from orchflow.store.tables import DataVersion, Outbox

EVERY_TOPIC = "*"
"""The topic whose data version is the position of the last event."""


@dataclass(frozen=True)
class Event:
    """Something was committed.

    In the plan store: rows `ids` of `entity` (the table's name) were inserted, changed or deleted, and `position` is the
    event's place in the order of commits. In the warehouse: facts of `topic` were; entity and ids are then empty and the
    position is the version. `version` is the topic's data version.
    """

    topic: str
    entity: str
    ids: tuple[int, ...]
    version: int
    position: int


def note(session: Session, topic: str, entity: str, row_id: int) -> None:
    """Remember that the unit has changed a row."""
    session.info.setdefault("touched", {}).setdefault((topic, entity), set()).add(row_id)


def write_events(session: Session) -> None:
    """Raise the data versions of what was noted and write the events; the unit calls it when all else is written.

    Topics are locked in one order, the one common to all first, so that two units never wait for each other.
    """
    touched: dict[tuple[str, str], set[int]] = session.info.pop("touched", {})
    if not touched:
        return
    last = _raise(session, EVERY_TOPIC, len(touched))
    versions = {topic: _raise(session, topic) for topic in sorted({topic for topic, _ in touched})}
    session.connection().execute(
        sa.insert(Outbox),
        [
            {"position": last - len(touched) + place, "topic": topic, "entity": entity,
             "ids": sorted(ids), "version": versions[topic]}
            for place, ((topic, entity), ids) in enumerate(sorted(touched.items()), 1)
        ],
    )  # fmt: skip
    session.info["emitted"] = True


def _raise(session: Session, topic: str, by: int = 1) -> int:
    """The topic's data version, raised; nobody else raises it before this unit ends."""
    first = insert_into(session, DataVersion).values(topic=topic, version=by)
    raised = first.on_conflict_do_update(
        index_elements=[DataVersion.topic], set_={"version": DataVersion.version + by}
    )
    return int(session.connection().execute(raised.returning(DataVersion.version)).scalar_one())


def position(session: Session) -> int:
    """The position of the last event; 0 before the first."""
    return session.scalar(sa.select(DataVersion.version).where(DataVersion.topic == EVERY_TOPIC)) or 0


def events_after(session: Session, reached: int) -> Sequence[Event]:
    """The events that are kept, in the order of their commits, from the one after `reached` on."""
    kept = sa.select(Outbox).where(Outbox.position > reached).order_by(Outbox.position)
    return [
        Event(row.topic, row.entity, tuple(row.ids), row.version, row.position)
        for row in session.scalars(kept)
    ]
