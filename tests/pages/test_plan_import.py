"""Bringing a large file into the plan: looked at and imported while one does something else, row by row."""

from __future__ import annotations

import threading

import pytest
from streamlit.testing.v1 import AppTest

from orchflow.errand import Cancelled, WaitingErrand
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.people.users import user_named
from orchflow.planning.exchange.report import ImportReport
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.projects import create_project
from orchflow.progress import Progress
from orchflow.screens.plan.plan_bring_in import bring_in, bring_in_aside
from orchflow.screens.plan.plan_data import plan_data
from orchflow.screens.plan.plan_state import LARGE_IMPORT, LargeImport
from orchflow.workspace import Workspace
from tests.pages.conftest import Browser

FILE = "name,project\n" + "".join(f"Task {number},1.1\n" for number in range(300))


@pytest.fixture
def opened(browser: Browser) -> AppTest:
    """The Plan screen of a manager, with a project to import into."""
    effort = create_effort(browser.ws.store, SYSTEM, number=1, name="Infrastructure")
    create_project(browser.ws.store, SYSTEM, number="1.1", effort_id=effort.id, name="Hardware")
    return browser.open("plan", browser.person(Role.MANAGER))


def going(shown: AppTest, errand: WaitingErrand[ImportReport], *, dry_run: bool) -> AppTest:
    shown.session_state[LARGE_IMPORT.name] = LargeImport(
        "tasks.csv", FILE.encode(), {}, dry_run, errand, "too-late"
    )
    return shown.run()


def aside(browser: Browser, actor: Actor, *, dry_run: bool) -> WaitingErrand[ImportReport]:
    words = (browser.ws, actor, FILE.encode(), "tasks.csv", {}, dry_run, "imported-once")
    errand: WaitingErrand[ImportReport] = WaitingErrand(bring_in_aside, *words)
    errand.result()
    return errand


def waiting(*words: object, progress: Progress) -> ImportReport:
    """On its way until it is cancelled."""
    while True:
        progress(4_000, 10_000)
        threading.Event().wait(0.01)


def test_one_that_is_on_its_way_says_how_many_rows_and_can_be_left(opened: AppTest) -> None:
    errand: WaitingErrand[ImportReport] = WaitingErrand(waiting)
    while errand.rows == (0, 0):
        threading.Event().wait(0.01)
    shown = going(opened, errand, dry_run=True)

    assert not shown.exception
    (line,) = shown.get("progress")
    assert (
        line.proto.text == r"Looking at tasks\.csv: 4,000 of 10,000 rows. You can leave this page meanwhile."
    )
    errand.cancel()
    with pytest.raises(Cancelled):
        errand.result()


def cancelled(shown: AppTest, errand: WaitingErrand[ImportReport]) -> AppTest:
    """Press Cancel, and look once the errand has ended."""
    while errand.rows == (0, 0):
        threading.Event().wait(0.01)
    going(shown, errand, dry_run=False).button(key="import-cancel").click().run()
    with pytest.raises(Cancelled):
        errand.result()
    return shown.run()


def test_one_that_is_cancelled_stores_nothing_and_says_so(browser: Browser, opened: AppTest) -> None:
    shown = cancelled(opened, WaitingErrand(waiting))

    assert not shown.exception
    assert [toast.value for toast in shown.toast] == [
        r"The import of tasks\.csv was cancelled; nothing was written"
    ]
    assert LARGE_IMPORT.name not in shown.session_state
    assert len(plan_data(browser.ws, SYSTEM).frame) == 2


def late(ws: Workspace, *, progress: Progress) -> ImportReport:
    bring_in(ws.store, SYSTEM, FILE.encode(), "tasks.csv", {}, ws.zone, dry_run=False, request="too-late")
    return waiting(progress=progress)


def test_one_that_is_cancelled_too_late_says_so_and_is_taken_back(browser: Browser, opened: AppTest) -> None:
    shown = cancelled(opened, WaitingErrand(late, browser.ws))

    assert [warning.value.splitlines()[0].strip() for warning in shown.warning] == [
        r"**tasks\.csv had been imported when it was cancelled**"
    ]
    assert shown.session_state["orchflow.undo"][0] == "too-late"


def test_what_was_looked_at_can_be_imported_and_taken_back(browser: Browser, opened: AppTest) -> None:
    user = user_named(browser.ws.store, "manager-one")
    actor = Actor(user.id, user.username, user.display_name, user.role)
    shown = going(opened, aside(browser, actor, dry_run=True), dry_run=True)
    assert any("300 new, 0 changed, 0 refused" in line.value for line in shown.markdown)
    assert len(plan_data(browser.ws, SYSTEM).frame) == 2
    shown.button(key="import-see").click().run()
    assert not shown.exception
    assert any(button.label == "Import 300 rows" for button in shown.button)

    shown = going(opened, aside(browser, actor, dry_run=False), dry_run=False)
    assert [toast.value for toast in shown.toast] == [
        r"Imported tasks\.csv\: 300 new, 0 changed, 0 as they were"
    ]
    assert len(plan_data(browser.ws, SYSTEM).frame) == 302
    assert shown.session_state["orchflow.undo"][0] == "imported-once"


def test_progress_is_told_by_rows(browser: Browser, opened: AppTest) -> None:
    told: list[tuple[int, int]] = []
    bring_in(
        browser.ws.store, SYSTEM, FILE.encode(), "tasks.csv", {}, browser.ws.zone,
        dry_run=True, progress=lambda rows, of: told.append((rows, of)),
    )  # fmt: skip

    assert told == [(0, 300), (100, 300), (200, 300), (300, 300)]


def test_alike_refusals_of_a_file_are_one_line(browser: Browser) -> None:
    rows = "".join(f"Task {n},Nowhere\n" for n in range(40))
    data = f"name,project\n{rows}".encode()

    def dialog() -> None:
        import streamlit as st

        from orchflow.screens.plan.plan_report import show_report

        show_report(st.session_state["report"])

    report = bring_in(browser.ws.store, SYSTEM, data, "tasks.csv", {}, browser.ws.zone, dry_run=True)
    shown = AppTest.from_function(dialog)
    shown.session_state["report"] = report
    shown.run()

    assert not shown.exception
    (table,) = shown.get("dataframe")
    (line,) = table.value.to_dict("records")
    assert line["rows"] == "40 rows: 2, 3, 4, 5, 6 …"


def test_columns_that_differ_in_capitals_alone_are_named(browser: Browser, opened: AppTest) -> None:
    data = b"Title,title,Project\nOne,Uno,1.1\n,Due,1.1\n"
    report = bring_in(browser.ws.store, SYSTEM, data, "tasks.csv", {}, browser.ws.zone, dry_run=True)

    assert [row.name for row in report.rows] == ["One", "Due"]
    assert report.unread == ("title",)
    assert [note.message for note in report.notes] == [
        "is read only in rows where Title is empty: both are the same field"
    ]
