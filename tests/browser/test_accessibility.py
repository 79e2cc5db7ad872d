"""WCAG 2.2 AA by axe-core over every screen, menu and window, light and dark, wide and on a phone; and what axe does not see."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from orchflow.screens.catalogue import SCREENS, Screen
from tests.browser.axe import Finding, findings
from tests.browser.conftest import PATIENCE, Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
FRAMEWORK = (
    ("list", "[data-testid=stSidebarNavItems]"),
    ("listitem", "[data-testid=stSidebarNavItems]"),
    ("color-contrast", ".stSelectbox:has(:disabled)"),
    ("target-size", ".stMultiSelect"),
)  # fmt: skip
"""What is the framework's own, by rule and place; docs/accessibility.md says what it is and how it stands upstream."""
YET_TO_MEND: dict[str, tuple[tuple[str, str], ...]] = {
    "board": (("scrollable-region-focusable", ".cards"),),
    "home": (("target-size", ".leg"),),
}
"""What is ours and known, by screen."""
SKIP_A_LEVEL = {"home", "definitions"}
WINDOWS = {
    "cost": ["Table of Cost a day by provider"],
    "people": ["Add a person"],
    "board": ["Columns"],
    "plan": ["Import", "Journey"],
}


def follow(visitor: Visitor, screen: Screen) -> Page:
    """Go to a screen as a link within the page does."""
    page = visitor.page
    step = "path => { history.pushState({}, '', path); dispatchEvent(new PopStateEvent('popstate')) }"
    visitor.ran(page, lambda: page.evaluate(step, f"/{screen.url}"))
    expect(page).to_have_title(f"{screen.title} · Orchestrator Flow", timeout=PATIENCE)
    visitor.settle()
    visitor.drawn()
    return page


def told(where: str, found: list[Finding]) -> list[str]:
    return [f"{where}: {finding}" for finding in found]


def known(screen: Screen) -> tuple[tuple[str, str], ...]:
    return FRAMEWORK + YET_TO_MEND.get(screen.name, ())


def levels(page: Page) -> list[int]:
    """The levels of the headings of the page, in their order."""
    return list(
        page.eval_on_selector_all("h1, h2, h3, h4, h5, h6", "all => all.map(one => Number(one.tagName[1]))")
    )


def test_every_screen_menu_and_window_in_light_and_dark(visit: Visit) -> None:
    visitor = visit(color_scheme="light")
    page = visitor.enter("admin")
    told_of, menus = [], set()
    for screen in SCREENS:
        follow(visitor, screen)
        told_of += told(screen.name, findings(page, known=known(screen)))
        steps = levels(page)
        assert steps[:1] == [1], screen.name
        assert steps.count(1) == 1, screen.name
        if screen.name not in SKIP_A_LEVEL:
            assert all(after - before <= 1 for before, after in pairwise(steps)), f"{screen.name} {steps}"
        page.emulate_media(color_scheme="dark")
        told_of += told(
            f"{screen.name} in dark", findings(page, only=["color-contrast"], known=known(screen))
        )
        page.emulate_media(color_scheme="light")
        told_of += menus_of(visitor, screen, menus)
        told_of += windows_of(visitor, screen)
    assert not told_of, "\n".join(told_of)
    assert visitor.complaints == []


def menus_of(visitor: Visitor, screen: Screen, seen: set[str]) -> list[str]:
    """What is found in the menus of a screen whose words no other one had."""
    page, found = visitor.page, []
    buttons = page.get_by_test_id("stMain").get_by_test_id("stPopover").get_by_role("button")
    labels = [label.split("\n\n")[1] for label in buttons.all_inner_texts()]  # between two icons
    for words in [words for words in dict.fromkeys(labels) if words not in seen]:
        seen.add(words)
        buttons.filter(has_text=words).first.click()
        expect(page.get_by_test_id("stPopoverBody")).to_be_visible(timeout=PATIENCE)
        visitor.settle()
        found += told(
            f"{screen.name}, menu {words}",
            findings(page, within="[data-testid=stPopoverBody]", known=FRAMEWORK),
        )
        buttons.filter(has_text=words).first.click()
        expect(page.get_by_test_id("stPopoverBody")).to_be_hidden(timeout=PATIENCE)
    return found


def windows_of(visitor: Visitor, screen: Screen) -> list[str]:
    """What is found in the windows that a screen opens."""
    page, found = visitor.page, []
    for button in WINDOWS.get(screen.name, ()):
        page.get_by_role("button", name=button).first.click()
        expect(page.get_by_role("dialog")).to_be_visible(timeout=PATIENCE)
        visitor.settle()
        visitor.drawn()
        found += told(
            f"{screen.name}, window {button}", findings(page, within="[role=dialog]", known=FRAMEWORK)
        )
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
    return found


def test_every_screen_on_a_phone(visit: Visit) -> None:
    visitor = visit(
        viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, color_scheme="dark"
    )
    page = visitor.enter("admin")
    told_of = []
    for screen in SCREENS:
        follow(visitor, screen)
        told_of += told(screen.name, findings(page, off=["color-contrast"], known=known(screen)))
    assert not told_of, "\n".join(told_of)


def test_the_doors_before_the_screens(visit: Visit) -> None:
    visitor = visit(color_scheme="dark")
    for path in ("/", "/nowhere"):
        visitor.page.goto(visitor.address + path)
        expect(visitor.page.locator("h1")).to_be_visible(timeout=PATIENCE)
        assert told(path, findings(visitor.page)) == []
    page = visitor.enter("viewer", "/people")
    assert told("refused", findings(page, known=FRAMEWORK)) == []
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="Search")).to_be_visible()
    assert told("search", findings(page, known=FRAMEWORK)) == []
