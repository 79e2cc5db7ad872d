"""Nobody learns what one person answered: not from the store as it is, and not from anything that may be read."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchflow.api import app  # noqa: F401 - the whole product is imported, with every table
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.store.engine import Store
from orchflow.store.tables import Base
from orchflow.surveys.answers import barrier, check
from orchflow.surveys.cells import Cell, together, told_apart
from orchflow.surveys.coding import coded
from orchflow.surveys.invitations import close_wave
from orchflow.surveys.respond import send_answers
from orchflow.surveys.results import survey_results
from orchflow.surveys.tables import SurveyInvitation, SurveyKind, SurveyTally, SurveyWords
from tests.people.conftest import Time
from tests.surveys.conftest import ALL_HIGH, MakeTeams, everybody, opened, ready

ANSWERED = {SurveyTally.__tablename__, SurveyWords.__tablename__}
FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SCORES = st.tuples(*[st.integers(1, 5)] * 5)


def dump(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, in the order in which the engine keeps it."""
    with store.read() as session:
        return {
            name: [tuple(map(repr, row)) for row in session.execute(sa.select(table))]
            for name, table in Base.metadata.tables.items()
        }


def test_no_table_of_answers_points_to_a_person_by_any_path() -> None:
    """Along foreign keys, whichever way round, without the wave that they are answers to; and none counts up or has a time."""
    for name in ANSWERED:
        table = Base.metadata.tables[name]
        assert {key.column.table.name for key in table.foreign_keys} == {"survey_wave"}
        kinds = {column.name: column.type for column in table.columns}
        assert not [column for column, kind in kinds.items() if isinstance(kind, sa.DateTime | sa.Date)]
        assert not {"id", "version", "actor", "request", "person_id", "user_id"} & kinds.keys()
    pointing = {
        table.name
        for table in Base.metadata.tables.values()
        if any(key.column.table.name in ANSWERED for key in table.foreign_keys)
    }
    assert pointing == set()
    wave = Base.metadata.tables["survey_wave"]
    assert {key.column.table.name for key in wave.foreign_keys} == {"team"}


def test_the_store_is_the_same_whoever_gave_which_answers(
    store: Store, make_teams: MakeTeams, time: Time
) -> None:
    """Each person of a team may have given any of its answers, in any order: no table differs, the log of changes neither."""
    teams = make_teams(claims=5, sales=5)
    given = [ready(1, 2, 3, 4, 5), ready(5, 5, 1, 1, 1), ready(2, 2, 2, 2, 2), ready(3, 4, 5, 3, 4)]
    people = teams["claims"][:4]
    dumps = []
    for turn in (0, 1, 2):
        wave = opened(store, title="Same")
        before = dump(store)
        senders = [*people[turn:], *people[:turn]]
        for person, answers in zip(senders, given, strict=True):
            send_answers(store, person, wave.id, answers)
        after = dump(store)
        assert {name for name in after if after[name] != before[name]} == {
            "survey_invitation",
            "survey_tally",
        }
        dumps.append(
            {
                name: [row[1:] for row in after[name] if row[0] == repr(wave.id)]
                for name in ("survey_invitation", "survey_tally")
            }
        )
        close_wave(store, SYSTEM, wave.id)
    assert dumps[0] == dumps[1] == dumps[2]


def test_words_are_kept_in_no_order_of_their_writers(store: Store, make_teams: MakeTeams) -> None:
    people = everybody(make_teams(claims=6))
    wave = opened(store, kind="satisfaction")
    for person, words in zip(people, ("zebra", "Ant", "mole", "", "bee", "ant"), strict=True):
        send_answers(store, person, wave.id, {"satisfaction": 5, "words": words})
    with store.read() as session:
        assert session.scalar(sa.select(SurveyWords.words)) == ["Ant", "ant", "bee", "mole", "zebra"]


def test_who_answered_is_forgotten_when_a_wave_is_closed(store: Store, make_teams: MakeTeams) -> None:
    people = everybody(make_teams(claims=6, sales=3))
    wave = opened(store)
    for person in people[:5]:
        send_answers(store, person, wave.id, ALL_HIGH)
    close_wave(store, SYSTEM, wave.id)
    with store.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(SurveyInvitation)) == 0
        assert [row.answers for row in session.scalars(sa.select(SurveyTally))] == [5]


def test_nothing_is_told_of_an_open_wave(store: Store, make_teams: MakeTeams, viewer: Actor) -> None:
    people = everybody(make_teams(claims=9))
    wave = opened(store)
    for person in people:
        send_answers(store, person, wave.id, ALL_HIGH)
        assert survey_results(store, SYSTEM, wave_id=wave.id) == []
    close_wave(store, SYSTEM, wave.id)
    (admins,), (viewers,) = survey_results(store, SYSTEM), survey_results(store, viewer)
    assert admins.groups == viewers.groups


def test_neither_an_act_nor_a_log_of_the_press_is_kept(
    store: Store, make_teams: MakeTeams, caplog: Any
) -> None:
    """A press on the form has a key that is kept for a day with the time and, over the API, a fingerprint of what was sent."""
    one, *_ = everybody(make_teams(claims=6))
    wave = opened(store)
    before = dump(store)
    with caplog.at_level("DEBUG", logger="orchflow"):
        send_answers(store, one, wave.id, ALL_HIGH)
    assert dump(store)["stored_act"] == before["stored_act"]
    assert caplog.messages == []


def _cell(name: str, people: Sequence[tuple[int, ...]]) -> Cell:
    cell = Cell(name, len(people), 0, {})
    for scores in people:
        answers = ready(*scores)
        one = Cell(name, 0, 1, check(SurveyKind.READINESS, answers).counts)
        cell = together([cell, one], name)
    return cell


GROUPS = st.lists(st.lists(SCORES, max_size=9), min_size=1, max_size=5)


@FEW
@given(GROUPS)
def test_no_difference_of_what_is_told_is_of_fewer_than_five(groups: list[list[tuple[int, ...]]]) -> None:
    """What is told apart are parts of the whole that do not overlap, so every difference is a sum of them."""
    told = told_apart([_cell(str(number), people) for number, people in enumerate(groups)])
    answers = [cell.answers for cell in told]
    if sum(answers) < 5:
        return  # nothing is told at all
    for size in range(1, len(told) + 1):
        for some in combinations(answers, size):
            rest = sum(answers) - sum(some)
            assert sum(some) >= 5
            assert rest == 0 or rest >= 5


@FEW
@given(st.lists(SCORES, min_size=5, max_size=12))
def test_no_small_group_is_told_to_be_of_one_mind(people: list[tuple[int, ...]]) -> None:
    told = coded(SurveyKind.READINESS, _cell("claims", people))
    for key in ALL_HIGH:
        assert len(told.counts[key]) > 1, key
        assert sum(told.counts[key].values()) == len(people)


@FEW
@given(st.lists(SCORES, min_size=5, max_size=9), st.randoms())
def test_the_sums_do_not_depend_on_the_order(people: list[tuple[int, ...]], random: Any) -> None:
    shuffled = random.sample(people, len(people))
    assert _cell("a", people) == _cell("a", shuffled)
    assert barrier(ready(4, 2, 1, 1, 1)) == "desire"
