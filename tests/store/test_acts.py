"""However often an act is asked for, it is stored once, and whoever asks again learns what the first one did."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from orchflow import clock
from orchflow.people.tables import Team
from orchflow.store.acts import Act, ActRepeated, keep_outcome, stored_act
from orchflow.store.engine import Store
from orchflow.store.tables import StoredAct
from tests.store.authors import ADA, Writer


def add_team(store: Store, act: Act | None, name: str = "Engines", request: str | None = None) -> None:
    with store.unit(Writer("ada", act), request) as session:
        session.add(Team(name=name))


def teams(store: Store) -> list[str]:
    with store.read() as session:
        return list(session.scalars(sa.select(Team.name).order_by(Team.id)))


def test_an_act_that_is_asked_for_again_is_not_done_again(store: Store) -> None:
    add_team(store, Act("k"), request="r1")
    again = Act("k")
    with pytest.raises(ActRepeated) as repeated:
        add_team(store, again, request="r2")
    assert (repeated.value.request, again.repeated, again.stored) == ("r1", True, 0)
    add_team(store, Act("another"), "Boilers")
    add_team(store, None, "Valves")
    assert teams(store) == ["Engines", "Boilers", "Valves"]


def test_what_was_refused_may_be_done_under_the_same_key(store: Store) -> None:
    act = Act("k")
    with pytest.raises(ZeroDivisionError), store.unit(Writer("ada", act)):
        raise ZeroDivisionError
    assert act.stored == 0
    add_team(store, Act("k"))
    assert teams(store) == ["Engines"]


def test_an_act_of_several_units_goes_on_where_it_was_interrupted(store: Store) -> None:
    first, again = Act("k"), Act("k")
    add_team(store, first, "a")
    with pytest.raises(ActRepeated):
        add_team(store, again, "a")
    add_team(store, again, "b")
    with pytest.raises(ActRepeated):
        add_team(store, first, "b")
    assert teams(store) == ["a", "b"]


def test_two_at_the_same_moment_store_it_once(store: Store) -> None:
    """The second one comes while the first one's unit is open, and waits for its end."""
    first_is_inside, errors = threading.Event(), []
    acts = [Act("k"), Act("k")]

    def second() -> None:
        first_is_inside.wait()
        try:
            add_team(store, acts[1], "second", "r2")
        except ActRepeated as error:
            errors.append(error.request)

    thread = threading.Thread(target=second)
    thread.start()
    with store.unit(Writer("ada", acts[0]), "r1") as session:
        first_is_inside.set()
        session.add(Team(name="first"))
    thread.join()
    assert (teams(store), errors) == (["first"], ["r1"])
    assert [act.stored for act in acts] == [1, 0]


def test_the_second_of_two_does_it_when_the_first_was_refused(store: Store) -> None:
    inside = threading.Event()

    def second() -> None:
        inside.wait()
        add_team(store, Act("k"), "second")

    thread = threading.Thread(target=second)
    thread.start()

    def first() -> None:
        with store.unit(Writer("ada", Act("k"))) as session:
            inside.set()
            session.add(Team(name="first"))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        first()
    thread.join()
    assert teams(store) == ["second"]


def test_an_outcome_is_kept_for_a_day(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    act = Act("k", "what was asked for")
    add_team(store, act)
    with store.unit(ADA) as session:
        keep_outcome(session, act, "done")
    with store.unit(ADA) as session:
        keep_outcome(session, Act("k", "something else"), "done otherwise")
    with store.read() as session:
        known = stored_act(session, act)
        assert known is not None
        assert (known.outcome, known.fingerprint) == ("done", "what was asked for")
    later = clock.now() + timedelta(hours=25)
    monkeypatch.setattr(clock, "now", lambda: later)
    with store.read() as session:
        assert stored_act(session, act) is None
    add_team(store, Act("k"), "Again")
    with store.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(StoredAct)) == 1
