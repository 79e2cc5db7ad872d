"""Delivers what was committed, in either store, to those who follow it.

A subscriber's position is stored: what was committed and not delivered, because a process ended or a subscriber failed, is
delivered at the next event or start. What a subscriber does has no effect when it is done again, since a process may end
between the deed and the note of it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from orchflow import clock
from orchflow.errors import log_failure
from orchflow.people.permissions import SYSTEM
from orchflow.store.engine import Store
from orchflow.store.events import Event, events_after, position
from orchflow.store.tables import Outbox, Subscription

if TYPE_CHECKING:
    from orchflow.workspace import Workspace

ROUNDS = 10
"""What one subscriber does may be news for another; nobody needs as many turns as this."""

NEVER = -1
"""The position of a subscriber that nothing has been delivered to yet."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class News:
    """What a subscriber has not had yet, up to `position`; `anew` when what it has missed cannot be told in events."""

    position: int
    events: tuple[Event, ...]
    anew: bool = False


@dataclass(frozen=True)
class Subscriber:
    """Someone who follows rows of the plan store (`entities`; None: of every kind) and facts (`topics`).

    One whose effect is in the warehouse keeps its position there, in the transaction of the effect, and tells it with
    `reached`: where that is not the stored one, as after one store was replaced, it is told anew.
    """

    name: str
    act: Callable[[Workspace, News], object]
    entities: frozenset[str] | None = frozenset()
    topics: frozenset[str] = frozenset()
    reached: Callable[[Workspace], int | None] | None = None

    def wants(self, event: Event) -> bool:
        """Whether a change of the plan store concerns it."""
        return self.entities is None or event.entity in self.entities


class Dispatcher:
    """One round at a time: in the thread that calls `deliver`, or, once started, in one that sleeps until something is
    committed. Commits during a round are delivered together in the next."""

    def __init__(self, ws: Workspace) -> None:
        self.subscribers: Sequence[Subscriber] = ()
        self._ws = ws
        self._starting = threading.Lock()
        self._turn = threading.Lock()
        self._deliverer: int | None = None
        self._caused = self._others = False
        self._wake = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None
        ws.store.listeners.append(self._committed)
        ws.warehouse.listeners.append(self._committed)

    def start(self) -> None:
        """Deliver in a thread from now on, first what an earlier process left; starting again does nothing."""
        with self._starting:
            if self._thread is None:
                self._wake.set()
                self._thread = threading.Thread(target=self._run, name="dispatcher", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End after the delivery that may be going on; what is left is delivered at the next start."""
        if self._stopping:
            return
        self._ws.store.listeners.remove(self._committed)
        self._ws.warehouse.listeners.remove(self._committed)
        self._stopping = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def deliver(self) -> None:
        """Deliver everything that was committed before, and what the subscribers commit on hearing of it.

        A subscriber that fails is logged and noted; the others have theirs.
        """
        with self._turn:
            self._deliverer = threading.get_ident()
            try:
                failed: set[str] = set()
                rounds = 0
                while rounds < ROUNDS:
                    self._caused = self._others = False
                    self._round(failed)
                    if not self._caused:
                        return
                    rounds = 0 if self._others else rounds + 1
                log.error("Subscribers keep causing events for each other; they go on at the next one")
            finally:
                self._deliverer = None

    def _committed(self) -> None:
        if self._deliverer == threading.get_ident():
            self._caused = True
        else:
            self._others = True
            self._wake.set()

    def _run(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            if self._stopping:
                return
            try:
                self.deliver()
            except Exception as error:
                log_failure(log, "Events could not be delivered; the next one tries again", error)

    def _round(self, failed: set[str]) -> None:
        """Give everybody who has not failed what is new for them."""
        with self._ws.store.read() as session:
            known = {row.subscriber: row for row in session.scalars(sa.select(Subscription))}
            last = position(session)
            events = events_after(session, min((row.position for row in known.values()), default=last))
        notes = []
        for subscriber in self.subscribers:
            if subscriber.name in failed:
                continue
            row = known.get(subscriber.name) or Subscription(
                subscriber=subscriber.name, position=NEVER, facts={}, failures=0
            )
            versions = self._ws.warehouse.versions()
            facts = {topic: versions.get(topic, 0) for topic in sorted(subscriber.topics)}
            news = self._news(subscriber, row, events, last, facts)
            if news is None and row.position == last:
                continue
            notes.append(row)
            if news is not None:
                try:
                    subscriber.act(self._ws, news)
                except Exception as error:
                    log_failure(log, f"{subscriber.name} could not follow what was committed", error)
                    failed.add(subscriber.name)
                    row.failures, row.failed_at = row.failures + 1, clock.now()
                    row.error = f"{type(error).__name__}: {error}"
                    continue
            row.position, row.facts, row.failures, row.error, row.failed_at = last, facts, 0, None, None
        if notes:
            self._note(notes, known)

    def _news(
        self,
        subscriber: Subscriber,
        row: Subscription,
        events: Sequence[Event],
        last: int,
        facts: dict[str, int],
    ) -> News | None:
        kept = row.position if subscriber.reached is None else subscriber.reached(self._ws)
        if row.position == NEVER or kept != row.position:
            return News(last, (), anew=True)
        new = [event for event in events if event.position > row.position and subscriber.wants(event)]
        new += [
            Event(topic, "", (), version, version)
            for topic, version in facts.items()
            if version != row.facts.get(topic, 0)
        ]
        return News(last, tuple(new)) if new else None

    def _note(self, notes: Sequence[Subscription], known: dict[str, Subscription]) -> None:
        """Keep how far everybody is, and forget the events that all have had."""
        rows = known | {row.subscriber: row for row in notes}
        present = {subscriber.name for subscriber in self.subscribers}
        had_by_all = min(rows[name].position if name in rows else NEVER for name in present)
        with self._ws.store.unit(SYSTEM) as session:
            session.scalars(sa.select(Subscription)).all()  # read at once what merging would read one by one
            for row in notes:
                session.merge(row)
            session.execute(sa.delete(Subscription).where(Subscription.subscriber.not_in(present)))
            session.execute(sa.delete(Outbox).where(Outbox.position <= had_by_all))


@dataclass(frozen=True)
class Standing:
    """How a subscriber stands: `waiting` counts the events that it has not had; `error` is None unless it failed last."""

    subscriber: str
    waiting: int
    failures: int
    error: str | None


def standings(store: Store) -> list[Standing]:
    """How every subscriber stands that anything was ever delivered to."""
    with store.read() as session:
        last = position(session)
        rows = session.scalars(sa.select(Subscription).order_by(Subscription.subscriber))
        return [
            Standing(row.subscriber, last - max(row.position, 0), row.failures, row.error) for row in rows
        ]


def was_followed(store: Store) -> bool:
    """Whether anything was ever delivered: then there was a warehouse beside the plan store."""
    with store.read() as session:
        return session.scalar(sa.select(Subscription.subscriber).limit(1)) is not None
