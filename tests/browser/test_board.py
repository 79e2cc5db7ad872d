"""The board in a browser: cards dragged, moved by keyboard and by list, blocked, refused and taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visitor, told
from tests.browser.plan_home import enter, plan_server  # noqa: F401  fixtures

pytestmark = pytest.mark.browser
Enter = Callable[..., Visitor]


def column(page: Page, key: str) -> Locator:
    return page.locator(f"section[data-column={key}]")


def card(page: Page, title: str) -> Locator:
    return page.locator(".card", has_text=title)


def stands_in(page: Page, title: str, key: str) -> None:
    expect(column(page, key).locator(".card:not(.saving)", has_text=title)).to_be_visible()


def move_by_menu(page: Page, title: str, column: str) -> None:
    card(page, title).get_by_role("button", name=f"Move {title} to another column").click()
    page.get_by_role("dialog", name=f"Move {title} to").get_by_role("button", name=column).click()


def test_a_card_is_dragged_stored_and_taken_back(enter: Enter) -> None:  # noqa: F811
    visitor = enter("manager", "/board")
    page = visitor.page
    card(page, "Order the server").drag_to(column(page, "in_progress"))
    told(page, "“Order the server” moved to In progress")
    stands_in(page, "Order the server", "in_progress")

    visitor.go("/board")
    stands_in(page, "Order the server", "in_progress")

    card(page, "Order the server").focus()
    page.keyboard.press("Shift+ArrowLeft")
    stands_in(page, "Order the server", "ready")
    page.get_by_role("button", name="Undo").click()
    stands_in(page, "Order the server", "in_progress")
    assert visitor.complaints == []


def test_a_blocked_card_asks_why_and_stays_where_it_was_until_then(enter: Enter) -> None:  # noqa: F811
    page = enter("manager", "/board").page
    card(page, "Install the gateway").drag_to(column(page, "blocked"))
    expect(page.get_by_text("What blocks it?")).to_be_visible()
    stands_in(page, "Install the gateway", "ready")

    page.get_by_label("Reason").fill("Waiting for the key")
    page.get_by_role("button", name="Block the task").click()
    stands_in(page, "Install the gateway", "blocked")
    expect(card(page, "Install the gateway").get_by_text("Waiting for the key")).to_be_visible()


def test_a_card_that_somebody_else_moved_goes_back_with_the_reason(enter: Enter) -> None:  # noqa: F811
    slow, quick = enter("manager", "/board").page, enter("admin", "/board").page
    stands_in(slow, "Rack it", "ready")
    card(quick, "Rack it").drag_to(column(quick, "in_review"))
    stands_in(quick, "Rack it", "in_review")

    move_by_menu(slow, "Rack it", "Done")

    expect(
        slow.get_by_test_id("stAlertContentError").get_by_text(
            "admin changed it in the meantime (status is now in review)"
        )
    ).to_be_visible()
    stands_in(slow, "Rack it", "in_review")


def test_a_member_moves_only_their_own_cards(enter: Enter) -> None:  # noqa: F811
    page = enter("member", "/board").page
    expect(card(page, "Rack it")).to_have_attribute("draggable", "true")
    expect(card(page, "Order the server")).to_have_attribute("draggable", "false")
    move_by_menu(page, "Rack it", "Blocked")
    expect(page.get_by_text("What blocks it?")).to_be_visible()


def test_what_people_wrote_is_text_and_a_phone_has_no_sideways_scroll(enter: Enter) -> None:  # noqa: F811
    visitor = enter("manager", "/board?board.sprint=Every+task", viewport={"width": 390, "height": 844})
    expect(card(visitor.page, "Write the guide <b>bold</b>").locator(".title")).to_be_visible()
    width = visitor.page.evaluate(
        "() => { const main = document.querySelector('[data-testid=stMain]'); return main.scrollWidth - main.clientWidth }"
    )
    assert width <= 0
    assert visitor.complaints == []
