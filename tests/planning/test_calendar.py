"""Working days."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from orchflow.errors import Forbidden, NotFound
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.people.teams import add_team
from orchflow.planning.calendar import (
    WorkingCalendar,
    add_day_off,
    list_days_off,
    read_calendar,
    remove_day_off,
)
from orchflow.store.engine import Store

MONDAY, FRIDAY = date(2026, 5, 4), date(2026, 5, 8)


def test_weekends_and_days_off_are_no_working_days() -> None:
    calendar = WorkingCalendar(frozenset({date(2026, 5, 6)}))
    week = [date(2026, 5, day) for day in range(4, 11)]
    assert calendar.working(week).tolist() == [True, True, False, True, True, False, False]
    assert (calendar.is_working(MONDAY), calendar.is_working(date(2026, 5, 6))) == (True, False)


def test_both_ends_of_a_period_count() -> None:
    calendar = WorkingCalendar()
    assert calendar.count(MONDAY, FRIDAY) == 5
    assert calendar.count(FRIDAY, date(2026, 5, 11)) == 2
    assert calendar.count(FRIDAY, FRIDAY) == 1
    assert calendar.count(FRIDAY, MONDAY) == 0


def test_working_days_are_numbered_from_the_first_one() -> None:
    days = WorkingCalendar().nth(date(2026, 5, 9), np.array([0, 1, 5]))
    assert days.astype(object).tolist() == [date(2026, 5, 11), date(2026, 5, 12), date(2026, 5, 18)]


def test_a_day_off_of_everybody_holds_for_every_team_and_a_teams_own_only_for_it(store: Store) -> None:
    team = add_team(store, SYSTEM, name="Engines").id
    add_day_off(store, SYSTEM, MONDAY, "Holiday")
    add_day_off(store, SYSTEM, FRIDAY, "Outing", team)
    with store.read() as session:
        assert read_calendar(session).days_off == {MONDAY}
        assert read_calendar(session, team).days_off == {MONDAY, FRIDAY}
    assert [day.name for day in list_days_off(store, SYSTEM, team)] == ["Holiday", "Outing"]


def test_a_day_is_off_once_and_can_be_a_working_day_again(store: Store) -> None:
    first = add_day_off(store, SYSTEM, MONDAY)
    assert add_day_off(store, SYSTEM, MONDAY, "Again") == first
    remove_day_off(store, SYSTEM, first.id)
    assert list_days_off(store, SYSTEM) == []
    with pytest.raises(NotFound):
        remove_day_off(store, SYSTEM, first.id)


def test_only_managers_change_the_calendar(store: Store, mia: Actor) -> None:
    with pytest.raises(Forbidden):
        add_day_off(store, mia, MONDAY)
