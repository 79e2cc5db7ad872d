"""A sprint from its creation to its close, in a browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser import grid
from tests.browser.conftest import Visitor, told
from tests.browser.plan_home import enter, plan_server  # noqa: F401  fixtures

pytestmark = pytest.mark.browser
Enter = Callable[..., Visitor]
ROW = 31
EARLY = re.compile(r"Start \d+ days early")


def test_a_sprint_is_created_planned_started_and_the_one_before_closed(enter: Enter) -> None:  # noqa: F811
    visitor = enter("manager", "/sprints")
    page = visitor.page
    page.get_by_role("button", name="New sprint").click()
    page.get_by_label("Name").fill("Build")
    page.get_by_role("button", name="Create the sprint").click()
    told(page, "Build is created")
    expect(page.get_by_role("heading", name="In Build")).to_be_visible()

    backlog = page.locator(".st-key-backlog [data-testid=stDataFrame]")
    grid.ready(backlog).click(position={"x": 16, "y": ROW + ROW // 2})
    page.get_by_role("button", name="Add 1 to the sprint").click()
    expect(page.get_by_text("1 task, 3 points").first).to_be_visible()

    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("button", name=EARLY).click()
    expect(page.get_by_text("Sprint 0 of the same team is running")).to_be_visible()
    page.keyboard.press("Escape")

    visitor.go("/sprints")
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.get_by_text("3 are not finished")).to_be_visible()
    expect(page.get_by_text("in 9 days")).to_be_visible()
    page.get_by_role("button", name="Close 9 days early").click()
    told(page, "Sprint 0 is closed; 3 tasks went over to")

    visitor.go("/sprints")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_text("4 tasks with 12 points")).to_be_visible()
    page.get_by_role("button", name=EARLY).click()
    told(page, "Build has started")
    expect(page.get_by_role("heading", name="Burndown: points left at the end of each day")).to_be_visible()

    page.get_by_role("button", name="Undo").click()
    told(page, "Taken back")
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()
    assert visitor.complaints == []
