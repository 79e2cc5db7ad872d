"""Open the plan store, read it, and change it in units of work."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import Unavailable
from orchflow.store import acts, backup, connect, locks, schema
from orchflow.store.failures import explained
from orchflow.store.history import Unit
from orchflow.store.migrate import migrate
from orchflow.store.tables import DataVersion
from orchflow.turns import Turns

Place: TypeAlias = tuple[str, str | None]
"""A country and a region of it, by their codes: ("DE", "BY")."""

_VERSION = sa.select(DataVersion.version).where(DataVersion.topic == sa.bindparam("topic"))


class Author(Protocol):
    """Whoever acts; the name is kept in the change history."""

    @property
    def username(self) -> str: ...

    def act(self) -> acts.Act | None:
        """What the next unit on their behalf belongs to; None where nothing is asked for twice."""

    def confirm(self, session: Session, *, hold: bool) -> None:
        """Forbidden unless they still are who they were; with `hold` they stay so until the transaction ends."""


class Store:
    """The plan store. Any number of threads may use one at the same time."""

    def __init__(self, engines: connect.Engines, zone: tzinfo = UTC, place: Place | None = None) -> None:
        self.engines = engines
        self.zone = zone
        """The zone whose days rules count in."""
        self.place = place
        """Whose public holidays are no working days; None: nobody's."""
        self.facts: Any = None
        """The warehouse that belongs to it, for rules that ask whether what a row names is known there; None: nothing does."""
        self._thread = threading.local()
        self._writers = Turns()
        self.listeners: list[Callable[[], None]] = []
        """Called after each commit that left events, in the thread that committed: a call must not take long."""

    @contextmanager
    def unit(
        self, actor: Author, request: str | None = None, *, alone: str | None = None
    ) -> Iterator[Session]:
        """One transaction on behalf of `actor`: committed at the end, rolled back on any error.

        The first thing in it is to confirm the actor: Forbidden when what they were let in with was taken away,
        and ActRepeated when what it belongs to (`actor.act()`) was stored already.
        Changes of tracked rows are recorded with `actor` and `request` (the correlation id of what caused them).
        `alone` names a lock that is held even before: for units that may change an actor's own standing.
        ConflictError when another unit has changed a row in between, StoreError when the database cannot.
        A unit is not opened inside another one: pass its session on.
        """
        if getattr(self._thread, "busy", False):
            raise RuntimeError("a unit of work is already open in this thread; pass its session on")
        act = actor.act()
        self._thread.busy = True
        info = {
            "actor": actor.username, "request": request, "zone": self.zone, "place": self.place, "facts": self.facts,
        }  # fmt: skip
        try:
            with (
                explained(),
                self._writing(),
                Unit(self.engines.writer, expire_on_commit=False, info=info) as session,
                session.begin(),
            ):
                if alone is not None:
                    locks.take(session, alone)
                actor.confirm(session, hold=True)
                if act is not None:
                    acts.claim(session, act, request)
                yield session
            if act is not None:
                act.stored += 1
        finally:
            self._thread.busy = False
        if session.info.get("emitted"):
            self.tell()

    def tell(self) -> None:
        """Tell the listeners that there are events."""
        for listener in tuple(self.listeners):
            listener()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """On SQLite let the threads of this process write in turn.

        It has one write lock, for which it waits by sleeping longer and longer: among many writers some would wait
        for a second while the lock is free most of the time.
        """
        if self.engines.kind != "sqlite":
            yield
            return
        with ExitStack() as held:
            try:
                held.enter_context(self._writers.turn(connect.BUSY_SECONDS))
            except TimeoutError:
                raise Unavailable(
                    "The plan store is busy: another change takes long", "Try again in a moment."
                ) from None
            yield

    @contextmanager
    def read(self, actor: Author | None = None, *, long: bool = False) -> Iterator[Session]:
        """A session that sees one consistent state and cannot write.

        For what leaves the product (a download, an export) it is on behalf of `actor`, who is confirmed as in a unit.
        A `long` one may stay open while a file is written: it takes no connection from those who read for a moment.
        """
        engine = self.engines.long_reader if long else self.engines.reader
        info = {"place": self.place}
        with explained(), Session(engine, expire_on_commit=False, autoflush=False, info=info) as session:
            if actor is not None:
                actor.confirm(session, hold=False)
            yield session

    def confirm(self, actor: Author) -> None:
        """Forbidden when what `actor` was let in with was taken away: for what neither reads nor writes here."""
        with self.read(actor):
            pass

    def version(self, topic: str) -> int:
        """How many committed units have changed `topic`; 0 when none has."""
        with explained(), self.engines.reader.connect() as connection:
            return connection.scalar(_VERSION, {"topic": topic}) or 0

    def versions(self, topics: Collection[str]) -> dict[str, int]:
        """The same of several topics."""
        chosen = sa.select(DataVersion.topic, DataVersion.version).where(DataVersion.topic.in_(topics))
        with explained(), self.engines.reader.connect() as connection:
            return dict.fromkeys(topics, 0) | {row.topic: row.version for row in connection.execute(chosen)}

    def revision(self) -> str:
        """The migration that the database is at."""
        with explained(), self.engines.reader.connect() as connection:
            return schema.revision(connection) or ""

    def backup(self, folder: Path) -> Path:
        """Copy the whole store into `folder` while it is in use; returns the copy's manifest."""
        with explained():
            return backup.backup(self.engines, folder)

    def dispose(self) -> None:
        """Close every connection."""
        self.engines.dispose()


def open_store(url: str, *, backups: Path, zone: tzinfo = UTC, place: Place | None = None) -> Store:
    """Open the plan store at `url` (`sqlite:///…` or `postgresql://…`), making or migrating it first.

    Its days are those of `zone`, its public holidays those of `place`. An older database is copied into `backups` before it is migrated. ConfigError for another kind of address,
    NewerDatabase when a newer version wrote it, StoreError when it cannot be reached or is not a plan store.
    """
    engines = connect.engines(url)
    try:
        engines.make_file()
        with explained():
            migrate(engines, backups)
    except BaseException:
        engines.dispose()
        raise
    return Store(engines, zone, place)
