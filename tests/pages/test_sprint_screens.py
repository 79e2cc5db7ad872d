"""Sprints as their screen tells them: several teams, no points, one day, early and late."""

from __future__ import annotations

from datetime import timedelta

import pytest

from orchflow import clock
from orchflow.people.permissions import SYSTEM, Role
from orchflow.people.teams import add_team
from orchflow.planning.names import plan_names
from orchflow.planning.sprints.sprints import (
    close_sprint,
    create_sprint,
    get_sprint,
    list_sprints,
    start_sprint,
)
from orchflow.planning.work.board import board_tasks
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.projects import create_project
from orchflow.planning.work.tasks import create_task
from orchflow.screens.plan.sprint_dialogs import carry_over_targets
from orchflow.screens.plan.sprint_results_data import velocity_screen
from orchflow.workspace import Workspace
from tests.pages.conftest import Browser, figures
from tests.pages.plan_facts import as_of, build_plan, move
from tests.pages.test_plan_screens import labels, words

TODAY = clock.now().date()


def add_sprint(ws: Workspace, *, team: int | None = None, points: list[float | None], starts_in: int = 0, days: int = 5) -> int:  # fmt: skip
    """A planned sprint with a task for each of `points`."""
    efforts = [create_effort(ws.store, SYSTEM, number=50 + (team or 0), name="Work")]
    project = create_project(
        ws.store, SYSTEM, number=f"{50 + (team or 0)}.1", effort_id=efforts[0].id, name="P"
    )
    start = TODAY + timedelta(days=starts_in)
    sprint = create_sprint(
        ws.store, SYSTEM, team_id=team, number=7, start=start, end=start + timedelta(days=days - 1)
    )
    for number, each in enumerate(points):
        create_task(
            ws.store, SYSTEM, project_id=project.id, title=f"T{number}", points=each, sprint_id=sprint.id
        )
    return sprint.id


def closed_sprint(ws: Workspace, team: int | None, points: float | None) -> None:
    """One that has done all of its only task at once."""
    sprint = add_sprint(ws, team=team, points=[points])
    start_sprint(ws.store, SYSTEM, sprint)
    (task,) = board_tasks(ws.store, SYSTEM, sprints=[sprint])
    move(ws, task.id, status="done")
    close_sprint(ws.store, SYSTEM, sprint, early=True)


def test_teams_stand_side_by_side_each_with_its_own_velocity(browser: Browser) -> None:
    build_plan(browser.ws)
    teams = [add_team(browser.ws.store, SYSTEM, name=name).id for name in ("Builders", "Makers", "Talkers")]
    for team, points in zip(teams, (5, 40, None), strict=True):
        closed_sprint(browser.ws, team, points)
    shown = browser.open("sprints", browser.person(Role.MANAGER), **{"sprints.view": "All sprints"})

    assert not shown.exception
    assert len(shown.get("plotly_chart")) == 3
    said = words(shown)
    assert "5 a sprint" in said
    assert "40 a sprint" in said
    assert figures(shown) == {}, "there is no velocity of several teams"
    assert "No points in the sprints of Talkers" in said.replace("\\", ""), "there is no empty chart"
    assert set(shown.dataframe[0].value["team"]) == {"Builders", "Makers", "Talkers", "Everybody"}
    assert velocity_screen(SYSTEM, None, "points").results.average == 3

    shown = shown.selectbox(key="sprints.team").select(str(teams[1])).run()
    assert figures(shown)["Velocity (points)"] == "40"
    shown = shown.selectbox(key="sprints.team").select("none").run()
    assert figures(shown)["Velocity (points)"] == "3"


def test_a_sprint_without_points_is_counted_in_tasks_and_says_why_it_has_no_points(browser: Browser) -> None:
    sprint = add_sprint(browser.ws, points=[None, None])
    start_sprint(browser.ws.store, SYSTEM, sprint)
    shown = browser.open("sprints", browser.person(Role.MANAGER))
    assert figures(shown)["Committed (tasks)"] == "2"

    shown = shown.segmented_control(key="sprints.unit").set_value("points").run()
    assert "None of its tasks has points" in words(shown)
    assert len(shown.get("plotly_chart")) == 0
    assert list(shown.dataframe[0].value["title"]) == ["T0", "T1"]


def test_a_sprint_of_one_day_that_is_done_at_once_has_charts(browser: Browser) -> None:
    closed_sprint(browser.ws, None, 3)
    shown = browser.open("sprints", browser.person(Role.VIEWER))
    assert not shown.exception
    assert len(shown.get("plotly_chart")) == 2
    assert figures(shown)["Done (points)"] == "3"


def test_starting_and_closing_early_is_said_before_and_after(browser: Browser) -> None:
    sprint, store = add_sprint(browser.ws, points=[3], starts_in=3), browser.ws.store
    manager = browser.person(Role.MANAGER)
    shown = browser.open("sprints", manager)
    shown = shown.button(key="sprint-start").click().run()
    assert "in 3 days" in shown.warning[0].value
    assert "Start 3 days early" in labels(shown)

    start_sprint(store, SYSTEM, sprint, early=True)
    shown = browser.open("sprints", manager)
    assert "started 3 days early" in words(shown)
    shown = shown.button(key="sprint-close").click().run()
    assert "in 7 days" in shown.warning[0].value
    assert "Close 7 days early" in labels(shown)

    close_sprint(store, SYSTEM, sprint, early=True)
    assert "started 3 days early · closed 7 days early" in words(browser.open("sprints", manager))


def test_sprints_that_take_over_are_told_apart_by_their_team(browser: Browser) -> None:
    store = browser.ws.store
    makers, builders = (add_team(store, SYSTEM, name=name).id for name in ("Makers", "Builders"))
    start_sprint(store, SYSTEM, add_sprint(browser.ws, team=makers, points=[3]))
    for team in (builders, makers):
        first = TODAY + timedelta(days=20)
        create_sprint(store, SYSTEM, team_id=team, number=8, name="Sprint 8", start=first, end=first)
    shown = browser.open("sprints", browser.person(Role.MANAGER))
    shown = shown.button(key="sprint-close").click().run()
    offered = shown.selectbox(key="carry-over").options
    assert offered == ["Sprint 8 · Makers", "the backlog", "Sprint 8 · Builders"]


@pytest.mark.parametrize("view", ["Report", "Plan", "All sprints"])
def test_sprints_that_are_only_planned_are_there_to_be_seen(browser: Browser, view: str) -> None:
    add_sprint(browser.ws, points=[], starts_in=3)
    shown = browser.visit("sprints", browser.person(Role.VIEWER), **{"sprints.view": view})
    assert not shown.exception
    if view == "All sprints":
        assert list(shown.dataframe[0].value["state"]) == ["planned"]


def test_a_sprint_that_is_late_is_started_with_a_word_about_its_ideal_line(browser: Browser) -> None:
    add_sprint(browser.ws, points=[3])
    with as_of(clock.now() + timedelta(days=9)):
        shown = browser.open("sprints", browser.person(Role.MANAGER))
        shown = shown.button(key="sprint-start").click().run()
    assert "no ideal line" in shown.warning[0].value
    assert "Start now" in labels(shown)


def test_a_link_to_a_sprint_holds_when_it_starts_and_closes(browser: Browser) -> None:
    ws = browser.ws
    sprint = add_sprint(ws, team=add_team(ws.store, SYSTEM, name="Builders").id, points=[3])
    link = {"sprints.sprint": plan_names(ws.store, SYSTEM).sprints[sprint], "sprints.view": "Report"}
    manager = browser.person(Role.MANAGER)
    for step in (None, start_sprint, close_sprint):
        if step is not None:
            step(ws.store, SYSTEM, sprint, early=True)
        assert not browser.open("sprints", manager, **link).toast


def test_what_is_not_finished_goes_to_the_same_team_or_the_backlog_first(browser: Browser) -> None:
    store = browser.ws.store
    team = add_team(store, SYSTEM, name="Builders").id

    def planned(team: int | None, starts_in: int) -> int:
        day = TODAY + timedelta(days=starts_in)
        return create_sprint(store, SYSTEM, team_id=team, start=day, end=day).id

    others = [planned(None, days) for days in (0, 20)]
    own = [planned(team, days) for days in (0, 9, 5)]

    def targets(sprint: int) -> list[int | None]:
        known = list_sprints(store, SYSTEM)
        return list(carry_over_targets(get_sprint(store, SYSTEM, sprint), known, plan_names(store, SYSTEM)))

    assert targets(own[0]) == [own[2], own[1], None, *others]
    start_sprint(store, SYSTEM, own[1], early=True)
    close_sprint(store, SYSTEM, own[1], early=True)
    assert targets(own[2])[:2] == [own[0], None]
