"""Signing in and out in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import expect

from orchflow.screens.catalogue import SCREENS
from tests.browser.conftest import PAGES, Profiles, Visitor
from tests.serving import Server

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]


def test_signing_in_leads_to_the_page_that_was_asked_for(visit: Visit) -> None:
    visitor = visit()
    page = visitor.sign_in("analyst", path="/plan?level=Tasks")

    expect(page.locator("h1")).to_have_text("Plan")
    assert page.url == visitor.address + "/plan?level=Tasks"


def test_the_session_outlives_a_reload_and_is_out_of_reach_for_scripts(visit: Visit) -> None:
    visitor = visit()
    visitor.sign_in("analyst", path="/account")
    visitor.wait_for_cookie()
    assert "orchflow" not in visitor.page.evaluate("document.cookie")
    page = visitor.go("/account")

    expect(page.locator("h1")).to_have_text("My account")


def test_a_copied_cookie_opens_nothing_after_the_sign_out(visit: Visit) -> None:
    victim = visit()
    victim.sign_in("member", path="/account")
    token = victim.wait_for_cookie()
    victim.sign_out()

    thief = visit()
    thief.context.add_cookies([{"name": "orchflow_session", "value": token, "url": thief.address}])
    page = thief.go("/account")

    expect(page.get_by_label("Username")).to_be_visible()
    expect(page.locator("h1")).to_have_text("Orchestrator Flow")


def test_signing_out_ends_the_other_browsers_session_too(visit: Visit) -> None:
    here, there = visit(), visit()
    for visitor in (here, there):
        visitor.sign_in("manager", path="/account")
        visitor.wait_for_cookie()
    here.sign_out()

    there.page.get_by_test_id("stSidebarNav").get_by_text("Agents", exact=True).click()

    expect(there.page.get_by_label("Username")).to_be_visible()


def test_wrong_passwords_are_refused_and_then_lock_the_name(visit: Visit) -> None:
    visitor = visit()
    page = visitor.go("/")
    for _ in range(6):
        visitor.ran(page, partial(visitor.fill, "nobody.here", "wrong wrong wrong"))
        expect(page.get_by_test_id("stAlert")).to_be_visible()
    expect(page.get_by_test_id("stAlert")).to_contain_text("Too many", ignore_case=True)


def test_the_first_administrator_chooses_a_password_and_is_in(
    profiles: Profiles, empty_server: tuple[Server, str]
) -> None:
    server, one_time = empty_server
    visitor = Visitor(profiles, server)
    page = visitor.go("/people")
    visitor.fill("admin", one_time)
    page.get_by_label("New password", exact=True).fill("a long enough sentence")
    page.get_by_label("The same again").fill("a long enough sentence")
    page.get_by_role("button", name="Set password").click()
    expect(page.get_by_label("New password", exact=True)).to_have_count(0)
    visitor.wait_for_cookie()
    listed = [screen.title for screen in SCREENS if screen.listed]
    for path, title in [(path, title) for path, title in PAGES.items() if title in listed]:
        visitor.ran(
            page, page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True).click
        )
        page.wait_for_url(f"**{path}*")
        expect(page.locator("h1")).to_contain_text("" if path == "/" else title)
        assert not page.get_by_text("Something went wrong").count(), path
    assert visitor.complaints == []
    visitor.leave()
