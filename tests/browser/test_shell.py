"""What surrounds the screens: the search, light and dark, a step back, and an address at which there is nothing."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
WHITE, NIGHT = "rgb(255, 255, 255)", "rgb(15, 20, 27)"


def background(page: Page) -> str:
    return str(page.evaluate("() => getComputedStyle(document.querySelector('.stApp')).backgroundColor"))


def test_ctrl_k_finds_screens_agents_tasks_and_people_and_enter_opens_them(visit: Visit) -> None:
    visitor = visit()
    page = visitor.enter("admin", "/definitions")
    hits = page.get_by_role("option")
    for words, title, address in (
        ("flow m", "Flow metrics", r"/flow_metrics$"),
        ("dana", "Dana", r"/people\?people\.q="),
        ("agent", "", r"/agents"),
    ):
        expect(page.get_by_text("Ctrl K")).to_be_visible()
        page.keyboard.press("Control+k")
        expect(page.get_by_role("dialog", name="Search")).to_be_visible()
        page.keyboard.type(words)
        expect(hits.first).to_contain_text(title)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(address))
        visitor.settle()
    page.keyboard.press("Control+k")
    page.keyboard.type("zzzz")
    expect(page.get_by_text("Nothing is called so")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Search")).to_be_hidden()
    assert visitor.complaints == []


def test_back_undoes_a_filter_and_forth_does_it_again(visit: Visit) -> None:
    visitor = visit()
    page = visitor.enter("analyst", "/cost")
    visitor.ran(page, page.get_by_text("90 days", exact=True).click)
    visitor.ran(page, page.get_by_text("30 days", exact=True).click)
    visitor.ran(page, page.go_back)
    expect(page.get_by_role("radio", name="90 days")).to_be_checked()
    visitor.ran(page, page.go_back)
    expect(page.get_by_role("radio", name="This month")).to_be_checked()
    assert page.url.endswith("/cost")
    visitor.ran(page, page.go_forward)
    expect(page.get_by_role("radio", name="90 days")).to_be_checked()


def test_light_or_dark_is_chosen_at_once_and_kept_on_every_screen(visit: Visit) -> None:
    visitor = visit(color_scheme="light")
    page = visitor.enter("viewer", "/cost")
    assert background(page) == WHITE
    page.locator(".st-key-user-menu button").first.click()
    page.get_by_role("button", name="Dark", exact=True).click()
    page.wait_for_function(
        f"() => getComputedStyle(document.querySelector('.stApp')).backgroundColor === '{NIGHT}'"
    )

    visitor.go("/definitions")
    assert background(page) == NIGHT
    assert page.get_by_test_id("stMainMenu").count() == 0


def test_an_address_of_nothing_is_not_found_and_a_screen_with_a_slash_is(visit: Visit) -> None:
    visitor = visit()
    missing = visitor.page.goto(f"{visitor.address}/agent")
    assert missing is not None
    assert missing.status == 404
    assert visitor.page.request.get(f"{visitor.address}/api/v1/search?q=a").status == 401
    expect(visitor.page.get_by_role("heading", name="There is no such page")).to_be_visible()
    visitor.enter("viewer", "/cost?provider=ana@example.org%20www.example.org")
    expect(visitor.page.get_by_test_id("stToast")).to_contain_text("ana@example.org www.example.org")
    assert visitor.page.get_by_test_id("stToast").get_by_role("link").count() == 0
    visitor.go("/agents/?agent=nobody")
    expect(visitor.page.locator("h1")).to_have_text("No such agent")
    visitor.page.get_by_role("link", name="All agents").click()
    expect(visitor.page.locator("h1")).to_have_text("Agents")


def test_what_is_stored_on_a_screen_without_a_place_for_notices_is_told(visit: Visit) -> None:
    page = visit().enter("viewer", "/account")
    page.get_by_role("button", name="Save name").click()
    expect(page.get_by_test_id("stToast")).to_contain_text("Your name is stored")
    expect(page.locator("h1")).to_have_text("My account")
