"""Sheets on their screens: what was pasted or saved is in sight, whichever page it comes to stand on."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from orchflow.people.permissions import SYSTEM, Role
from orchflow.people.teams import add_team
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.projects import create_project
from orchflow.planning.work.tasks import Edit, save_tasks
from orchflow.screens.plan.plan_data import plan_data
from orchflow.ui.sheet_paste import Pasted, paste
from tests.pages.conftest import Browser

ROWS = {
    "plan-effort": {"number": 2, "title": "Added"},
    "plan-project": {"number": "1.2", "title": "Added", "effort_id": "1 Infrastructure"},
    "plan-goal": {"title": "Added", "project_id": "1.1 Hardware", "target": 1},
    "plan-task": {"title": "Added", "project_id": "1.1 Hardware"},
    "plan-tree": {"title": "Added", "project_id": "1.1 Hardware"},
    "people": {"display_name": "Added", "email": "added@example.org", "role": "member"},
    "teams": {"name": "Added"},
    "exchange-rates": {"currency": "EUR", "valid_from": "2026-11-01", "rate": "1.1"},
}
"""Sheet → the cells of a new row."""
ADDRESSES = {
    "plan-effort": ("plan", {"plan.level": "Efforts"}),
    "plan-project": ("plan", {"plan.level": "Projects"}),
    "plan-goal": ("plan", {"plan.level": "Goals"}),
    "plan-task": ("plan", {"plan.level": "Tasks"}),
    "plan-tree": ("plan", {}),
    "people": ("people", {}),
    "teams": ("people", {"people.view": "Teams"}),
    "exchange-rates": ("exchange_rates", {}),
}


@pytest.fixture
def plan(browser: Browser) -> int:
    """A plan with 60 tasks, more than a small page has; its project."""
    store = browser.ws.store
    effort = create_effort(store, SYSTEM, number=1, name="Infrastructure")
    project = create_project(store, SYSTEM, number="1.1", effort_id=effort.id, name="Hardware")
    add_team(store, SYSTEM, name="Builders")
    save_tasks(
        store, SYSTEM, [Edit(None, None, {"project_id": project.id, "title": f"Task {n}"}) for n in range(60)]
    )
    return project.id


def add(shown: AppTest, sheet: str, *rows: dict[str, Any]) -> AppTest:
    """Let new rows wait in a sheet, and save them."""
    for row in rows:
        shown.session_state[f"{sheet}-sheet"].stage.add(row)
    return save(shown.run())


def save(shown: AppTest, what: str = "") -> AppTest:
    return next(button for button in shown.button if button.label.startswith(f"Save {what}")).click().run()


def in_sight(shown: AppTest) -> str:
    """The key of the row that the page is told to bring into sight; empty for none."""
    parts = (json.loads(element.proto.json) for element in shown.get("bidi_component"))
    sheet = next(part for part in parts if isinstance(part, dict) and "pastes" in part)
    return sheet["rows"][sheet["at"]] if sheet["at"] >= 0 else ""


@pytest.mark.parametrize("sheet", list(ROWS))
def test_a_new_row_is_in_sight_once_it_is_saved(browser: Browser, plan: int, sheet: str) -> None:
    screen, address = ADDRESSES[sheet]
    shown = browser.open(screen, browser.person(Role.ADMIN), **address)
    before = {row.key for row in shown.session_state[f"{sheet}-sheet"].shown}
    shown = add(shown, sheet, ROWS[sheet])

    assert not shown.exception
    row = in_sight(shown)
    assert row
    assert row not in before
    assert not row.startswith("new-")


def test_the_page_on_which_new_rows_stand_is_shown(browser: Browser, plan: int) -> None:
    address = {"plan.level": "Tasks", "plan.size": "50"}
    shown = browser.open("plan", browser.person(Role.MANAGER), **address)
    shown = add(
        shown, "plan-task", *({"title": f"Added {n}", "project_id": "1.1 Hardware"} for n in range(3))
    )

    assert any(caption.value.startswith("51–63 of 63 rows") for caption in shown.caption)
    assert in_sight(shown) == "task-61"
    shown.session_state["plan.at"] = 1
    assert in_sight(shown.run()) == "", "who goes to another page stays there"


def test_all_rows_of_every_page_can_be_ticked_and_changed_together(browser: Browser, plan: int) -> None:
    address = {"plan.level": "Tasks", "plan.size": "50"}
    shown = browser.open("plan", browser.person(Role.MANAGER), **address)
    shown.session_state["plan-task-sheet"].stage.chosen.add("task-1")
    shown.run()
    assert {"Tick this page's 50", "Tick all 60"} <= {button.label for button in shown.button}
    next(button for button in shown.button if button.label == "Tick all 60").click().run()
    assert "**60 ticked**, 10 on other pages" in [line.value for line in shown.markdown]

    shown.session_state["plan-task-fill"] = True
    shown.run()
    shown.selectbox(key="plan-task-fill-what").select("points").run()
    shown.number_input(key="plan-task-fill-points").set_value(3).run()
    shown.button(key="plan-task-fill-now").click().run()
    shown = save(shown, "60 changes")
    assert not shown.exception
    assert {*plan_data(browser.ws, SYSTEM).frame.query("level == 'task'")["points"]} == {3.0}


def test_a_paste_of_2000_rows_without_a_project_is_one_line_to_be_filled_for_all(
    browser: Browser, plan: int
) -> None:
    shown = browser.open("plan", browser.person(Role.MANAGER), **{"plan.level": "Tasks"})
    state = shown.session_state["plan-task-sheet"]
    text = "\n".join(f"Pasted {n}" for n in range(2_000))
    end = sum(bool(row.version) for row in state.shown)
    paste(state.stage, Pasted(text, end, "Title"), state.shown, state.drawn.columns, may_add=True)
    state.acted = True
    shown = save(shown.run(), "2,000 changes")
    assert [line.value for line in shown.markdown if "rows**" in line.value] == [
        "**2,000 rows** (new row 1 …), **Project**: must not be empty"
    ]

    shown.session_state["plan-task-refused-0"] = True
    shown.run()
    shown.selectbox(key="plan-task-refused-0-value").select("1.1 Hardware").run()
    shown.button(key="plan-task-refused-0-now").click().run()
    shown = save(shown, "2,000 changes")
    assert not shown.exception
    assert len(plan_data(browser.ws, SYSTEM).frame.query("level == 'task'")) == 2_060


def test_new_rows_that_the_filters_leave_out_are_told(browser: Browser, plan: int) -> None:
    shown = browser.open("plan", browser.person(Role.MANAGER), **{"plan.level": "Tasks", "plan.q": "Task 1"})
    shown = add(shown, "plan-task", ROWS["plan-task"])

    assert [note.value for note in shown.info] == [
        r"1 row of those just saved cannot be seen here\: the view leaves them out\."
    ]
