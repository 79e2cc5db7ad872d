"""What was committed is delivered to those who follow it, once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from orchflow.config.settings import Settings
from orchflow.dispatch import Dispatcher, News, Standing, Subscriber, standings
from orchflow.people.permissions import SYSTEM
from orchflow.people.tables import Team
from orchflow.store.engine import Store
from orchflow.store.events import Event, events_after
from orchflow.store.settings import put_setting
from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.sql import Query
from orchflow.workspace import Workspace

NEW_AGENT = Query.of("agent", "insert into agents (source, slug, present) values ('s', $slug, true)")


class Follower:
    """Remembers what it was told; fails while `fault` is set."""

    def __init__(self, name: str, **wants: frozenset[str]) -> None:
        self.heard: list[News] = []
        self.fault: Exception | None = None
        self.subscriber = Subscriber(name, self._hear, **wants)

    def _hear(self, ws: Workspace, news: News) -> None:
        if self.fault is not None:
            raise self.fault
        self.heard.append(news)

    @property
    def events(self) -> list[Event]:
        """Every event heard, in order."""
        return [event for news in self.heard for event in news.events]


@pytest.fixture
def ws(store: Store, warehouse: Warehouse, make_settings: Callable[..., Settings]) -> Iterator[Workspace]:
    """A workspace on each engine of the plan store."""
    opened = Workspace(make_settings(), store, warehouse)
    yield opened
    opened.dispatcher.stop()


@pytest.fixture
def teams(ws: Workspace) -> Follower:
    """Follows teams and agents, and has heard of everything so far."""
    follower = Follower("teams", entities=frozenset({"team"}), topics=frozenset({"agents"}))
    ws.dispatcher.subscribers = [follower.subscriber]
    ws.dispatcher.deliver()
    follower.heard.clear()
    return follower


def add_team(ws: Workspace, name: str) -> int:
    with ws.store.unit(SYSTEM) as session:
        team = Team(name=name)
        session.add(team)
        session.flush()
        return team.id


def add_agent(ws: Workspace, slug: str) -> None:
    with ws.warehouse.write() as tx:
        tx.execute(NEW_AGENT, {"slug": slug})


def kept(ws: Workspace) -> list[int]:
    with ws.store.read() as session:
        return [event.position for event in events_after(session, 0)]


def test_a_new_subscriber_is_told_to_look_at_everything(ws: Workspace) -> None:
    add_team(ws, "Engines")
    follower = Follower("teams", entities=frozenset({"team"}))
    ws.dispatcher.subscribers = [follower.subscriber]

    ws.dispatcher.deliver()
    ws.dispatcher.deliver()

    assert follower.heard == [News(1, (), anew=True)]


def test_what_is_committed_is_delivered_once_and_in_order(ws: Workspace, teams: Follower) -> None:
    first, second = add_team(ws, "Engines"), add_team(ws, "Wheels")

    ws.dispatcher.deliver()
    ws.dispatcher.deliver()

    (news,) = teams.heard
    assert [event.ids for event in news.events] == [(first,), (second,)]
    assert news.position == 2


def test_facts_are_told_by_topic(ws: Workspace, teams: Follower) -> None:
    add_agent(ws, "writer")
    add_agent(ws, "editor")

    ws.dispatcher.deliver()

    assert teams.events == [Event("agents", "", (), 2, 2)]


def test_nobody_is_told_what_does_not_concern_them(ws: Workspace, teams: Follower) -> None:
    put_setting(ws.store, SYSTEM, "workspace.name", "Acme")

    ws.dispatcher.deliver()

    assert teams.heard == []
    assert kept(ws) == []


def test_events_are_forgotten_when_everybody_has_had_them(ws: Workspace, teams: Follower) -> None:
    slow = Follower("slow", entities=frozenset({"team"}))
    ws.dispatcher.subscribers = [teams.subscriber, slow.subscriber]
    ws.dispatcher.deliver()
    slow.fault = OSError("no line")
    add_team(ws, "Engines")

    ws.dispatcher.deliver()
    assert kept(ws) == [1]

    slow.fault = None
    ws.dispatcher.deliver()
    assert kept(ws) == []


def test_a_subscriber_that_fails_fails_nobody_else_and_is_tried_again(
    ws: Workspace, teams: Follower, caplog: pytest.LogCaptureFixture
) -> None:
    calm = Follower("calm", entities=frozenset({"team"}))
    ws.dispatcher.subscribers = [teams.subscriber, calm.subscriber]
    ws.dispatcher.deliver()
    teams.fault = OSError("no line")

    first = add_team(ws, "Engines")
    ws.dispatcher.deliver()
    second = add_team(ws, "Wheels")
    ws.dispatcher.deliver()

    assert [event.ids for event in calm.events] == [(first,), (second,)]
    assert standings(ws.store) == [
        Standing("calm", 0, 0, None),
        Standing("teams", 2, 2, "OSError: no line"),
    ]
    assert "teams could not follow what was committed" in caplog.text

    teams.fault = None
    ws.dispatcher.deliver()

    assert [event.ids for event in teams.events] == [(first,), (second,)]
    assert standings(ws.store)[1] == Standing("teams", 0, 0, None)


def test_a_new_subscriber_that_fails_is_still_told_everything(ws: Workspace) -> None:
    follower = Follower("teams", entities=frozenset({"team"}))
    follower.fault = OSError("no line")
    ws.dispatcher.subscribers = [follower.subscriber]
    ws.dispatcher.deliver()
    add_team(ws, "Engines")
    follower.fault = None

    ws.dispatcher.deliver()

    assert follower.heard == [News(1, (), anew=True)]


def test_what_a_subscriber_commits_is_delivered_with_it(ws: Workspace, teams: Follower) -> None:
    chain = Subscriber(
        "chain",
        lambda ws, news: add_team(ws, "Follow-up") if len(news.events) == 2 else None,
        entities=frozenset({"team"}),
    )
    ws.dispatcher.subscribers = [teams.subscriber, chain]
    ws.dispatcher.deliver()

    add_team(ws, "Engines")
    add_team(ws, "Wheels")
    ws.dispatcher.deliver()

    assert len(teams.events) == 3


def test_subscribers_that_keep_each_other_busy_are_stopped(
    ws: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    names = iter(range(1000))
    ws.dispatcher.subscribers = [
        Subscriber("loop", lambda ws, news: add_team(ws, f"Team {next(names)}"), entities=frozenset({"team"}))
    ]

    ws.dispatcher.deliver()

    assert next(names) == 10
    assert "Subscribers keep causing events for each other" in caplog.text


def test_others_who_keep_committing_are_not_taken_for_a_loop(
    ws: Workspace, teams: Follower, caplog: pytest.LogCaptureFixture
) -> None:
    left = iter(range(30))

    def follow(ws: Workspace, news: News) -> None:
        number = next(left, None)
        if number is not None:
            add_agent(ws, f"agent {number}")  # as the mirror does
            other = threading.Thread(target=add_team, args=(ws, f"Team {number}"))
            other.start()
            other.join()

    ws.dispatcher.subscribers = [teams.subscriber, Subscriber("busy", follow, entities=frozenset({"team"}))]

    ws.dispatcher.deliver()

    assert len([event for event in teams.events if event.topic == "people"]) == 30
    assert caplog.text == ""


def test_where_the_effect_is_kept_elsewhere_its_own_position_counts(ws: Workspace) -> None:
    reached: list[int | None] = [None]
    heard: list[News] = []

    def follow(ws: Workspace, news: News) -> None:
        heard.append(news)
        reached[0] = news.position

    ws.dispatcher.subscribers = [
        Subscriber("copy", follow, entities=frozenset({"team"}), reached=lambda ws: reached[0])
    ]
    ws.dispatcher.deliver()
    add_team(ws, "Engines")
    ws.dispatcher.deliver()
    assert [(news.position, news.anew) for news in heard] == [(0, True), (1, False)]

    reached[0] = 0  # as after an older copy of it was restored
    ws.dispatcher.deliver()
    assert (heard[-1].position, heard[-1].anew) == (1, True)


class Gate(Follower):
    """Says when it has begun to hear, and waits to be let through."""

    def __init__(self) -> None:
        super().__init__("gate", entities=frozenset({"team"}))
        self.begun, self.through = threading.Semaphore(0), threading.Semaphore(0)

    def _hear(self, ws: Workspace, news: News) -> None:
        self.begun.release()
        assert self.through.acquire(timeout=30)
        super()._hear(ws, news)


@pytest.fixture
def gate(ws: Workspace) -> Iterator[Gate]:
    """The workspace delivers in its thread; the gate has begun with the first delivery, what an earlier process left."""
    follower = Gate()
    ws.dispatcher.subscribers = [follower.subscriber]
    ws.dispatcher.start()
    assert follower.begun.acquire(timeout=30)
    yield follower
    follower.through.release(100)


def test_the_thread_delivers_what_was_left_and_what_comes(ws: Workspace, gate: Gate) -> None:
    gate.through.release()
    add_team(ws, "Engines")
    assert gate.begun.acquire(timeout=30)
    gate.through.release()
    add_agent(ws, "writer")
    ws.dispatcher.stop()

    assert [(news.anew, len(news.events)) for news in gate.heard] == [(True, 0), (False, 1)]


def test_writers_do_not_wait_for_subscribers_and_what_piles_up_is_delivered_together(
    ws: Workspace, gate: Gate
) -> None:
    for number in range(5):
        add_team(ws, f"Team {number}")  # returns although the gate is shut

    gate.through.release()
    assert gate.begun.acquire(timeout=30)
    gate.through.release()
    ws.dispatcher.stop()

    assert [len(news.events) for news in gate.heard] == [0, 5]


def test_starting_twice_is_starting_once(ws: Workspace, gate: Gate) -> None:
    ws.dispatcher.start()
    gate.through.release()
    ws.dispatcher.stop()

    assert len(gate.heard) == 1


def test_a_workspace_that_is_closed_delivers_no_more(ws: Workspace, teams: Follower) -> None:
    ws.dispatcher.start()
    ws.dispatcher.stop()
    ws.dispatcher.stop()

    add_team(ws, "Engines")

    assert teams.heard == []
    assert not any(thread.name == "dispatcher" for thread in threading.enumerate())


def test_a_dispatcher_is_of_one_workspace(ws: Workspace) -> None:
    assert isinstance(ws.dispatcher, Dispatcher)
    before = len(ws.store.listeners)
    ws.dispatcher.stop()
    assert len(ws.store.listeners) == before - 1
