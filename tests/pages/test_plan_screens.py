"""Board, Sprints, Flow metrics and Timeline: empty, with a plan, and for those who may only look."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pandas as pd
import pytest

from orchflow import clock
from orchflow.people.permissions import SYSTEM, Role
from orchflow.planning.sprints.sprints import get_sprint, update_sprint
from orchflow.planning.timeline.baseline import take_baseline
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.projects import create_project
from orchflow.planning.work.tasks import create_task
from orchflow.screens.plan.flow_metrics import ages_in_words
from orchflow.screens.plan.sprint_dialogs import closed_in_words
from orchflow.screens.plan.sprint_results_data import velocity_screen
from tests.pages.conftest import Browser, figures, headings
from tests.pages.plan_facts import as_of, build_plan

SCREENS = {
    "board": ("Board", "No tasks yet"),
    "sprints": ("Sprints", "No sprints yet"),
    "flow_metrics": ("Flow metrics", "No tasks yet"),
    "timeline": ("Timeline", "Nothing planned yet"),
}


def labels(shown: object) -> list[str]:
    return [button.label for button in shown.button]  # type: ignore[attr-defined]


def words(shown: object) -> str:
    return " ".join(text.value for text in [*shown.markdown, *shown.caption, *shown.subheader])  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", SCREENS)
def test_without_a_plan_a_screen_says_what_to_do(browser: Browser, name: str) -> None:
    shown = browser.visit(name, browser.person(Role.VIEWER))

    assert not shown.exception
    assert headings(shown)[0] == SCREENS[name][0]
    assert SCREENS[name][1] in words(shown)


@pytest.mark.parametrize("name", SCREENS)
@pytest.mark.parametrize("role", [Role.VIEWER, Role.MANAGER])
def test_with_a_plan_a_screen_shows_it(browser: Browser, name: str, role: Role) -> None:
    build_plan(browser.ws)
    shown = browser.visit(name, browser.person(role))

    assert not shown.exception
    assert not shown.error
    assert (
        len(shown.get("plotly_chart")) >= {"board": 0, "sprints": 2, "flow_metrics": 5, "timeline": 0}[name]
    )


@pytest.mark.parametrize(
    ("name", "controls"),
    [
        ("board", ["Columns"]),
        ("sprints", ["New sprint", "Close", "Edit"]),
        ("timeline", ["Take a baseline"]),
    ],
)
def test_who_may_not_plan_has_no_controls_to_do_so(browser: Browser, name: str, controls: list[str]) -> None:
    build_plan(browser.ws)

    assert not set(controls) & set(labels(browser.visit(name, browser.person(Role.MEMBER))))
    assert set(controls) <= set(labels(browser.visit(name, browser.person(Role.MANAGER))))


def test_the_report_counts_what_was_committed_done_and_moved(browser: Browser) -> None:
    build_plan(browser.ws)
    shown = browser.open("sprints", browser.person(Role.MANAGER))

    assert figures(shown) == {
        "Committed (points)": "7", "Done (points)": "0", "Left (points)": "12", "Scope changed by (points)": "5",
    }  # fmt: skip


def test_the_address_chooses_the_sprint_and_the_unit(browser: Browser) -> None:
    build_plan(browser.ws)
    shown = browser.open(
        "sprints",
        browser.person(Role.MANAGER),
        **{"sprints.sprint": "Sprint 0", "sprints.unit": "Tasks"},
    )

    assert figures(shown)["Committed (tasks)"] == "4"
    assert "Reopen" in labels(shown)


def test_every_closed_sprint_is_listed_with_its_results(browser: Browser) -> None:
    build_plan(browser.ws)
    shown = browser.open("sprints", browser.person(Role.MANAGER), **{"sprints.view": "All sprints"})

    every = shown.dataframe[0].value
    assert list(zip(every["name"], every["state"], every["done"].fillna(-1), strict=True)) == [
        ("Sprint 1", "running", -1), ("Sprint 0", "closed", 3),
    ]  # fmt: skip
    assert list(every["departures"]) == ["", "started 1 day late, closed 1 day late"]


def test_planning_shows_capacity_and_backlog(browser: Browser) -> None:
    build_plan(browser.ws)
    shown = browser.open("sprints", browser.person(Role.MANAGER), **{"sprints.view": "Plan"})

    assert "Backlog" in headings(shown)
    assert "Add selected to the sprint" in labels(shown)


def test_closing_a_sprint_says_what_stays_and_what_is_carried_over(browser: Browser) -> None:
    build_plan(browser.ws)
    shown = browser.open("sprints", browser.person(Role.MANAGER))

    shown.button(key="sprint-close").click().run()

    assert "3 are not finished" in words(shown)
    assert "They go back to the backlog" in words(shown)


def test_what_is_said_of_ages_counts_the_days_that_are_drawn() -> None:
    days = {"age_days": [9.0, 8.0, 1.0], "working_days": [5.0, 3.0, 1.0]}
    shown = SimpleNamespace(ages=pd.Series(days["working_days"]), usual={85: 4.0})
    assert "3 tasks under way; 1 for longer" in ages_in_words(shown)  # type: ignore[arg-type]


def test_where_nothing_was_ever_done_no_longer_period_is_asked_for(browser: Browser) -> None:
    store = browser.ws.store
    effort = create_effort(store, SYSTEM, number=1, name="Infrastructure")
    project = create_project(store, SYSTEM, number="1.1", effort_id=effort.id, name="Hardware")
    create_task(store, SYSTEM, project_id=project.id, title="Order the server")
    shown = browser.visit("flow_metrics", browser.person(Role.VIEWER))

    told = " ".join(each.value for each in shown.markdown)
    assert not shown.exception
    assert "Nothing was done in this period" in told.replace("\\", "")
    assert "longer period" not in told


def test_a_filter_without_tasks_says_so(browser: Browser) -> None:
    build_plan(browser.ws)
    shown = browser.open("board", browser.person(Role.MANAGER), **{"board.q": "no such title"})

    assert "No task matches" in words(shown)


def test_a_baseline_shows_what_moved(browser: Browser) -> None:
    build_plan(browser.ws)
    kept = take_baseline(browser.ws.store, SYSTEM, "Kick-off")
    shown = browser.visit("timeline", browser.person(Role.VIEWER))
    shown.selectbox(key="timeline.baseline").select(str(kept.id)).run()

    assert not shown.exception
    assert "Nothing moved" in words(shown)


def test_baselines_of_one_name_are_told_apart(browser: Browser) -> None:
    build_plan(browser.ws)
    for _ in range(3):
        take_baseline(browser.ws.store, SYSTEM, "Kick-off")
    shown = browser.open("timeline", browser.person(Role.MANAGER))
    compared = shown.selectbox(key="timeline.baseline").options
    shown = shown.button(key="baseline-delete").click().run()
    assert shown.selectbox(key="baseline-which").options == compared
    assert len(set(compared)) == 3


def test_the_columns_of_the_board_are_written_in_a_table(browser: Browser) -> None:
    build_plan(browser.ws)
    shown = browser.open("board", browser.person(Role.MANAGER))
    shown = shown.button(key="columns-open").click().run()
    assert not shown.exception
    assert not shown.error

    shown = next(button for button in shown.button if button.label == "Save columns").click().run()
    assert not shown.exception
    assert not shown.error
    assert [toast.value for toast in shown.toast] == ["The columns are saved"]


def test_the_people_of_a_sprint_are_written_in_a_table(browser: Browser) -> None:
    build_plan(browser.ws)
    shown = browser.open("sprints", browser.person(Role.MANAGER), **{"sprints.view": "Plan"})
    shown.session_state["sprints.people"] = True
    shown = shown.run()
    assert not shown.exception
    assert not shown.error

    shown = shown.button(key="capacity-save").click().run()
    assert [toast.value for toast in shown.toast] == ["The capacity is saved"]
    assert "capacity-save" not in [button.key for button in shown.button], "the popover is closed"


@pytest.mark.parametrize(
    ("tasks", "target", "said"),
    [
        (3, None, "Sprint 1 is closed; 3 tasks went back to the backlog"),
        (1, "Sprint 2", "Sprint 1 is closed; 1 task went over to Sprint 2"),
        (0, None, "Sprint 1 is closed"),
    ],
)
def test_closing_a_sprint_says_where_its_tasks_went(tasks: int, target: str | None, said: str) -> None:
    assert closed_in_words("Sprint 1", tasks, target) == said


def test_velocity_has_the_names_and_the_day_of_now(browser: Browser) -> None:
    plan, store = build_plan(browser.ws), browser.ws.store
    before = velocity_screen(SYSTEM, None, "points")
    assert list(before.sprints.frame["name"]) == ["Sprint 0"]

    sprint = get_sprint(store, SYSTEM, plan.closed)
    update_sprint(store, SYSTEM, plan.closed, sprint.version, {"name": "Foundation"})
    assert list(velocity_screen(SYSTEM, None, "points").sprints.frame["name"]) == ["Foundation"]
    with as_of(clock.now() + timedelta(days=1)):
        assert velocity_screen(SYSTEM, None, "points").results.computed_at > before.results.computed_at


def test_a_team_that_is_gone_narrows_nothing(browser: Browser) -> None:
    build_plan(browser.ws)
    shown = browser.visit("flow_metrics", browser.person(Role.VIEWER))
    shown.session_state["flow.team"] = "99"
    shown.run()

    assert not shown.error
    assert "Done a week" in figures(shown)


@pytest.mark.parametrize("row", ["effort-1", "project-1"])
def test_a_row_of_the_timeline_opens_its_part_of_the_plan(browser: Browser, row: str) -> None:
    build_plan(browser.ws)
    shown = browser.visit("timeline", browser.person(Role.MANAGER))
    shown.session_state["timeline.going"] = row
    shown.run()

    assert not shown.exception
    assert headings(shown)[0] == "Plan"
