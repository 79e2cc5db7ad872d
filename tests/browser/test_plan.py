"""The plan in the browser: edit, paste, save, choose in a conflict, take back; and nothing is lost on the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from orchflow.config.settings import load_settings
from orchflow.people.permissions import SYSTEM, Role
from orchflow.people.users import add_user
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.projects import create_project
from orchflow.planning.work.tasks import Edit, save_tasks
from orchflow.ui.sheet_round import SPARE
from orchflow.workspace import open_workspace
from tests.browser import grid
from tests.browser.conftest import PHONE, Profiles, Visitor, told
from tests.serving import Server

pytestmark = pytest.mark.browser
PASSWORD = "correct horse battery"
ROW = 35
TITLE, OPEN = 200, 68
"""How far from the left titles and the mark that opens a task lie."""
TITLES = 2
"""The number of the titles' column."""
TASKS = ("Order the server", "Connect the network", "Install the platform", "Write the runbook")
JIRA = """\
Summary,Issue key,Issue id,Issue Type,Status,Project key,Project name,Watchers
Prune the roses,GRD-1,1,Story,To Do,GRD,Garden,5
Water the beds,GRD-2,2,Story,In Progress,GRD,Garden,2
"""
Manager = Callable[..., Visitor]


@pytest.fixture(scope="module")
def plan_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on a workspace with two managers, a viewer and a small plan."""
    folder = tmp_path_factory.mktemp("plan")
    config = folder / "orchflow.yaml"
    config.write_text("{}\n", encoding="utf-8")
    _small_plan(folder / "home", config)
    with Server(folder / "home", config=config) as running:
        yield running


def _small_plan(home: Path, config: Path) -> None:
    ws = open_workspace(load_settings(home=home, config=config))
    for name, role in (("mia", Role.MANAGER), ("tom", Role.MANAGER), ("vera", Role.VIEWER)):
        add_user(
            ws.store, SYSTEM, username=name, display_name=name.capitalize(), role=role, password=PASSWORD,
            must_change_password=False,
        )  # fmt: skip
    effort = create_effort(ws.store, SYSTEM, number=1, name="Infrastructure")
    project = create_project(ws.store, SYSTEM, number="1.1", effort_id=effort.id, name="Hardware")
    save_tasks(
        ws.store,
        SYSTEM,
        [Edit(None, None, {"project_id": project.id, "title": title}) for title in TASKS],
    )
    ws.close()


@pytest.fixture
def manager(profiles: Profiles, plan_server: Server) -> Iterator[Manager]:
    """Opens the tasks of the small plan as somebody, in a browser of their own."""
    made: list[Visitor] = []

    def make(
        name: str = "mia", path: str = "/plan?plan.level=Tasks&plan.inside=1.1+Hardware", **options: Any
    ) -> Visitor:
        visitor = Visitor(profiles, plan_server, **options)
        visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
        visitor.enter(name, path)
        made.append(visitor)
        return visitor

    yield make
    for visitor in made:
        visitor.leave()


def write(page: Page, row: int, text: str) -> None:
    grid.write(page, TITLE, row, ROW, text)


def paste(page: Page, row: int, text: str) -> None:
    grid.select(page, TITLE, row, ROW)
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+v")


def titles(page: Page) -> Locator:
    return grid.column(page, TITLES)


def only(visitor: Visitor, quick: str) -> None:
    page = visitor.page
    page.get_by_test_id("stPopover").get_by_role("button", name="Filters").click()
    page.get_by_test_id("stPopoverBody").get_by_text(quick, exact=True).click()
    visitor.settle()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stPopover").get_by_role("button", name="Filters (1)")).to_be_visible()


def save(page: Page, count: int) -> None:
    page.get_by_role("button", name=f"Save {count} change").click()
    expect(page.get_by_role("button", name="Save", exact=False)).to_have_count(0)


def undo(visitor: Visitor) -> None:
    visitor.page.get_by_role("button", name="Undo").click()
    told(visitor.page, "Taken back")
    visitor.settle()


def test_an_edit_is_shown_saved_and_taken_back(manager: Manager) -> None:
    visitor = manager()
    page = visitor.page
    write(page, 0, "Order two servers")

    expect(page.get_by_text("1 unsaved change").first).to_be_visible()
    expect(page.get_by_role("cell", name="Order two servers", exact=True)).to_be_visible()
    save(page, 1)
    expect(titles(page).first).to_have_text("Order two servers")

    undo(visitor)
    expect(titles(page).first).to_have_text(TASKS[0])


def test_bad_cells_of_a_paste_are_named_and_rows_below_the_last_one_are_added(manager: Manager) -> None:
    visitor = manager()
    page = visitor.page
    lines = (
        "Write the runbook twice\tIn progress\tNobody Known\tHigh\tabc",
        "Hand it over\tReady\tMia\tlow\t3",
        "Check it\tReady\tMia\tLow\t=1+1",
    )
    paste(page, 3, "\n".join(lines))

    expect(page.get_by_text("there is nobody called 'Nobody Known'").first).to_be_visible()
    expect(page.get_by_text("is not a number: 'abc'")).to_be_visible()
    expect(page.get_by_text("is a formula")).to_be_visible()
    save_button = page.get_by_role("button", name="Save 4 changes")
    save_button.click()
    expect(page.get_by_text("Saved 2 rows").first).to_be_visible()
    visitor.settle()
    for row, title in ((3, "Write the runbook twice"), (4, "Hand it over")):
        expect(titles(page).nth(row)).to_have_text(title)
    expect(page.get_by_text("Nobody Known").first).to_be_visible()

    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_text("Nobody Known")).to_have_count(0)
    undo(visitor)
    expect(titles(page)).to_have_text([*TASKS, *[""] * SPARE])


def test_two_people_in_one_field_choose_and_other_fields_merge(manager: Manager) -> None:
    slow, quick = manager("mia"), manager("tom")
    write(slow.page, 1, "Slow network")
    expect(slow.page.get_by_text("1 unsaved change").first).to_be_visible()
    write(quick.page, 1, "Quick network")
    save(quick.page, 1)

    slow.page.get_by_role("button", name="Save 1 change").click()
    expect(slow.page.get_by_text(re.compile(r"was changed by .+ in the meantime"))).to_be_visible()
    expect(slow.page.get_by_text("Stored now: Quick network")).to_be_visible()
    slow.page.get_by_role("button", name="Save 1 change").click()
    slow.settle()
    expect(slow.page.get_by_text("Stored now: Quick network")).to_be_visible()

    slow.page.get_by_text("Yours: Slow network").click()
    slow.page.get_by_role("button", name="Save my choice").click()
    expect(slow.page.get_by_text("Saved 1 row").first).to_be_visible()
    slow.settle()
    expect(titles(slow.page).nth(1)).to_have_text("Slow network")


def test_unsaved_edits_outlive_filters_other_screens_and_a_reload(manager: Manager) -> None:
    visitor = manager()
    page = visitor.page
    write(page, 2, "Kept all the way")
    expect(page.get_by_text("1 unsaved change").first).to_be_visible()

    only(visitor, "Overdue")
    expect(page.get_by_text("1 unsaved change").first).to_be_visible()
    page.get_by_test_id("stSidebarNav").get_by_text("Board", exact=True).click()
    visitor.settle()
    expect(page.locator("h1")).to_have_text("Board")
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Plan", exact=True).click()
    visitor.settle()
    expect(page.get_by_text("1 unsaved change").first).to_be_visible()

    page.reload()
    visitor.settle()
    page.get_by_role("button", name="Go on with them").click()
    expect(page.get_by_role("cell", name="Kept all the way", exact=True)).to_be_visible()
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_text("unsaved change")).to_have_count(0)


def test_a_heading_puts_nothing_in_another_order_and_leads_to_the_menu_that_does(manager: Manager) -> None:
    page = manager().page
    expect(titles(page)).to_have_count(len(TASKS) + SPARE)
    before = titles(page).all_text_contents()
    grid.click(page, TITLE, -1, ROW)
    expect(page.get_by_test_id("stPopoverBody").get_by_text("Sort by")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stPopoverBody")).to_be_hidden()
    expect(grid.select(page, TITLE, 0, ROW)).to_have_text(before[0])
    expect(titles(page)).to_have_text(before)


def test_keys_indent_a_task_and_undo_brings_it_back(manager: Manager) -> None:
    visitor = manager(path="/plan?plan.inside=1.1+Hardware")
    page = visitor.page
    grid.select(page, TITLE, 3, ROW)
    page.keyboard.press("Alt+Shift+ArrowRight")
    expect(page.get_by_text("Indent: 1 task").first).to_be_visible()
    visitor.settle()
    undo(visitor)


def test_the_address_opens_a_task_and_its_panel_takes_a_comment(manager: Manager) -> None:
    visitor = manager()
    page = visitor.page
    grid.click(page, OPEN, 0, ROW)
    page.wait_for_url("**task=*")
    page.get_by_text("Comments", exact=True).click()
    page.get_by_placeholder("Write a comment").fill("Delivered on <b>Monday</b>")
    page.get_by_role("button", name="Comment", exact=False).last.dblclick()
    comment = page.get_by_role("paragraph").filter(has_text="Delivered on <b>Monday</b>")
    expect(comment).to_be_visible()
    visitor.settle()
    expect(page.get_by_text("Delivered on <b>Monday</b>")).to_have_count(1)
    assert visitor.complaints == []


def test_a_viewer_reads_and_cannot_edit(manager: Manager) -> None:
    visitor = manager("vera")
    page = visitor.page
    expect(grid.select(page, TITLE, 0, ROW)).to_have_attribute("aria-readonly", "true")
    for key in ("Enter", "x", "Enter"):
        page.keyboard.press(key)
    only(visitor, "Overdue")  # answered after whatever the grid may have sent

    expect(page.get_by_text("unsaved")).to_have_count(0)
    for name in ("Add task", "Import", "Delete"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)


def test_on_a_phone_a_list_opens_tasks_and_changes_their_status(manager: Manager) -> None:
    visitor = manager(**PHONE)
    page = visitor.page
    rows = page.get_by_role("list", name="Tasks of the plan").get_by_role("listitem")
    expect(rows).to_have_count(len(TASKS))
    status = page.get_by_role("combobox", name=f"Status: {TASKS[0]}")
    status.select_option("In progress")
    told(page, f"{TASKS[0]}: In progress")
    expect(status.locator("option:checked")).to_have_text("In progress")
    undo(visitor)
    expect(status.locator("option:checked")).not_to_have_text("In progress")

    rows.nth(2).get_by_role("link").tap()
    expect(page.get_by_role("heading", name=TASKS[2])).to_be_visible()
    page.get_by_role("button", name="Back to the plan").click()
    expect(rows).to_have_count(len(TASKS))
    rows.nth(2).get_by_role("link").tap()
    expect(page.get_by_role("heading", name=TASKS[2])).to_be_visible()
    visitor.settle()
    page.go_back()
    expect(rows).to_have_count(len(TASKS))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert visitor.complaints == []


def test_an_export_of_another_program_is_looked_at_imported_and_taken_back(manager: Manager) -> None:
    visitor = manager(path="/plan?plan.level=Tasks")
    page = visitor.page
    page.get_by_role("button", name="Import").click()
    dialog = page.get_by_role("dialog")
    file = {"name": "jira.csv", "mimeType": "text/csv", "buffer": JIRA.encode()}
    dialog.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    expect(dialog.get_by_text("An export of Jira, known by its headings.")).to_be_visible()
    expect(dialog.get_by_text("Columns that are not read: Issue Type, Watchers")).to_be_visible()

    dialog.get_by_role("button", name="Import 4 rows").click()
    told(page, "Imported jira.csv: 4 new")
    expect(titles(page).get_by_text("Prune the roses")).to_have_count(1)

    undo(visitor)
    expect(titles(page).get_by_text("Prune the roses")).to_have_count(0)
    assert visitor.complaints == []


def test_a_table_of_its_own_says_its_letters_and_columns_and_shows_what_would_change(
    manager: Manager,
) -> None:
    visitor = manager(path="/plan?plan.level=Tasks")
    page = visitor.page
    page.get_by_role("button", name="Import").click()
    dialog = page.get_by_role("dialog")
    table = "name;project;due date;Цвет\nПолить розы;1.1;01.06.2026;красный\nПолоть;1.1;0001-01-01;\nКосить;1.1;5 дней;\n"
    file = {"name": "tasks.csv", "mimeType": "text/csv", "buffer": table.encode("cp1251")}
    dialog.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    expect(dialog.get_by_text("Which column holds what")).to_be_visible()
    expect(dialog.get_by_role("combobox", name="Letters")).to_have_value("Cyrillic (Windows-1251)")
    expect(dialog.get_by_text("Columns that are not read: Цвет")).to_be_visible()
    for said in ("is the zero date of another program: 0001-01-01", "is not a date: '5 дней'"):
        expect(dialog.locator("td", has_text=said)).to_have_count(1)
    dialog.get_by_text("What would change (2)").click()
    expect(dialog.locator("td", has_text="Полить розы")).not_to_have_count(0)

    dialog.get_by_role("button", name="Import 2 rows").click()
    told(page, "Imported tasks.csv: 2 new, 0 changed, 0 as they were; 1 refused")
    undo(visitor)
    expect(titles(page).get_by_text("Полить розы")).to_have_count(0)
    assert visitor.complaints == []
