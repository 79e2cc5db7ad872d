"""What waves come to, counted by hand."""

from __future__ import annotations

import pytest

from orchflow.people.permissions import SYSTEM, Actor
from orchflow.store.engine import Store
from orchflow.surveys.answers import check
from orchflow.surveys.cells import SMALL, Cell, told_apart
from orchflow.surveys.coding import coded, part_told
from orchflow.surveys.invitations import close_wave
from orchflow.surveys.respond import send_answers
from orchflow.surveys.results import GroupResult, survey_results
from orchflow.surveys.statistics import mean, ratio, share
from orchflow.surveys.tables import SurveyKind
from tests.surveys.conftest import ALL_HIGH, MakeTeams, everybody, opened, ready


def value(group: GroupResult, key: str) -> float:
    estimate = group.figure(key)
    assert estimate is not None, key
    return round(estimate.value, 4)


def test_readiness_of_a_team_and_its_first_barrier(store: Store, make_teams: MakeTeams) -> None:
    teams = make_teams(claims=5, sales=6)
    wave = opened(store)
    claims = [
        ready(5, 4, 2, 3, 3),
        ready(4, 4, 2, 4, 5),
        ready(5, 5, 1, 2, 2),
        ready(4, 2, 2, 4, 4),
        ready(5, 4, 4, 4, 4),
    ]
    for person, answers in zip(teams["claims"], claims, strict=True):
        send_answers(store, person, wave.id, answers)
    for person in teams["sales"]:
        send_answers(
            store,
            person,
            wave.id,
            ready(2, 5, 5, 5, 5) if person is teams["sales"][0] else ready(5, 5, 5, 5, 2),
        )
    close_wave(store, SYSTEM, wave.id)

    (result,) = survey_results(store, SYSTEM)
    whole, first, second = result.groups

    assert (first.name, first.invited, first.answers, first.barrier) == ("claims", 5, 5, "Knowledge")
    assert value(first, "knowledge") == round((2 + 2 + 1 + 2 + 4) / 5, 4)
    assert {each.key for each in first.figures} == set(ALL_HIGH)  # shares are told of the whole alone
    assert (second.name, second.barrier) == ("sales", "Reinforcement")
    assert (whole.answers, whole.barrier) == (11, "Reinforcement")
    assert value(whole, "knowledge_low") == round(4 / 11, 4)
    assert value(whole, "ready") == round(
        1 / 11, 4
    )  # the last of claims; of the fourth desire is the first that is low


def test_of_equals_the_earlier_barrier_is_told() -> None:
    held = {"ability": 2, "knowledge": 2, "none": 1}
    cell = Cell("claims", 5, 5, {"barrier": held})
    from orchflow.surveys.results import _barrier

    first = _barrier(cell)
    assert first is not None
    assert first.key == "knowledge"


def test_recapture_weighs_each_by_the_time_saved(store: Store, make_teams: MakeTeams) -> None:
    people = everybody(make_teams(claims=6))
    wave = opened(store, kind="saved_time")
    for person, (saved, split, checking) in zip(
        people,
        [
            (120, {"same_work": 2, "nowhere": 2}, 30),  # 60 of 120 come back
            (60, {"learning": 1}, 15),  # 60 of 60
            (60, {"fewer_hours": 4}, 15),  # none
            (240, {"other_work": 1, "learning": 1, "nowhere": 2}, 60),  # 120 of 240
            (0, None, 0),
            (30, {"same_work": 1, "other_work": 1, "learning": 1}, 0),  # 30 of 30, 10 minutes each
        ],
        strict=True,
    ):
        send_answers(
            store,
            person,
            wave.id,
            {"saved": saved, "checking": checking} | ({"split": split} if split else {}),
        )
    close_wave(store, SYSTEM, wave.id)

    ((whole,),) = [result.groups for result in survey_results(store, SYSTEM)]

    assert value(whole, "recapture") == round(270 / 510, 4)
    assert value(whole, "saved") == 510 / 6
    assert value(whole, "checking") == 20


def test_satisfaction_and_the_words_of_five_for_those_who_may_see_people(
    store: Store, make_teams: MakeTeams, viewer: Actor
) -> None:
    people = everybody(make_teams(claims=6))
    wave = opened(store, kind="satisfaction")
    for person, points in zip(people, (10, 9, 7, 6, 3, 8), strict=True):
        words = f"Better {points}" if points > 3 else ""
        send_answers(store, person, wave.id, {"satisfaction": points, "words": words})
    close_wave(store, SYSTEM, wave.id)
    (seen,), (told,) = survey_results(store, SYSTEM), survey_results(store, viewer)
    assert value(seen.whole, "satisfaction") == round(43 / 6, 4)
    assert value(seen.whole, "satisfaction_low") == round(2 / 6, 4)
    assert seen.words == ("Better 10", "Better 6", "Better 7", "Better 8", "Better 9")
    assert (told.words, told.groups) == ((), seen.groups)


def test_small_groups_are_told_together_with_the_next_larger() -> None:
    cells = [
        Cell(name, 9, answers, {"q": {"1": answers}})
        for name, answers in (("a", 2), ("b", 6), ("c", 7), ("d", 1))
    ]
    assert {cell.name: cell.answers for cell in told_apart(cells)} == {"c": 7, SMALL: 9}
    assert {cell.name for cell in told_apart(cells[1:3])} == {"b", "c"}
    before = [Cell(SMALL, 6, 6, {}), Cell("a", 9, 7, {}), Cell("b", 9, 8, {}), Cell("c", 9, 4, {})]
    assert {cell.name: cell.answers for cell in told_apart(before)} == {"a": 7, "b": 8, SMALL: 10}


def test_what_a_small_group_answered_alike_is_told_as_nearly_so() -> None:
    counts = {key: {str(answer): 5} for key, answer in ready(5, 5, 1, 4, 3).items()}
    counts["desire"] = {"5": 4, "4": 1}
    told = coded(SurveyKind.READINESS, Cell("claims", 5, 5, counts)).counts
    assert told == {
        "awareness": {"5": 4, "4": 1},
        "desire": {"5": 4, "4": 1},
        "knowledge": {"1": 4, "2": 1},
        "ability": {"4": 4, "3": 1},
        "reinforcement": {"3": 4, "2": 1},
    }
    assert [part_told(part, 5) for part in (0, 2, 5)] == [1, 2, 4]
    assert part_told(0, 20) == 0


def test_intervals_by_hand() -> None:
    some = mean({1: 1, 2: 2, 3: 1, 5: 1}, range(1, 6))
    assert some is not None
    assert (some.value, round(some.low, 1), round(some.high, 1)) == (
        2.6,
        1.0,
        4.5,
    )  # ± 2.776 × 1.517 ÷ √5, and no less than 1
    part = share(8, 10)
    assert part is not None
    assert (round(part.low, 3), round(part.high, 3)) == (0.490, 0.943)  # Wilson
    assert mean({3: 1}, range(1, 6)) is None
    assert share(0, 0) is None
    assert ratio(0, 0, {}, 9) is None


def test_a_split_adds_up_to_the_saved_time() -> None:
    split = {"same_work": 1, "learning": 1, "nowhere": 1}
    counts = check(SurveyKind.SAVED_TIME, {"saved": 15, "checking": 0, "split": split}).counts
    assert sum(counts["where"].values()) == 15 * 60
    with pytest.raises(Exception, match="must say how much"):
        check(SurveyKind.SAVED_TIME, {"saved": 15, "checking": 0, "split": {"moon": 1}})
