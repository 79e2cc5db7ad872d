"""Every act once: a double click, a rerun in flight and a retry ask for the same act, which is known by its key.

The key is written in the transaction that carries out the act, so either both are stored or neither. Whoever asks for
the act again, at the same moment or later, learns what the first one did.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow import clock
from orchflow.errors import OrchflowError
from orchflow.store.connect import insert_into
from orchflow.store.tables import StoredAct

KEPT = timedelta(hours=24)


@dataclass(eq=False)
class Act:
    """One attempt at what `key` stands for; it may take several units of work, which are numbered as they are opened.

    `fingerprint` says what was asked for, where a key might be used for something else. `stored` counts the units
    that were committed; `repeated` is set when a unit had been stored by an earlier attempt.
    """

    key: str
    fingerprint: str = ""
    opened: int = 0
    stored: int = 0
    repeated: bool = False

    def next_key(self) -> str:
        """The key of the next unit: the first one's is the act's own."""
        key = f"{self.key}#{self.opened}" if self.opened else self.key
        self.opened += 1
        return key


class ActRepeated(OrchflowError):
    """The act was carried out already and nothing was done now; `request` is under what its changes are recorded."""

    def __init__(self, request: str | None) -> None:
        super().__init__("This was done already, and is not done twice", "Look at what is stored.")
        self.request = request


def claim(session: Session, act: Act, request: str | None) -> None:
    """Write in this transaction that the next unit of `act` is carried out; ActRepeated when it has been.

    Where another transaction is carrying it out, its end is waited for.
    """
    key = act.next_key()
    if not _add(session, key, act.fingerprint, request):
        act.repeated = True
        raise ActRepeated(session.scalar(sa.select(StoredAct.request).where(StoredAct.key == key)))


def stored_act(session: Session, act: Act) -> StoredAct | None:
    """What was stored under the key of `act` in the last day."""
    recent = StoredAct.created_at >= clock.now() - KEPT
    return session.scalar(sa.select(StoredAct).where(StoredAct.key == act.key, recent))


def keep_outcome(session: Session, act: Act, outcome: str) -> None:
    """Keep what whoever asks for `act` again is answered with, whether or not it stored anything."""
    _add(session, act.key, act.fingerprint, None)
    same = (StoredAct.key == act.key, StoredAct.fingerprint == act.fingerprint)
    session.execute(sa.update(StoredAct).where(*same).values(outcome=outcome))


def _add(session: Session, key: str, fingerprint: str, request: str | None) -> bool:
    """Write a row unless there is one with that key; whether it was written. Rows that are too old go."""
    now = clock.now()
    old = sa.select(StoredAct.id).where(StoredAct.created_at < now - KEPT).with_for_update(skip_locked=True)
    session.execute(sa.delete(StoredAct).where(StoredAct.id.in_(old)))
    row = {"key": key, "fingerprint": fingerprint, "created_at": now, "request": request}
    new = insert_into(session, StoredAct).values(row).on_conflict_do_nothing()
    return session.scalar(new.returning(StoredAct.id)) is not None
