"""Forecasts that are stored every day, and how they fared."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from orchflow.errors import Forbidden
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.people.teams import add_team
from orchflow.planning.flow.forecasts import count_open, finish_instants, forecast_report
from orchflow.planning.flow.scope import EVERYTHING, FlowScope, flow_steps, steps_of_scopes
from orchflow.planning.flow.scorecard import TOPIC, ScoredForecast, scorecard, store_forecasts
from orchflow.planning.sprints.sprints import create_sprint
from orchflow.planning.work.efforts import create_effort, list_efforts
from orchflow.planning.work.projects import create_project
from orchflow.planning.work.tasks import get_task, update_task
from orchflow.store.engine import Store
from orchflow.workspace import Workspace
from tests.planning.clockwork import Clock
from tests.planning.conftest import AddTask
from tests.planning.events import may
from tests.planning.flow.test_forecasts import finish, one_a_day


def plan_scores(space: Workspace) -> list[ScoredForecast]:
    """The forecasts of the whole plan, the newest first."""
    return [found for found in scorecard(space, SYSTEM).forecasts if found.scope == EVERYTHING]


def test_one_forecast_a_day_is_stored_of_the_plan_each_effort_and_each_team(
    space: Workspace, store: Store, add_task: AddTask, time: Clock
) -> None:
    create_effort(store, SYSTEM, number=9, name="Without tasks")
    team = add_team(store, SYSTEM, name="Engines").id
    sprint = create_sprint(store, SYSTEM, team_id=team).id
    left = one_a_day(store, add_task, time, days=4, open_tasks=3)
    for task in left[:2]:
        update_task(store, SYSTEM, task, get_task(store, SYSTEM, task).version, {"sprint_id": sprint})
    before = store.version("plan"), store.version(TOPIC)
    assert [store_forecasts(space, SYSTEM) for _ in range(2)] == [2, 0]  # the team has done nothing yet
    assert (store.version("plan"), store.version(TOPIC)) == (before[0], before[1] + 1)
    finish(store, left[0])
    time.now += timedelta(days=1)
    assert store_forecasts(space, SYSTEM) == 3
    effort = scorecard(space, SYSTEM).forecasts[1].scope.effort_ids
    assert {found.scope for found in scorecard(space, SYSTEM).forecasts} == {
        EVERYTHING, FlowScope(effort_ids=effort), FlowScope(team_id=team),
    }  # fmt: skip


def test_a_past_from_elsewhere_is_forecast_as_it_would_have_been(
    space: Workspace, store: Store, add_task: AddTask, time: Clock
) -> None:
    one_a_day(store, add_task, time, days=4, open_tasks=1)
    assert [store_forecasts(space, SYSTEM, now=at) for at in (may(3), may(4))] == [2, 2]
    assert [(found.made_at, found.tasks, found.held) for found in plan_scores(space)] == [
        (may(4), 2, None), (may(3), 3, None),
    ]  # fmt: skip


def test_looking_at_a_forecast_stores_nothing(
    space: Workspace, store: Store, add_task: AddTask, time: Clock
) -> None:
    one_a_day(store, add_task, time, days=4, open_tasks=3)
    forecast_report(space, SYSTEM, by=date(2026, 5, 15), remaining=50)
    assert scorecard(space, SYSTEM).forecasts == ()


def test_a_plan_without_progress_promises_nothing(space: Workspace, add_task: AddTask, time: Clock) -> None:
    add_task()
    assert store_forecasts(space, SYSTEM) == 0


def test_only_who_may_edit_the_plan_stores_forecasts(space: Workspace, viewer: Actor) -> None:
    with pytest.raises(Forbidden):
        store_forecasts(space, viewer)


def test_a_forecast_held_when_its_tasks_were_done_by_the_date(
    space: Workspace, store: Store, add_task: AddTask, time: Clock
) -> None:
    left = one_a_day(store, add_task, time, days=4, open_tasks=3)
    store_forecasts(space, SYSTEM)
    assert scorecard(space, SYSTEM).share is None
    for number, task in enumerate(left):
        time.now = may(6 + number, 10)
        finish(store, task)
    found = scorecard(space, SYSTEM)
    assert (found.share, found.judged, found.held) == (1, 2, 2)  # the plan's and its effort's
    [one] = plan_scores(space)
    assert (one.promised, one.reached, one.tasks, one.done) == (date(2026, 5, 8), date(2026, 5, 8), 3, 3)


def test_a_forecast_did_not_hold_when_its_date_passed_before(
    space: Workspace, store: Store, add_task: AddTask, time: Clock
) -> None:
    left = one_a_day(store, add_task, time, days=4, open_tasks=3)
    store_forecasts(space, SYSTEM)
    for number, task in enumerate(left):
        time.now = may(7 + number, 10)
        finish(store, task)
    time.now = may(20)
    found = scorecard(space, SYSTEM)
    assert found.share == 0
    [when] = plan_scores(space)
    assert (when.held, when.reached, when.done) == (False, date(2026, 5, 9), 2)


def test_a_task_done_undone_and_done_in_a_day_counts_once(
    space: Workspace, store: Store, add_task: AddTask, time: Clock
) -> None:
    left = one_a_day(store, add_task, time, days=4, open_tasks=2)
    store_forecasts(space, SYSTEM)  # both by the 7th
    for hour, status in ((10, "done"), (11, "ready"), (12, "done")):
        time.now = may(6, hour)
        update_task(store, SYSTEM, left[0], get_task(store, SYSTEM, left[0]).version, {"status": status})
    time.now = may(8)
    [judged] = plan_scores(space)
    assert (judged.tasks, judged.done, judged.reached, judged.held) == (2, 1, None, False)
    assert forecast_report(space, SYSTEM).when.window.done == 5


def test_a_task_that_is_open_again_was_not_done(
    space: Workspace, store: Store, add_task: AddTask, time: Clock
) -> None:
    [left] = one_a_day(store, add_task, time, days=4, open_tasks=1)
    store_forecasts(space, SYSTEM)
    for hour, status in ((10, "done"), (11, "ready")):
        time.now = may(6, hour)
        update_task(store, SYSTEM, left, get_task(store, SYSTEM, left).version, {"status": status})
    time.now = may(7)
    assert [(one.done, one.held) for one in plan_scores(space)] == [(0, False)]


def test_a_forecast_can_still_hold_until_its_day_is_over(
    space: Workspace, store: Store, add_task: AddTask, time: Clock
) -> None:
    one_a_day(store, add_task, time, days=4, open_tasks=1)
    store_forecasts(space, SYSTEM)
    assert plan_scores(space)[0].promised == date(2026, 5, 6)
    time.now = may(6, 23, 59)
    assert [one.held for one in plan_scores(space)] == [None]
    time.now = may(7, 0)
    assert [one.held for one in plan_scores(space)] == [False]


def test_the_history_read_for_all_scopes_is_that_read_for_each(
    space: Workspace, store: Store, add_task: AddTask, time: Clock
) -> None:
    """A task that goes through two sprints and two efforts counts in each while it is there."""
    team = add_team(store, SYSTEM, name="Engines").id
    sprints = [create_sprint(store, SYSTEM, team_id=team).id, create_sprint(store, SYSTEM).id]
    left = one_a_day(store, add_task, time, days=4, open_tasks=4)
    other = create_project(
        store, SYSTEM, name="Elsewhere", effort_id=create_effort(store, SYSTEM, name="Later").id
    ).id
    moves = ({"sprint_id": sprints[0]}, {"project_id": other}, {"sprint_id": sprints[1]}, {"sprint_id": None})
    for place, task in enumerate(left[:3]):
        for move in moves[: place + 2]:
            update_task(store, SYSTEM, task, get_task(store, SYSTEM, task).version, move)
            time.now += timedelta(hours=5)
        finish(store, task)
    with store.read() as session:
        efforts = [row.id for row in list_efforts(store, SYSTEM)]
        scopes = [EVERYTHING, FlowScope(team_id=team), FlowScope(sprint_ids=tuple(sprints)),
                  *(FlowScope(effort_ids=(number,)) for number in efforts)]  # fmt: skip
        for scope, steps in steps_of_scopes(session, scopes):
            alone = flow_steps(session, scope)
            assert count_open(steps) == count_open(alone)
            assert list(finish_instants(steps)) == list(finish_instants(alone))
            assert steps.at.min() == alone.at.min()
