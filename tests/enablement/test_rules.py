"""Standing of trainings and skills, idle money, activation, cohorts and effects: by hand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from orchflow.enablement.activation import activation
from orchflow.enablement.cohorts import Cohort, cohorts, retention, told_cohorts
from orchflow.enablement.effect import Measured, difference_in_differences, effect_on_members, measured
from orchflow.enablement.seat_money import idle_money, purchased
from orchflow.enablement.standing import skill_standing, training_standing
from orchflow.errors import Invalid

TODAY = date(2026, 11, 20)
MONDAY = date(2026, 11, 16)


def training(number: int, name: str, **more: Any) -> Any:
    return SimpleNamespace(
        id=number, name=name, **{"everybody": False, "job_roles": [], "valid_months": None} | more
    )


def done(of: int, person: int, day: date, result: str = "passed") -> Any:
    return SimpleNamespace(training_id=of, person_id=person, day=day, result=result)


def test_a_training_is_required_by_a_line_of_the_job_role_by_its_own_list_or_of_everybody() -> None:
    trainings = [
        training(1, "Prompts"),
        training(2, "Agents", job_roles=["analyst"]),
        training(3, "Law", everybody=True),
    ]
    roles = {1: "engineer", 2: "analyst", 3: None}
    standing = training_standing(trainings, [], roles, {"engineer": ["prompts"]}, TODAY)
    assert [sorted(one.required) for one in standing] == [[1], [2], [1, 2, 3]]


def test_what_was_failed_or_is_too_long_ago_or_to_come_is_not_done() -> None:
    law = training(1, "Law", everybody=True, valid_months=12)
    rows = [
        done(1, 1, date(2025, 11, 21)), done(1, 2, date(2025, 11, 20)), done(1, 3, TODAY, "failed"), done(1, 4, TODAY + timedelta(1)),
    ]  # fmt: skip
    (standing,) = training_standing([law], rows, dict.fromkeys((1, 2, 3, 4)), {}, TODAY)
    assert (standing.done, standing.lapsed, len(standing.required)) == ({1}, {2}, 4)


def test_an_assessor_s_latest_level_beats_one_s_own_and_more_makes_up_for_nobody() -> None:
    needed = [SimpleNamespace(skill="Prompting", job_role="engineer", level=3)]

    def found(person: int, level: int, day: int, by: str = "self") -> Any:
        return SimpleNamespace(
            skill="prompting", person_id=person, level=level, assessed_by=by, day=date(2026, 11, day)
        )

    rows = [found(1, 1, 1), found(1, 4, 9), found(2, 4, 9), found(2, 1, 2, "assessor")]
    (standing,) = skill_standing(needed, rows, {1: "engineer", 2: "engineer", 3: "engineer", 4: None}, TODAY)
    assert (standing.gaps, set(standing.needed)) == ({1: 0, 2: 2}, {1, 2, 3})


def bought(seats: int, price: str, **more: Any) -> Any:
    usual = {
        "id": seats,
        "currency": "USD",
        "valid_from": date(2026, 5, 1),
        "valid_to": None,
        "renews_on": None,
        "notice_days": None,
    }
    return SimpleNamespace(seats=seats, price=Decimal(price), **usual | more)


def test_idle_money_is_three_figures() -> None:
    rows = [
        bought(50, "30", renews_on=date(2027, 5, 1), notice_days=60),
        bought(10, "20", renews_on=date(2026, 12, 1), notice_days=30),
    ]
    assert purchased(rows, TODAY) == 60
    money = idle_money(rows, assigned=45, active=36, day=TODAY)
    assert money.exposed == 10 * 20 + 14 * 30, "24 of 60 are idle, the cheapest first"
    assert money.reassignable == 9 * 20, "45 are held, 9 of them idle"
    assert (money.reducible, money.renewal, money.notice) == (14 * 30, date(2027, 5, 1), date(2027, 3, 2))
    unknown = idle_money([bought(60, "30")], 45, 36, TODAY)
    assert (unknown.exposed, unknown.reducible) == (24 * 30, None)
    assert purchased(rows, date(2026, 4, 30)) is None


def test_more_people_than_seats_leave_nothing_idle() -> None:
    money = idle_money([bought(10, "30")], assigned=40, active=36, day=TODAY)
    assert (money.exposed, money.reassignable, money.reducible) == (0, 0, 0)


def test_activation_leaves_out_those_in_their_grace_and_judges_seats_older_than_thirty_days() -> None:
    def ago(days: int) -> date:
        return TODAY - timedelta(days)

    seats = [
        (ago(60), ago(58)),
        (ago(60), ago(20)),
        (ago(50), None),
        (ago(20), None),
        (ago(10), None),
        (None, ago(3)),
        (ago(3), ago(9)),
    ]
    told = activation(seats, TODAY)
    assert (told.known, told.median, told.within, told.judged, told.never, told.in_grace) == (
        6,
        2,
        1,
        3,
        2,
        1,
    ), "the one of three days is not judged, though its holder ran"
    assert activation([], TODAY).median is None


def test_retention_is_weighted_by_people() -> None:
    weeks = [MONDAY - timedelta(14), MONDAY - timedelta(7), MONDAY]
    rows = [
        (weeks[0], weeks[0], 10),
        (weeks[0], weeks[1], 2),
        (weeks[1], weeks[1], 100),
        (weeks[2], weeks[2], 3),
    ]
    made = cohorts(rows, TODAY)
    assert [cohort.retained for cohort in made] == [(10, 2, 0), (100, 0), (3,)], (
        "ages that are reached, 0 where nobody ran"
    )
    assert retention(
        [Cohort(weeks[0], weeks[0], 10, (10, 2)), Cohort(weeks[1], weeks[1], 100, (100, 0))], 1
    ) == pytest.approx(2 / 110)
    assert retention(made, 1) == 2 / 10, "the second cohort's week still runs"
    assert retention(made, 2) is None


def test_small_cohorts_are_told_together_and_of_small_cells_only_the_bound() -> None:
    made = [
        Cohort(MONDAY - timedelta(7 * n), MONDAY - timedelta(7 * n), 8, tuple([8, 6, 1, 3][: n + 1]))
        for n in (3, 2, 1)
    ]
    (told,) = told_cohorts(made, everything=False)
    assert (told.size, told.retained) == (24, (24, 18)), "of ages that all have reached"
    (two,) = told_cohorts([Cohort(MONDAY, MONDAY, 20, (20, 18, 3, 10))], everything=False)
    assert two.retained == (20, None, None, 10)
    assert [two.bound(age) for age in range(4)] == [None, 16 / 20, 5 / 20, None], (
        "at least 80 %, less than 25 %"
    )
    assert told_cohorts(made[:1], everything=False) == []
    assert told_cohorts(made, everything=True) == made


def test_the_week_that_still_runs_is_not_told_of_cohorts() -> None:
    running = Cohort(MONDAY - timedelta(7), MONDAY - timedelta(7), 20, (20, 10), open=True)
    (told,) = told_cohorts([running, Cohort(MONDAY, MONDAY, 30, (30,), open=True)], everything=False)
    assert (told.size, told.retained) == (20, (20,)), (
        "who begins this week is not told from day to day either"
    )


def test_card_and_krueger() -> None:
    """Fast food in New Jersey and Pennsylvania before and after the minimum wage rose; means and standard errors of their Table 3."""
    sides = [
        (Measured(mean, error**2, stores), Measured(after, after_error**2, stores))
        for mean, error, after, after_error, stores in (
            (20.44, 0.51, 21.03, 0.52, 331),
            (23.33, 1.35, 21.17, 0.94, 79),
        )
    ]
    effect = difference_in_differences(*sides)
    assert effect.value == pytest.approx(2.75)
    assert (effect.low, effect.high) == (pytest.approx(-0.776, abs=0.001), pytest.approx(6.276, abs=0.001))
    assert not effect.significant


def test_an_effect_is_refused_under_twenty_and_where_trends_were_apart() -> None:
    even = [[5.0 + at % 3, 5.0 + (at + 1) % 3, 5.0 + at % 3] for at in range(30)]
    gained = [[before, middle, after + 4] for before, middle, after in even]
    assert effect_on_members(gained, even).value == pytest.approx(4)
    assert "19 people" in effect_on_members(gained[:19], even).refused
    rising = [[before - 6, middle, after] for before, middle, after in gained]
    apart = effect_on_members(rising, even)
    assert (apart.value, apart.trend_apart) == (None, pytest.approx(6))
    assert "went apart before" in apart.refused


def test_one_value_alone_is_not_measured() -> None:
    with pytest.raises(Invalid, match="two people"):
        measured([5.0])
