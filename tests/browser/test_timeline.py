"""The Gantt chart in a browser: walked by keyboard, folded, on another scale, a task and a project opened."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser


def test_the_timeline_is_walked_by_keyboard(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.enter("manager", "/timeline")
    chart = page.get_by_role("treegrid")
    expect(chart).to_be_visible()
    first = chart.locator(".row").first
    first.focus()
    expect(first).to_have_attribute("aria-expanded", "true")
    assert chart.locator(".row").count() < 80, "rows out of sight are not drawn"
    page.keyboard.press("ArrowLeft")
    expect(first).to_have_attribute("aria-expanded", "false")
    assert chart.evaluate("chart => chart.getRootNode().activeElement.ariaLevel") == "1", "the focus stays"
    page.keyboard.press("ArrowRight")
    expect(first).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    project = chart.locator(".row:focus")
    expect(project).to_have_attribute("aria-level", "2")
    if project.get_attribute("aria-expanded") == "false":
        page.keyboard.press("ArrowRight")
    expect(project).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(chart.locator(".row:focus")).to_have_attribute("aria-level", "3")
    title = chart.locator(".row:focus .text").inner_text()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Title")).to_have_value(title)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)

    names = chart.locator(".corner").bounding_box()
    visitor.ran(page, lambda: page.get_by_role("radio", name="Quarters").click())
    expect(chart.locator(".lower", has_text="Q").first).to_be_attached()
    assert "timeline.scale=Quarters" in page.url
    chart.evaluate("chart => { chart.scrollLeft = 200 }")
    assert chart.locator(".corner").bounding_box() == names, "the names stay where they are"

    first.locator(".name").click()
    expect(page.get_by_role("heading", name="Plan", level=1)).to_be_visible()
    assert visitor.complaints == []
