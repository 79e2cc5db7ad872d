"""Forecasts from real histories: what is sampled, what is stored, how they fared."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from orchflow.errors import Invalid
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.planning.flow.forecast import NO_PROGRESS
from orchflow.planning.flow.forecasts import forecast_report, scorecard
from orchflow.planning.flow.scope import FlowScope
from orchflow.planning.sprints.sprints import create_sprint
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.projects import create_project
from orchflow.planning.work.tasks import create_task, get_task, update_task
from orchflow.store.engine import Store
from orchflow.workspace import Workspace
from tests.planning.clockwork import Clock
from tests.planning.conftest import AddTask
from tests.planning.events import may


def finish(store: Store, task_id: int) -> None:
    update_task(store, SYSTEM, task_id, get_task(store, SYSTEM, task_id).version, {"status": "done"})


def one_a_day(store: Store, add_task: AddTask, time: Clock, days: int, open_tasks: int) -> list[int]:
    """From the 1st on one task a day is done; the next day's morning it is now. Returns the open tasks."""
    tasks = [add_task().id for _ in range(days + open_tasks)]
    for number in range(days):
        time.now = may(1 + number, 10)
        finish(store, tasks[number])
    time.now = may(1 + days)
    return tasks[days:]


def test_the_open_tasks_are_forecast_from_the_days_before_today(
    space: Workspace, store: Store, add_task: AddTask, time: Clock
) -> None:
    one_a_day(store, add_task, time, days=4, open_tasks=3)
    report = forecast_report(space, SYSTEM, by=date(2026, 5, 15))
    assert (report.open_tasks, report.when.window.days, report.when.window.done) == (3, 4, 4)
    assert set(report.when.dates.values()) == {date(2026, 5, 8)}
    assert report.how_many is not None
    assert set(report.how_many.counts.values()) == {10}


def test_a_plan_of_today_has_no_progress_to_sample(space: Workspace, add_task: AddTask, time: Clock) -> None:
    add_task()
    assert forecast_report(space, SYSTEM).when.message == NO_PROGRESS
    assert scorecard(space, SYSTEM).forecasts == ()


def test_a_narrowed_forecast_samples_and_counts_its_own_tasks(
    space: Workspace, store: Store, add_task: AddTask, time: Clock
) -> None:
    effort = create_effort(store, SYSTEM, number=9, name="Other", flow=2).id
    other = create_project(store, SYSTEM, number="9.1", effort_id=effort, name="Other").id
    sprint = create_sprint(store, SYSTEM).id
    own = [create_task(store, SYSTEM, project_id=other, title="Own", sprint_id=sprint).id for _ in range(3)]
    one_a_day(store, add_task, time, days=4, open_tasks=9)
    finish(store, own[0])
    time.now = may(6)
    for scope in (FlowScope(project_ids=(other,)), FlowScope(effort_ids=(effort,)), FlowScope(flow=2), FlowScope(sprint_ids=(sprint,))):  # fmt: skip
        report = forecast_report(space, SYSTEM, scope=scope)
        assert (report.open_tasks, report.when.window.done) == (2, 1)


def test_what_is_shown_is_stored_once_a_day(
    space: Workspace, store: Store, add_task: AddTask, time: Clock
) -> None:
    one_a_day(store, add_task, time, days=4, open_tasks=3)
    topic = store.version("plan")
    for _ in range(2):
        forecast_report(space, SYSTEM, by=date(2026, 5, 15))
    assert sorted(one.kind for one in scorecard(space, SYSTEM).forecasts) == ["how_many", "when"]
    assert store.version("plan") == topic
    time.now += timedelta(days=1)
    forecast_report(space, SYSTEM)
    assert len(scorecard(space, SYSTEM).forecasts) == 3


def test_a_forecast_held_when_its_tasks_were_done_by_the_date(
    space: Workspace, store: Store, add_task: AddTask, time: Clock
) -> None:
    left = one_a_day(store, add_task, time, days=4, open_tasks=3)
    forecast_report(space, SYSTEM)
    assert scorecard(space, SYSTEM).share is None
    for number, task in enumerate(left):
        time.now = may(6 + number, 10)
        finish(store, task)
    found = scorecard(space, SYSTEM)
    assert (found.share, found.judged, found.held) == (1, 1, 1)
    [one] = found.forecasts
    assert (one.promised, one.reached, one.tasks, one.done) == (date(2026, 5, 8), date(2026, 5, 8), 3, 3)


def test_a_forecast_did_not_hold_when_its_date_passed_before(
    space: Workspace, store: Store, add_task: AddTask, time: Clock
) -> None:
    left = one_a_day(store, add_task, time, days=4, open_tasks=3)
    forecast_report(space, SYSTEM, by=date(2026, 5, 7))
    for number, task in enumerate(left):
        time.now = may(7 + number, 10)
        finish(store, task)
    time.now = may(20)
    found = scorecard(space, SYSTEM)
    assert found.share == 0
    when, how_many = sorted(found.forecasts, key=lambda one: one.kind, reverse=True)
    assert (when.held, when.reached, when.done) == (False, date(2026, 5, 9), 2)
    assert (how_many.tasks, how_many.done, how_many.held) == (2, 1, False)


def test_questions_that_make_no_sense_are_refused(space: Workspace, viewer: Actor) -> None:
    with pytest.raises(Invalid, match=r"remaining.*in the past.*window_days.*trials: must be from 10,000"):
        forecast_report(space, viewer, remaining=-1, by=date(2000, 1, 1), window_days=0, trials=5)
