"""Editing people in the grid: nothing is stored before it has been shown and saved."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import grid
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
ROW = 35


def type_into(page: Page, row: int, text: str) -> None:
    """Write into the first column of a row of the grid."""
    grid.write(page, 60, row, ROW, text)


def test_a_change_is_shown_then_saved_and_is_there_after_a_reload(visit: Visit) -> None:
    visitor = visit()
    page = visitor.enter("admin", "/people")
    type_into(page, 0, "Aaron Changed")

    expect(page.get_by_text("1 unsaved change").first).to_be_visible()
    expect(page.get_by_role("cell", name="Aaron Changed")).to_be_visible()
    page.get_by_role("button", name="Save 1 change").click()
    expect(page.get_by_text("Saved 1 row").first).to_be_visible()

    type_into(visitor.go("/people"), 0, "Aaron Again")
    expect(page.get_by_role("cell", name="Aaron Changed").first).to_be_visible()
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_text("unsaved")).to_have_count(0)


def test_the_same_field_changed_by_two_people_is_a_conflict_to_choose_in(visit: Visit) -> None:
    slow, quick = visit(), visit()
    for visitor in (slow, quick):
        visitor.enter("admin", "/people")
    type_into(slow.page, 1, "Slow Choice")
    expect(slow.page.get_by_text("1 unsaved change").first).to_be_visible()
    type_into(quick.page, 1, "Quick Choice")
    quick.page.get_by_role("button", name="Save 1 change").click()
    expect(quick.page.get_by_text("Saved 1 row").first).to_be_visible()

    slow.page.get_by_role("button", name="Save 1 change").click()

    expect(slow.page.get_by_text(re.compile(r"was changed by .+ in the meantime"))).to_be_visible()
    expect(slow.page.get_by_text("Stored now: Quick Choice")).to_be_visible()
    slow.page.get_by_text("Yours: Slow Choice").click()
    slow.page.get_by_role("button", name="Save my choice").click()
    expect(slow.page.get_by_text("Saved 1 row").first).to_be_visible()


@pytest.mark.parametrize("act", ["Drop them", "Discard"])
def test_what_is_typed_right_after_an_act_elsewhere_is_in_the_review(visit: Visit, act: str) -> None:
    visitor = visit()
    page = visitor.enter("admin", "/people")
    type_into(page, 2, "Left Behind")
    expect(page.get_by_text("1 unsaved change").first).to_be_visible()
    if act == "Drop them":
        visitor.go("/people")
        expect(page.get_by_role("button", name=act)).to_be_visible()

    box = grid.place(page, 60, 2, ROW)
    page.get_by_role("button", name=act).click()
    page.mouse.click(*box)
    page.keyboard.type("Right After")
    page.keyboard.press("Enter")

    expect(page.get_by_role("cell", name="Right After", exact=True)).to_be_visible()
    expect(page.get_by_text("1 unsaved change").first).to_be_visible()
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_text("unsaved")).to_have_count(0)


def type_down(page: Page, *texts: str) -> None:
    """Type each text and Enter, as fast as the browser takes the keys."""
    for text in texts:
        page.keyboard.type(text)
        page.keyboard.press("Enter")


def test_what_is_typed_down_a_column_is_all_there_however_fast(visit: Visit) -> None:
    page = visit().enter("admin", "/people")
    grid.select(page, 60, 0, ROW)
    type_down(page, "Fast One", "Fast Two", "Fast Three", "Fast Four")

    expect(page.get_by_text("4 unsaved changes").first).to_be_visible()
    for text in ("Fast One", "Fast Two", "Fast Three", "Fast Four"):
        expect(page.get_by_role("cell", name=text, exact=True)).to_be_visible()

    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_text("unsaved")).to_have_count(0)
    grid.select(page, 60, 0, ROW)
    type_down(page, "Again One", "Again Two")

    expect(page.get_by_text("2 unsaved changes").first).to_be_visible()
    for text in ("Again One", "Again Two"):
        expect(page.get_by_role("cell", name=text, exact=True)).to_be_visible()
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_text("unsaved")).to_have_count(0)
