"""When all will be done: at full speed and at the pace of the past, each with what it assumes."""

from __future__ import annotations

from datetime import date

import pytest

from orchflow.errors import Forbidden
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.planning.completion import NOTHING_OPEN, completion_dates
from orchflow.planning.flow.scope import FlowScope
from orchflow.planning.timeline.timeline import timeline
from orchflow.store.engine import Store
from orchflow.workspace import Workspace
from tests.planning.clockwork import Clock
from tests.planning.conftest import AddTask
from tests.planning.flow.test_forecasts import one_a_day


def test_both_dates_say_what_they_assume(
    space: Workspace, store: Store, add_task: AddTask, time: Clock
) -> None:
    one_a_day(store, add_task, time, days=4, open_tasks=10)
    dates = completion_dates(space, SYSTEM)
    assert (dates.earliest.day, dates.likely.day) == (date(2026, 5, 5), date(2026, 5, 15))
    assert (dates.open_tasks, dates.confidence, dates.days_between) == (10, 85, 10)
    assert "whoever does it is free" in dates.earliest.assumes
    assert "10 open tasks go as fast as those of the last 4 days (4 done)" in dates.likely.assumes
    assert dates.apart.startswith("What waits for what leaves room")
    assert dates.earliest.day == timeline(space, SYSTEM).end, "the Timeline shows the same"


def test_planned_days_may_end_after_what_the_pace_would_take(
    space: Workspace, store: Store, add_task: AddTask, time: Clock
) -> None:
    add_task(start=date(2026, 5, 18), due=date(2026, 5, 22))
    one_a_day(store, add_task, time, days=4, open_tasks=0)
    dates = completion_dates(space, SYSTEM)
    assert (dates.earliest.day, dates.likely.day) == (date(2026, 5, 22), date(2026, 5, 6))
    assert dates.apart.startswith("The pace would do")


def test_without_a_date_it_says_why(space: Workspace, add_task: AddTask, time: Clock) -> None:
    nothing = completion_dates(space, SYSTEM)
    assert (nothing.earliest.said, nothing.likely.said, nothing.apart) == (NOTHING_OPEN, NOTHING_OPEN, "")
    add_task()
    new = completion_dates(space, SYSTEM)
    assert new.earliest.day == date(2026, 5, 1)
    assert new.likely.said == "Nothing is done yet that a pace could be taken from."
    of_a_team = completion_dates(space, SYSTEM, scope=FlowScope(team_id=1))
    assert of_a_team.earliest.said.startswith("Days are laid out along efforts and projects")


def test_a_scope_narrows_both(space: Workspace, project: int, add_task: AddTask, time: Clock) -> None:
    add_task(start=date(2026, 5, 18), due=date(2026, 5, 22))
    assert completion_dates(space, SYSTEM, scope=FlowScope(project_ids=(project,))).open_tasks == 1
    assert completion_dates(space, SYSTEM, scope=FlowScope(project_ids=(99,))).earliest.day is None


def test_only_who_sees_the_plan_is_told(space: Workspace) -> None:
    with pytest.raises(Forbidden):
        completion_dates(space, Actor(None, "new", "New", Role.VIEWER, must_change_password=True))
