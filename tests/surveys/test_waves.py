"""Waves are planned, opened, answered and closed; what does not hold is said."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from orchflow.errors import Forbidden, Invalid
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.store.engine import Store
from orchflow.surveys.invitations import close_wave, keep_waves, open_wave
from orchflow.surveys.respond import own_survey, send_answers, waiting_surveys
from orchflow.surveys.results import survey_results
from orchflow.surveys.standings import wave_standings
from orchflow.surveys.tables import WaveState
from orchflow.surveys.waves import SURVEY_WAVES
from tests.people.conftest import Time
from tests.surveys.conftest import ALL_HIGH, MakeTeams, everybody, opened, planned


def test_a_wave_waits_for_those_who_are_invited_until_they_have_answered(
    store: Store, make_teams: MakeTeams
) -> None:
    teams = make_teams(claims=5, sales=2)
    wave = opened(store, audience="team", team_id=1)
    one, other = teams["claims"][0], teams["sales"][0]
    today = wave.opens
    assert [each.id for each in waiting_surveys(store, one.user_id, today)] == [wave.id]
    assert waiting_surveys(store, other.user_id, today) == []
    assert send_answers(store, one, wave.id, ALL_HIGH)
    assert waiting_surveys(store, one.user_id, today) == []
    assert own_survey(store, one, wave.id).standing == "answered"
    with pytest.raises(Forbidden, match="not invited"):
        send_answers(store, other, wave.id, ALL_HIGH)


def test_what_is_sent_twice_counts_once(store: Store, make_teams: MakeTeams) -> None:
    one, *_ = make_teams(claims=5)["claims"]
    wave = opened(store)
    assert send_answers(store, one, wave.id, ALL_HIGH)
    assert not send_answers(store, one, wave.id, ALL_HIGH | {"desire": 1})
    (standing,) = wave_standings(store, SYSTEM)
    assert (standing.state, standing.invited, standing.answers) == (WaveState.OPEN, 5, 1)


def test_what_is_sent_twice_at_a_time_counts_once(store: Store, make_teams: MakeTeams) -> None:
    people = make_teams(claims=5)["claims"]
    wave = opened(store)
    with ThreadPoolExecutor(6) as pool:
        counted = list(
            pool.map(lambda person: send_answers(store, person, wave.id, ALL_HIGH), people[:3] * 2)
        )
    assert sum(counted) == 3
    assert wave_standings(store, SYSTEM)[0].answers == 3


def test_what_is_missing_and_what_is_no_answer_is_named(store: Store, make_teams: MakeTeams) -> None:
    one, *_ = make_teams(claims=5)["claims"]
    wave = opened(store)
    with pytest.raises(Invalid) as refused:
        send_answers(store, one, wave.id, {"awareness": 3, "desire": 6, "knowledge": True, "mood": 1})
    assert {problem.field: problem.message for problem in refused.value.problems} == {
        "mood": "is not a question of this survey",
        "ability": "is not answered yet",
        "reinforcement": "is not answered yet",
        "desire": "must be 1, 2, 3, 4 or 5, not '6'",
        "knowledge": "must be 1, 2, 3, 4 or 5, not 'True'",
    }
    assert wave_standings(store, SYSTEM)[0].answers == 0


def test_where_time_went_is_asked_of_those_who_saved_some(store: Store, make_teams: MakeTeams) -> None:
    one, two, *_ = make_teams(claims=5)["claims"]
    wave = opened(store, kind="saved_time")
    assert send_answers(store, one, wave.id, {"saved": 0, "checking": 15})
    with pytest.raises(Invalid, match="split: is not answered yet"):
        send_answers(store, two, wave.id, {"saved": 60, "checking": 15, "split": {"learning": 0}})
    assert send_answers(store, two, wave.id, {"saved": 60, "checking": 15, "split": {"learning": 1}})


def test_fewer_than_five_are_not_asked(store: Store, make_teams: MakeTeams) -> None:
    make_teams(claims=3)
    wave = planned(store)
    assert wave_standings(store, SYSTEM)[0].waits.startswith("it would invite 3")
    with pytest.raises(Invalid, match="invites 3 people"):
        open_wave(store, SYSTEM, wave.id)
    keep_waves(store)
    assert SURVEY_WAVES.get(store, SYSTEM, wave.id).state == WaveState.PLANNED


def test_two_of_a_kind_are_not_open_at_a_time(store: Store, make_teams: MakeTeams) -> None:
    make_teams(claims=6)
    first = opened(store, title="First")
    second = planned(store, title="Second")
    with pytest.raises(Invalid, match="“First”, which is not closed"):
        open_wave(store, SYSTEM, second.id)
    opened(store, kind="satisfaction")
    close_wave(store, SYSTEM, first.id)
    assert open_wave(store, SYSTEM, second.id).state == WaveState.OPEN


def test_waves_open_and_close_on_their_days(store: Store, make_teams: MakeTeams, time: Time) -> None:
    one, *_ = make_teams(claims=5)["claims"]
    wave = planned(store)
    keep_waves(store)
    assert own_survey(store, one, wave.id).standing == "waits"
    time.forward(days=11)
    assert own_survey(store, one, wave.id).standing == "closed"
    with pytest.raises(Invalid, match="was closed"):
        send_answers(store, one, wave.id, ALL_HIGH)
    keep_waves(store)
    assert SURVEY_WAVES.get(store, SYSTEM, wave.id).state == WaveState.CLOSED


def test_what_people_were_told_when_they_answered_stays(store: Store, make_teams: MakeTeams) -> None:
    make_teams(claims=5)
    wave = opened(store)
    for change in ({"told_by": "job_role"}, {"kind": "satisfaction"}, {"audience": "team", "team_id": 1}):
        with pytest.raises(Invalid, match="plan another survey"):
            SURVEY_WAVES.update(store, SYSTEM, wave.id, wave.version, change)
    with pytest.raises(Invalid, match="was opened"):
        SURVEY_WAVES.delete(store, SYSTEM, wave.id, wave.version)
    with pytest.raises(Invalid, match="state: cannot be changed"):
        SURVEY_WAVES.update(store, SYSTEM, wave.id, wave.version, {"state": "planned"})
    longer = SURVEY_WAVES.update(store, SYSTEM, wave.id, wave.version, {"closes": "2099-01-01"}).row
    close_wave(store, SYSTEM, wave.id, longer.version)
    with pytest.raises(Invalid, match="is closed"):
        open_wave(store, SYSTEM, wave.id)


def test_managers_keep_waves_and_everybody_reads_results(
    store: Store, make_teams: MakeTeams, viewer: Actor
) -> None:
    one, *_ = make_teams(claims=5)["claims"]
    wave = planned(store)
    for act in (open_wave, close_wave):
        with pytest.raises(Forbidden):
            act(store, one, wave.id)
    manager = Actor(one.user_id, one.username, one.display_name, Role.MANAGER)
    assert manager.may(SURVEY_WAVES.edit)
    assert survey_results(store, viewer) == []


def test_of_a_wave_that_few_answered_nothing_is_told_or_kept(store: Store, make_teams: MakeTeams) -> None:
    people = everybody(make_teams(claims=8))
    wave = opened(store, kind="satisfaction")
    for person in people[:4]:
        send_answers(store, person, wave.id, {"satisfaction": 9, "words": "Fewer meetings"})
    close_wave(store, SYSTEM, wave.id)
    (result,) = survey_results(store, SYSTEM)
    assert (result.whole.figures, result.words, result.whole.answers) == ((), (), 4)
    assert result.missing.startswith("Fewer than 5 people answered")
