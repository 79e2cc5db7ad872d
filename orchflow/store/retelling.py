"""Tell a past: the features write as ever, under a clock that stands at the moment of each act."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.orm import Session

from orchflow import clock
from orchflow.store import locks
from orchflow.store.engine import Author, Store


class Retelling(Store):
    """A store on which it is the moment that was told last. Its units are parts of one transaction.

    Whatever fails in one of them ends the whole. An actor is confirmed once: the transaction keeps them who they are.
    """

    def __init__(self, store: Store, session: Session) -> None:
        super().__init__(store.engines, store.zone)
        self._session = session
        self._confirmed: set[str] = set()

    def at(self, moment: datetime) -> None:
        """Let what is written from here on happen at `moment` (aware, not in the future)."""
        if moment.tzinfo is None or moment > clock.now():
            raise ValueError(f"{moment.isoformat()} is not an instant of the past")
        self._session.info["moment"] = moment

    @contextmanager
    def unit(
        self, actor: Author, request: str | None = None, *, alone: str | None = None
    ) -> Iterator[Session]:
        """A part of the transaction, on behalf of `actor`."""
        if alone is not None:
            locks.take(self._session, alone)
        if actor.username not in self._confirmed:
            actor.confirm(self._session, hold=True)
            self._confirmed.add(actor.username)
        self._session.info.update(actor=actor.username, request=request)
        yield self._session
        self._session.flush()

    @contextmanager
    def read(self, actor: Author | None = None, *, long: bool = False) -> Iterator[Session]:
        """What has been told so far."""
        yield self._session


@contextmanager
def retell(store: Store, actor: Author) -> Iterator[Retelling]:
    """Open one transaction on behalf of `actor` in which a past is told in order: `at` a moment, then acts, and so on."""
    with store.unit(actor) as session:
        yield Retelling(store, session)
