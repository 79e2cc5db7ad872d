"""What a unit of work has changed, told once it is committed."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence

import pytest

from orchflow.people.permissions import SYSTEM
from orchflow.people.tables import Team
from orchflow.store.engine import Store
from orchflow.store.events import Event, events_after, position
from orchflow.store.settings import put_setting


def events(store: Store, reached: int = 0) -> Sequence[Event]:
    with store.read() as session:
        return events_after(session, reached)


def reached(store: Store) -> int:
    with store.read() as session:
        return position(session)


def add_team(store: Store, *names: str) -> list[int]:
    with store.unit(SYSTEM) as session:
        teams = [Team(name=name) for name in names]
        session.add_all(teams)
        session.flush()
        return [team.id for team in teams]


def fail_to_add_team(store: Store) -> None:
    with contextlib.suppress(ZeroDivisionError), store.unit(SYSTEM) as session:
        session.add(Team(name="Wheels"))
        session.flush()
        raise ZeroDivisionError


def test_a_unit_leaves_one_event_for_each_kind_of_row_it_changed(store: Store) -> None:
    put_setting(store, SYSTEM, "workspace.name", "Acme")
    teams = add_team(store, "Engines", "Wheels")

    first, second = events(store)

    assert (first.topic, first.entity, first.version, first.position) == ("settings", "setting", 1, 1)
    assert second == Event("people", "team", tuple(teams), 1, 2)
    assert reached(store) == 2
    assert events(store, reached=1) == [second]
    assert store.version("people") == 1


def test_inserts_updates_and_deletes_are_events_and_edits_without_a_change_are_not(store: Store) -> None:
    (team,) = add_team(store, "Engines")
    with store.unit(SYSTEM) as session:
        session.get_one(Team, team).name = "Engines"
    with store.unit(SYSTEM) as session:
        session.get_one(Team, team).name = "Motors"
    with store.unit(SYSTEM) as session:
        session.delete(session.get_one(Team, team))

    assert [event.ids for event in events(store)] == [(team,)] * 3
    assert [event.version for event in events(store)] == [1, 2, 3]


def test_a_unit_that_is_rolled_back_leaves_no_event_and_no_gap(store: Store) -> None:
    add_team(store, "Engines")
    fail_to_add_team(store)
    add_team(store, "Brakes")

    assert [event.position for event in events(store)] == [1, 2]


def test_listeners_are_told_after_the_commit_and_only_when_something_changed(store: Store) -> None:
    told: list[int] = []
    store.listeners.append(lambda: told.append(reached(store)))

    with store.unit(SYSTEM):
        pass
    fail_to_add_team(store)
    assert told == []

    add_team(store, "Engines")
    assert told == [1], "the event can be read when the listener is called"


@pytest.mark.parametrize("store_address", ["postgresql"], indirect=True)
def test_a_unit_that_began_first_and_commits_last_is_not_skipped(store: Store) -> None:
    """On SQLite the second unit would wait for the first: one writer at a time."""
    written, may_commit = threading.Event(), threading.Event()
    slow: list[int] = []

    def write_slowly() -> None:
        with store.unit(SYSTEM) as session:
            team = Team(name="Slow")
            session.add(team)
            session.flush()
            slow.append(team.id)
            written.set()
            assert may_commit.wait(30)

    writer = threading.Thread(target=write_slowly)
    writer.start()
    assert written.wait(30)
    quick = add_team(store, "Quick")
    assert quick > slow, "the unit that commits first has the later rows"

    (seen,) = events(store)
    assert seen.ids == tuple(quick)
    may_commit.set()
    writer.join(30)

    (late,) = events(store, reached=seen.position)
    assert late.ids == tuple(slow)


def test_units_that_commit_at_the_same_moment_are_numbered_without_gaps(store: Store) -> None:
    together = threading.Barrier(8)

    def write(number: int) -> None:
        together.wait()
        add_team(store, f"Team {number}")
        put_setting(store, SYSTEM, f"setting {number}", number)

    writers = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert [event.position for event in events(store)] == list(range(1, 17))
    assert [event.version for event in events(store) if event.topic == "people"] == list(range(1, 9))
