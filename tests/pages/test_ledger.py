"""The Ledger: whose every amount is, an effort opened, and what a reader without the permission is told."""

from __future__ import annotations

from orchflow import clock
from orchflow.people.permissions import Role
from tests.insights.test_ledger import expense, link, usage, world
from tests.pages.conftest import Browser
from tests.pages.insight_facts import open_screen


def test_sums_add_up_on_the_screen_and_an_effort_opens(browser: Browser) -> None:
    today = clock.today(browser.ws.zone)
    world(
        browser.ws, usage_daily=[usage("9", "a") | {"day": today}, usage("1", "x") | {"day": today}],
        expenses_daily=[expense("50", part="development", task_id=3) | {"day": today}], links=[link("a", "task", 1), link("a", "goal", 2)],
    )  # fmt: skip
    shown = open_screen(browser, "ledger", Role.MANAGER)
    assert not shown.exception
    frame = shown.dataframe[0].value
    assert list(frame["name"]) == ["1 Effort 1", "2 Effort 2", "Nobody", "Total"]
    assert list(frame["cost"]) == [4.5, 54.5, 1, 60]
    opened = open_screen(browser, "ledger", Role.ANALYST, effort="2")
    assert not opened.exception
    lines = opened.dataframe[0].value
    assert [name.strip() for name in lines["name"]] == [
        "2.3 Project 3",
        "Goal 2",
        "Task 3",
        "Of the goal itself",
    ]
    assert list(lines["cost"]) == [54.5, 54.5, 50, 4.5]
    nothing = open_screen(browser, "ledger", Role.ANALYST, effort="77")
    assert not nothing.exception
    viewer = open_screen(browser, "ledger", Role.VIEWER)
    assert not viewer.exception
    assert not viewer.dataframe
