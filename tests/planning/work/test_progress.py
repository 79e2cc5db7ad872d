"""Progress of tasks, projects, efforts, flows and goals."""

from __future__ import annotations

from decimal import Decimal

import pytest

from orchflow.people.permissions import SYSTEM, Actor
from orchflow.people.teams import add_team
from orchflow.planning.tables import State
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.goals import create_goal
from orchflow.planning.work.progress import GoalProgress, Tally, goal_progress, plan_progress, progress
from orchflow.planning.work.projects import create_project
from orchflow.planning.work.workflow import ColumnEdit, save_columns
from orchflow.store.engine import Store
from tests.planning.conftest import AddTask


def tally(state: State, tasks: int, points: str = "0", with_points: int = 0) -> Tally:
    return Tally(state, tasks, Decimal(points), with_points)


def test_progress_is_done_of_all_that_is_not_cancelled() -> None:
    found = progress([tally(State.DONE, 3), tally(State.IN_PROGRESS, 1), tally(State.CANCELLED, 6)])
    assert (found.unit, found.share, found.tasks, found.tasks_done, found.cancelled) == (
        "count",
        0.75,
        4,
        3,
        6,
    )


def test_where_every_task_has_points_these_weigh() -> None:
    found = progress(
        [tally(State.DONE, 1, "1.5", 1), tally(State.READY, 2, "6", 2), tally(State.CANCELLED, 1)]
    )
    assert (found.unit, found.done, found.total, found.share) == ("points", 1.5, 7.5, 0.2)


def test_one_task_without_points_makes_it_a_count() -> None:
    found = progress([tally(State.DONE, 1, "8", 1), tally(State.READY, 3, "2", 2)])
    assert (found.unit, found.share) == ("count", 0.25)


def test_points_of_nothing_but_zero_do_not_weigh() -> None:
    assert progress([tally(State.DONE, 1, "0", 1), tally(State.READY, 1, "0", 1)]).share == 0.5


def test_nothing_has_no_progress() -> None:
    assert progress([]).share is None
    assert progress([tally(State.CANCELLED, 2)]).share is None


@pytest.mark.parametrize(
    ("baseline", "target", "current", "share"),
    [("0", "10", "4", 0.4), ("10", "2", "4", 0.75), ("0", "10", "12", 1), ("0", "10", "-3", 0), ("5", "5", "5", None)],
)  # fmt: skip
def test_a_goal_is_as_far_as_its_figure_came_from_baseline_to_target(
    baseline: str, target: str, current: str, share: float | None
) -> None:
    assert goal_progress(1, 1, Decimal(baseline), Decimal(target), Decimal(current)).share == share


def test_a_goal_that_lacks_a_figure_says_which() -> None:
    assert goal_progress(1, 2, None, Decimal(1), None) == GoalProgress(
        1, 2, None, "no baseline and no current value"
    )


def test_the_plan_adds_up_from_projects_to_efforts_and_flows(
    store: Store, project: int, add_task: AddTask, viewer: Actor
) -> None:
    effort = create_effort(store, SYSTEM, number=2, name="Team", flow=2).id
    team = create_project(store, SYSTEM, number="2.1", effort_id=effort, name="Roles").id
    roles = create_project(store, SYSTEM, number="2.2", effort_id=effort, name="Invitations").id
    goal = create_goal(store, SYSTEM, project_id=team, name="People", baseline=0, target=8, current=2).id
    add_task(status="done")
    add_task(project_id=team, points=3, status="done", goal_id=goal)
    add_task(project_id=team, points="0.5")
    add_task(project_id=roles, points=4, status="in_review")
    found = plan_progress(store, viewer)
    assert found.projects[project].share == 1
    assert found.projects[team].share == pytest.approx(3 / 3.5)
    assert (found.efforts[effort].unit, found.efforts[effort].share) == ("points", 0.4)
    assert found.flows[2] == found.efforts[effort]
    assert (found.plan.unit, found.plan.share) == ("count", 0.5)
    assert found.goals[goal].share == 0.25


def test_a_column_of_ones_own_counts_as_its_state(store: Store, project: int, add_task: AddTask) -> None:
    columns = [
        ColumnEdit("To do", State.BACKLOG),
        ColumnEdit("Doing", State.IN_PROGRESS),
        ColumnEdit("Shipped", State.DONE),
    ]
    team = save_columns(store, SYSTEM, add_team(store, SYSTEM, name="Engines").id, columns)
    add_task(status=team[2].key)
    assert plan_progress(store, SYSTEM).projects[project].share == 1
