"""Forecasts from real histories: what is sampled, what is stored, how they fared."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from orchflow.errors import Invalid
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.planning.flow.forecast import NO_PROGRESS
from orchflow.planning.flow.forecasts import forecast_report
from orchflow.planning.flow.scope import FlowScope
from orchflow.planning.sprints.sprints import create_sprint
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.projects import create_project
from orchflow.planning.work.tasks import create_task, delete_task, get_task, update_task
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


@pytest.mark.parametrize(
    ("status", "is_open"),
    [("backlog", 1), ("ready", 1), ("in_progress", 1), ("in_review", 1), ("blocked", 1), ("done", 0), ("cancelled", 0)],
)  # fmt: skip
def test_what_is_neither_done_nor_cancelled_is_open(
    space: Workspace, add_task: AddTask, time: Clock, status: str, is_open: int
) -> None:
    add_task(status=status, blocked_reason="Waits for parts" if status == "blocked" else "")
    assert forecast_report(space, SYSTEM).open_tasks == is_open


def test_a_deleted_task_is_no_longer_open(
    space: Workspace, store: Store, add_task: AddTask, time: Clock
) -> None:
    add_task("Stays")
    gone = add_task("Goes")
    delete_task(store, SYSTEM, gone.id)
    assert forecast_report(space, SYSTEM).open_tasks == 1


def test_the_window_ends_yesterday_and_has_so_many_days(
    space: Workspace, store: Store, add_task: AddTask, time: Clock
) -> None:
    one_a_day(store, add_task, time, days=4, open_tasks=3)
    finish(store, add_task().id)  # today, which is not over
    window = forecast_report(space, SYSTEM, window_days=2).when.window
    assert (window.start, window.end, window.days, window.done) == (date(2026, 5, 3), date(2026, 5, 4), 2, 2)


def test_a_plan_of_today_has_no_progress_to_sample(space: Workspace, add_task: AddTask, time: Clock) -> None:
    add_task()
    assert forecast_report(space, SYSTEM).when.message == NO_PROGRESS


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


def test_the_edges_of_what_may_be_asked(space: Workspace, time: Clock) -> None:
    today = time.now.date()
    good = {"remaining": 0, "by": today, "window_days": 1}
    for edge in ({}, {"remaining": 1_000_000}, {"window_days": 1_096}):
        forecast_report(space, SYSTEM, **{**good, **edge})  # type: ignore[arg-type]
    for beyond in ({"remaining": -1}, {"remaining": 1_000_001}, {"by": today - timedelta(days=1)},
                   {"window_days": 0}, {"window_days": 1_097}):  # fmt: skip
        with pytest.raises(Invalid, match=next(iter(beyond)).replace("by", "in the past")):
            forecast_report(space, SYSTEM, **{**good, **beyond})  # type: ignore[arg-type]


def test_questions_that_make_no_sense_are_refused(space: Workspace, viewer: Actor) -> None:
    with pytest.raises(Invalid, match=r"remaining.*in the past.*window_days: must be from 1"):
        forecast_report(space, viewer, remaining=-1, by=date(2000, 1, 1), window_days=0)
