"""Done by a day and at a cost, together: what the simulation must keep, and where nothing can be said."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest

from orchflow import clock
from orchflow.errors import Forbidden, NotFound
from orchflow.insights.joint_forecast import both, each, joint_forecast, simulate
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.projects import create_project
from orchflow.planning.work.tasks import create_task
from orchflow.workspace import Workspace

DONE = np.array([0, 2, 1, 0, 0, 3, 1] * 4)
COST = np.array([10.0, 60, 30, 5, 5, 90, 40] * 4)


def test_a_steady_pace_has_one_day_and_one_cost() -> None:
    days, costs = simulate(np.full(20, 2), np.full(20, 12.5), 9, trials=50)
    assert set(days) == {5}
    assert set(costs) == {62.5}
    assert both(days, costs) == each(days, costs) == (5, 62.5)


def test_both_hold_at_once_in_the_share_of_trials_that_is_told() -> None:
    days, costs = simulate(DONE, COST, 25)
    day, cost = both(days, costs)
    together = ((days <= day) & (costs <= cost)).mean()
    assert 0.85 <= together < 0.88
    alone = each(days, costs)
    assert day >= alone[0]
    assert cost >= alone[1]
    assert ((days <= alone[0]) & (costs <= alone[1])).mean() < 0.85
    again = simulate(DONE, COST, 25)
    assert (again[0] == days).all()
    assert (again[1] == costs).all()


def test_days_of_much_work_carry_their_money() -> None:
    days, costs = simulate(np.array([0, 4]), np.array([0.0, 100]), 8, trials=400)
    assert set(costs) == {200.0}  # two days of work, however many days without any lie between
    assert days.max() > days.min() >= 2


def test_who_may_not_see_it_is_not_told_either_which_efforts_there_are(ws: Workspace, viewer: Actor) -> None:
    with pytest.raises(Forbidden):
        joint_forecast(ws, viewer, 404)
    with pytest.raises(NotFound):
        joint_forecast(ws, SYSTEM, 404)


def test_it_refuses_where_there_is_nothing_to_go_by(ws: Workspace) -> None:
    effort = create_effort(ws.store, SYSTEM, name="Claims")
    assert joint_forecast(ws, SYSTEM, effort.id).missing == "Nothing is open"
    project = create_project(ws.store, SYSTEM, effort_id=effort.id, name="Intake")
    create_task(ws.store, SYSTEM, project_id=project.id, title="One")
    told = joint_forecast(ws, SYSTEM, effort.id)
    assert (told.day, told.cost, told.remaining, told.spent) == (None, None, 1, Decimal(0))
    assert "days; 14 are needed" in told.missing
    later = joint_forecast(ws, SYSTEM, effort.id, now=clock.now() + timedelta(days=30))
    assert "there is no pace to go by" in later.missing
