"""A wave that is over stays over: no answer comes between two readings of its results, and nothing that was begun is left."""

from __future__ import annotations

from datetime import timedelta

import pytest

from orchflow.errors import Invalid
from orchflow.people.permissions import SYSTEM
from orchflow.store.engine import Store
from orchflow.surveys import drafts
from orchflow.surveys.drafts import keep_draft, own_draft
from orchflow.surveys.invitations import close_in, close_wave, keep_waves, open_wave
from orchflow.surveys.questions import LONGEST_WORDS
from orchflow.surveys.respond import own_survey, send_answers
from orchflow.surveys.results import survey_results
from orchflow.surveys.standings import wave_standings
from orchflow.surveys.tables import WaveState
from orchflow.surveys.waves import SURVEY_WAVES
from tests.people.conftest import Time
from tests.surveys.conftest import ALL_HIGH, MakeTeams, everybody, opened, planned

DAY = timedelta(days=1)


def test_a_wave_that_is_over_is_told_once_it_was_closed_and_is_never_longer(
    store: Store, make_teams: MakeTeams, time: Time
) -> None:
    *five, sixth = everybody(make_teams(claims=6))
    wave = opened(store)
    for person in five:
        send_answers(store, person, wave.id, ALL_HIGH)
    time.forward(days=11)

    assert survey_results(store, SYSTEM) == []
    (standing,) = wave_standings(store, SYSTEM)
    assert standing.state == WaveState.OPEN
    assert standing.waits.startswith("its last day is over")
    for closes in (wave.closes + 9 * DAY, wave.closes - DAY):
        with pytest.raises(Invalid, match="closes: was answered under what is said here: plan another"):
            SURVEY_WAVES.update(store, SYSTEM, wave.id, wave.version, {"closes": closes})
    with pytest.raises(Invalid, match="was closed"):
        send_answers(store, sixth, wave.id, ALL_HIGH)
    named = SURVEY_WAVES.update(store, SYSTEM, wave.id, wave.version, {"title": "Were you?"}).row

    keep_waves(store)
    (result,) = survey_results(store, SYSTEM)
    assert (result.wave.title, result.whole.answers) == (named.title, 5)
    with pytest.raises(Invalid, match="closes: was answered under what is said here: plan another"):
        SURVEY_WAVES.update(store, SYSTEM, wave.id, result.wave.version, {"closes": wave.closes + 9 * DAY})


def test_an_open_wave_does_not_end_on_a_day_that_has_passed(
    store: Store, make_teams: MakeTeams, time: Time
) -> None:
    make_teams(claims=5)
    wave = opened(store)
    time.forward(days=3)
    with pytest.raises(Invalid, match="closes: is before today"):
        SURVEY_WAVES.update(store, SYSTEM, wave.id, wave.version, {"closes": wave.opens + 2 * DAY})
    shorter = SURVEY_WAVES.update(store, SYSTEM, wave.id, wave.version, {"closes": wave.opens + 3 * DAY})
    assert shorter.row.closes == wave.opens + 3 * DAY


def test_another_of_its_kind_is_opened_once_it_was_closed(
    store: Store, make_teams: MakeTeams, time: Time
) -> None:
    make_teams(claims=6)
    first = opened(store, title="First")
    time.forward(days=11)
    second = planned(store, title="Second")
    with pytest.raises(Invalid, match="“First”, which is not closed"):
        open_wave(store, SYSTEM, second.id)
    keep_waves(store)
    states = [SURVEY_WAVES.get(store, SYSTEM, each.id).state for each in (first, second)]
    assert states == [WaveState.CLOSED, WaveState.OPEN]


def test_one_that_was_made_longer_meanwhile_is_not_closed_by_night(
    store: Store, make_teams: MakeTeams
) -> None:
    make_teams(claims=5)
    wave = opened(store)
    longer = SURVEY_WAVES.update(store, SYSTEM, wave.id, wave.version, {"closes": wave.closes + DAY}).row
    for today, state in ((longer.closes, WaveState.OPEN), (longer.closes + DAY, WaveState.CLOSED)):
        with store.unit(SYSTEM) as session:
            assert close_in(session, wave.id, today, once_over=True).state == state


def test_what_was_begun_is_forgotten_when_the_wave_ends(
    store: Store, make_teams: MakeTeams, time: Time
) -> None:
    one, two, *_ = everybody(make_teams(claims=5))
    wave, other = opened(store), opened(store, kind="satisfaction")
    keep_draft(store, one, wave.id, {"desire": 2})
    keep_draft(store, one, other.id, {"satisfaction": 7})
    close_wave(store, SYSTEM, wave.id)
    assert (own_draft(store, one, wave.id), own_draft(store, one, other.id)) == ({}, {"satisfaction": 7})

    keep_draft(store, two, other.id, {"satisfaction": 3})
    time.forward(days=11)
    assert own_survey(store, two, other.id).standing == "closed"
    assert own_draft(store, two, other.id) == {}
    keep_waves(store)
    assert own_draft(store, one, other.id) == {}

    keep_draft(store, one, other.id, {"satisfaction": 7})  # as if another process had closed it
    keep_waves(store)
    assert own_draft(store, one, other.id) == {}


def test_only_so_many_are_kept_and_so_much_of_their_text(
    store: Store, make_teams: MakeTeams, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two, three, *_ = everybody(make_teams(claims=5))
    wave = opened(store, kind="satisfaction")
    monkeypatch.setattr(drafts, "MOST", 2)
    for person in (one, two, one, three):
        keep_draft(store, person, wave.id, {"words": "a" * 10_000})
    kept = [len(own_draft(store, person, wave.id).get("words", "")) for person in (one, two, three)]
    assert kept == [LONGEST_WORDS, 0, LONGEST_WORDS]
