"""The plan of the demo: believable in every figure that is computed from its history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from orchflow.demo.guidance.story import TOLD
from orchflow.demo.incidents import INCIDENTS, OUTAGES
from orchflow.demo.plan.fill import add_plan
from orchflow.demo.simulation import Simulation
from orchflow.demo.simulator import DemoReport
from orchflow.demo.workforce import add_workforce
from orchflow.guidance.flows import list_flows
from orchflow.guidance.progress import flow_progress
from orchflow.people.permissions import SYSTEM
from orchflow.people.users import list_users
from orchflow.planning.flow.cumulative_flow import flow_report
from orchflow.planning.flow.scope import EVERYTHING
from orchflow.planning.flow.scorecard import scorecard
from orchflow.planning.sprints.burndown import burndown_report
from orchflow.planning.sprints.capacity import capacity
from orchflow.planning.sprints.sprints import SprintRow, list_sprints
from orchflow.planning.sprints.velocity import velocity_report
from orchflow.planning.tables import EffortStatus, SprintState, State
from orchflow.planning.work.efforts import list_efforts
from orchflow.planning.work.goals import list_goals
from orchflow.planning.work.tasks import TASKS, TaskRow, list_tasks
from orchflow.store.engine import Store
from orchflow.store.tables import Change
from orchflow.workspace import Workspace

from .conftest import NOW

Filled = tuple[Workspace, DemoReport]


def tasks(ws: Workspace) -> list[TaskRow]:
    return list_tasks(ws.store, SYSTEM)


def sprints(ws: Workspace, state: SprintState) -> list[SprintRow]:
    return list_sprints(ws.store, SYSTEM, state=[state])


def history(ws: Workspace) -> list[Any]:
    told = sa.select(
        Change.entity, Change.entity_id, Change.field, Change.new, Change.actor, Change.occurred_at
    )
    topics = ("effort", "project", "goal", "task", "sprint", "comment", "dependency", "link")
    with ws.store.read() as session:
        changes = session.execute(told.where(Change.entity.in_(topics)).order_by(Change.id)).all()
    return [tuple(row) for row in changes]


def planned(open_new: Callable[[], Workspace], days: int, seed: int = 1, now: datetime = NOW) -> Workspace:
    ws = open_new()
    simulation = Simulation(seed, days, 1_000, ws.zone, now)
    add_workforce(ws.store, simulation)
    add_plan(ws.store, simulation, ws.settings.home)
    return ws


def test_about_four_hundred_tasks_with_thousands_of_changes(filled: Filled) -> None:
    ws, report = filled
    assert report.tasks == len(tasks(ws))
    assert 340 <= report.tasks <= 460
    assert 6_000 <= len([row for row in history(ws) if row[0] == "task"]) <= 10_000


def test_the_same_seed_tells_the_same_history(open_new: Callable[[], Workspace]) -> None:
    first, second = planned(open_new, 40), planned(open_new, 40)
    assert history(first) == history(second)


def test_another_seed_tells_another_history(open_new: Callable[[], Workspace]) -> None:
    first, second = planned(open_new, 16), planned(open_new, 16, seed=2)
    assert history(first) != history(second)


@pytest.mark.parametrize("days", [1, 8, 99])
def test_a_demo_of_any_length_has_a_plan(open_new: Callable[[], Workspace], days: int) -> None:
    ws = planned(open_new, days)
    assert len(tasks(ws)) >= 157
    begun = [key for key, flow in TOLD["flows"].items() if flow["begun"] <= days]
    assert [flow.key for flow in list_flows(ws.store, SYSTEM) if not flow.own] == begun
    assert max(row[-1] for row in history(ws)) <= NOW


def test_everything_happened_between_day_1_and_now(filled: Filled) -> None:
    ws, _ = filled
    told = history(ws)
    instants = [row[-1] for row in told if row[4] != "system"]
    assert instants == sorted(instants)
    assert min(instants).astimezone(ws.zone).date() == ws.start_date
    assert max(instants) <= NOW
    assert {row[0] for row in told if row[4] == "system"} <= {"goal", "comment"}  # live figures, self-checks


def test_people_work_on_weekdays(filled: Filled) -> None:
    ws, _ = filled
    worked = [row[-1].astimezone(ws.zone) for row in history(ws) if row[0] == "task" and row[2] == "status"]
    late = [at for at in worked if at.weekday() > 4 or not 8 <= at.hour < 18]
    assert not late


def test_the_burndown_of_a_closed_sprint_ends_with_what_was_carried_over(filled: Filled) -> None:
    ws, _ = filled
    for result in velocity_report(ws, SYSTEM).sprints:
        days = burndown_report(ws, SYSTEM, result.sprint_id).days
        assert [day.remaining for day in days if day.remaining is not None][-1] == result.carried_over


def test_velocity_varies_and_improves(filled: Filled) -> None:
    ws, _ = filled
    own = [result for result in velocity_report(ws, SYSTEM).sprints if result.team_id is not None]
    assert all(result.done > 0 for result in own)
    assert len({result.done for result in own}) > len(own) / 2
    half = len(own) // 2
    assert sum(result.done for result in own[half:]) > sum(result.done for result in own[:half])


def test_scope_changes_in_mid_sprint_are_there(filled: Filled) -> None:
    ws, _ = filled
    closed = sprints(ws, SprintState.CLOSED)
    changes = [change for sprint in closed for change in burndown_report(ws, SYSTEM, sprint.id).scope_changes]
    assert {change.change for change in changes} == {"added", "removed", "re-estimated"}
    assert all(change.by not in ("", "system") for change in changes)


def test_the_bands_of_the_cumulative_flow_never_cross(filled: Filled) -> None:
    ws, report = filled
    assert ws.start_date is not None
    bands = flow_report(ws, SYSTEM, ws.start_date, NOW.date(), now=NOW).cumulative.drop(columns="day")
    assert (bands >= 0).all().all()
    assert bands.iloc[-1].sum() == report.tasks
    assert (bands[State.DONE.value].diff().fillna(0) >= -3).all()


def test_two_teams_have_a_sprint_running_with_people_and_capacity(filled: Filled) -> None:
    ws, _ = filled
    running = sprints(ws, SprintState.ACTIVE)
    assert len(running) == 2
    for sprint in running:
        assert sprint.start is not None
        assert sprint.end is not None
        assert sprint.start < NOW.date() < sprint.end
        assert capacity(ws.store, SYSTEM, sprint.id).days > 10


def test_the_running_sprints_hold_blocked_and_overdue_work(filled: Filled) -> None:
    ws, _ = filled
    running = {sprint.id for sprint in sprints(ws, SprintState.ACTIVE)}
    held = [task for task in tasks(ws) if task.sprint_id in running]
    blocked = [task for task in held if task.status == State.BLOCKED]
    overdue = [task for task in held if task.status != State.DONE and task.due and task.due < NOW.date()]
    assert blocked
    assert all(task.blocked_reason for task in blocked)
    assert len(overdue) >= 2
    assert any(task.status == State.DONE for task in held)


def test_about_sixty_refined_tasks_wait_in_the_backlog(filled: Filled) -> None:
    ws, _ = filled
    waiting = [task for task in tasks(ws) if task.status in (State.BACKLOG, State.READY)]
    assert 50 <= len(waiting) <= 80
    assert all(task.points and task.estimated_hours for task in waiting)


def test_five_flows_are_completed_and_the_sixth_goes_on(filled: Filled) -> None:
    ws, _ = filled
    statuses = {effort.flow: effort.status for effort in list_efforts(ws.store, SYSTEM)}
    assert statuses == dict.fromkeys(range(1, 6), EffortStatus.COMPLETED) | {6: EffortStatus.IN_PROGRESS}


def test_goals_have_values_and_live_ones_those_of_their_figures(filled: Filled) -> None:
    ws, _ = filled
    goals = list_goals(ws.store, SYSTEM)
    assert all(goal.current is not None for goal in goals)
    current = {goal.live_figure: goal.current for goal in goals if goal.live_figure}
    assert 8 <= (current["time_to_first_agent"] or 0) < 15
    assert 42 <= (current["time_to_production"] or 0) <= 56


def test_goals_that_were_reached_are_no_longer_at_their_baseline(filled: Filled) -> None:
    ws, _ = filled
    stuck = [goal.name for goal in list_goals(ws.store, SYSTEM) if goal.current == goal.baseline]
    assert not stuck


def test_the_plan_is_told_on_both_engines(store: Store, tmp_path: Path) -> None:
    simulation = Simulation(1, 100, 1_000, ZoneInfo("UTC"), NOW)
    add_workforce(store, simulation)
    assert add_plan(store, simulation, tmp_path) == len(list_tasks(store, SYSTEM))
    assert len(list_sprints(store, SYSTEM, state=[SprintState.CLOSED])) == 6
    with store.read() as session:
        last = session.scalar(sa.select(sa.func.max(Change.occurred_at)).where(Change.entity == "task"))
    assert last is not None
    assert last <= NOW
    flows = flow_progress(store, SYSTEM, today=NOW.date())
    assert [flow.number for flow in flows if flow.counts.complete] == [1, 2, 3]


def test_every_incident_of_the_data_is_in_the_plan(filled: Filled) -> None:
    ws, _ = filled
    assert len(list_tasks(ws.store, SYSTEM, label="incident")) == len(INCIDENTS) + len(OUTAGES)


def test_the_member_who_can_sign_in_has_work_of_their_own(filled: Filled) -> None:
    ws, _ = filled
    [member] = [user for user in list_users(ws.store, SYSTEM) if user.username == "member"]
    assert list_tasks(ws.store, SYSTEM, assignee_id=member.id)


def test_what_the_demo_writes_is_what_people_may_write(filled: Filled) -> None:
    ws, _ = filled
    for task in tasks(ws):
        for name, field in TASKS.fields.items():
            if name != "project_id":
                field.value(getattr(task, name))
        assert task.start is None or task.due is None or task.start <= task.due


def test_the_scorecard_has_forecasts_of_past_weeks_that_mostly_held(filled: Filled) -> None:
    ws, _ = filled
    card = scorecard(ws, SYSTEM, now=NOW)
    assert sum(forecast.scope == EVERYTHING for forecast in card.forecasts) >= 8
    assert card.judged >= 20
    assert card.share is not None
    assert 0.5 < card.share < 1
