"""WCAG 2.2 AA by axe-core over every screen, menu and window, light and dark, wide, zoomed and on a phone; and what axe does not see."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from orchflow.screens.catalogue import SCREENS, Screen
from tests.browser.axe import Finding, findings
from tests.browser.conftest import PHONE, Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
FRAMEWORK = (
    ("list", "[data-testid=stSidebarNavItems]"),
    ("listitem", "[data-testid=stSidebarNavItems]"),
    ("color-contrast", ".stSelectbox:has(:disabled)"),
    ("target-size", ".stMultiSelect"),
)  # fmt: skip
"""What is the framework's own, by rule and place; docs/accessibility.md says what it is and how it stands upstream."""
WINDOWS = {
    "cost": ["Table of Cost a day by"],
    "people": ["Add a person"],
    "board": ["Columns"],
    "plan": ["Import", "Journey"],
}


BACKGROUND = {"light": "rgb(255, 255, 255)", "dark": "rgb(15, 20, 27)"}
ZOOMED = (720, 640)
"""Windows of 1440 and of 1280 pixels at 200 %."""
CUT = """() => {
  const page = document.querySelector("[data-testid=stMain]");
  const wide = [document.documentElement, page].map(part => part.scrollWidth - part.clientWidth);
  const scrolls = element => {
    for (let at = element; at && at !== page; at = at.parentElement ?? at.getRootNode().host)
      if (["auto", "scroll", "hidden"].includes(getComputedStyle(at).overflowX) && at.scrollWidth > at.clientWidth) return true;
    return false;
  };
  const out = [];
  const look = root => root.querySelectorAll("*").forEach(element => {
    if (element.shadowRoot) look(element.shadowRoot);
    if (!element.matches("a[href], button, input, select, textarea, summary, h1, h2, h3, label")) return;
    const { right, width } = element.getBoundingClientRect();
    if (width > 1 && right > innerWidth + 1 && element.checkVisibility() && !scrolls(element)) out.push(element.outerHTML.slice(0, 200));
  });
  look(page);
  return [...(Math.max(...wide) > 0 ? [`scrolls sideways by ${wide} px`] : []), ...out];
}"""
"""What does not fit: the page scrolls sideways, or something to read or press is beyond its edge."""


def told(where: str, found: list[Finding]) -> list[str]:
    return [f"{where}: {finding}" for finding in found]


def levels(page: Page) -> list[int]:
    """The levels of the headings of the page, in their order."""
    return list(
        page.eval_on_selector_all("h1, h2, h3, h4, h5, h6", "all => all.map(one => Number(one.tagName[1]))")
    )


def skips(page: Page) -> list[str]:
    """What is wrong with the order of the headings."""
    steps = levels(page)
    right = steps[:1] == [1] and steps.count(1) == 1 and all(b - a <= 1 for a, b in pairwise(steps))
    return [] if right else [f"headings {steps}"]


def cut(page: Page, width: int) -> list[str]:
    """What does not fit into a window so wide."""
    page.set_viewport_size({"width": width, "height": 900})
    try:
        page.wait_for_function(f"width => innerWidth === width && !({CUT})().length", arg=width)
    except PlaywrightTimeout:
        return [f"{width} px wide: {one}" for one in page.evaluate(CUT)]
    return []


SETTLED = "() => !document.getAnimations().some(each => each instanceof CSSTransition && each.playState === 'running')"
"""Colours are those of the other mode only when their change is over."""


def in_both_modes(page: Page, where: str, within: str = "") -> list[str]:
    """What is found in the mode that the page is in, and by the rule that the mode matters to in the other one."""
    page.mouse.move(0, 0)
    page.wait_for_function("() => !document.querySelector('.stTooltipContent')")
    found = told(where, findings(page, within=within, known=FRAMEWORK))
    other = "light" if page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else "dark"
    page.emulate_media(color_scheme=other)  # type: ignore[arg-type]
    page.wait_for_function(
        "colour => getComputedStyle(document.querySelector('.stApp')).backgroundColor === colour",
        arg=BACKGROUND[other],
    )
    page.wait_for_function(SETTLED)
    return found + told(
        f"{where} in {other}", findings(page, within=within, only=["color-contrast"], known=FRAMEWORK)
    )


def test_every_screen_menu_and_window_in_both_modes_and_zoomed(visit: Visit) -> None:
    visitor = visit(color_scheme="light")
    page = visitor.enter("admin")
    told_of, menus = [], set()
    for screen in SCREENS:
        visitor.follow(f"/{screen.url}")
        told_of += in_both_modes(page, screen.name)
        told_of += [f"{screen.name}: {words}" for words in skips(page)]
        told_of += menus_of(visitor, screen, menus)
        told_of += windows_of(visitor, screen)
        told_of += [f"{screen.name}, {words}" for width in ZOOMED for words in cut(page, width)]
        page.set_viewport_size({"width": 1280, "height": 720})
    visitor.go("/sprints?sprints.view=plan")  # Sprints begins with it while none runs
    told_of += menus_of(visitor, next(screen for screen in SCREENS if screen.name == "sprints"), menus)
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
        expect(page.get_by_test_id("stPopoverBody")).to_be_visible()
        visitor.settle()
        found += in_both_modes(page, f"{screen.name}, menu {words}", "[data-testid=stPopoverBody]")
        buttons.filter(has_text=words).first.click()
        expect(page.get_by_test_id("stPopoverBody")).to_be_hidden()
    return found


def windows_of(visitor: Visitor, screen: Screen) -> list[str]:
    """What is found in the windows that a screen opens."""
    page, found = visitor.page, []
    for button in WINDOWS.get(screen.name, ()):
        page.get_by_role("button", name=button).first.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        visitor.settle()
        visitor.drawn()
        found += in_both_modes(page, f"{screen.name}, window {button}", "[role=dialog]")
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
    return found


def test_every_screen_on_a_phone(visit: Visit) -> None:
    visitor = visit(**PHONE, color_scheme="dark")
    page = visitor.enter("admin")
    told_of = []
    for screen in SCREENS:
        visitor.follow(f"/{screen.url}")
        told_of += told(screen.name, findings(page, known=FRAMEWORK))
        told_of += [f"{screen.name}: {words}" for words in (*skips(page), *page.evaluate(CUT))]
        assert not page.get_by_text("Something went wrong").count(), screen.name
    assert not told_of, "\n".join(told_of)
    assert visitor.complaints == []


def test_the_doors_before_the_screens(visit: Visit) -> None:
    visitor = visit(color_scheme="dark")
    for path in ("/", "/nowhere"):
        visitor.page.goto(visitor.address + path)
        expect(visitor.page.locator("h1")).to_be_visible()
        assert told(path, findings(visitor.page)) == []
    page = visitor.enter("viewer", "/people")
    assert told("refused", findings(page, known=FRAMEWORK, sheets=True)) == []
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="Search")).to_be_visible()
    assert told("search", findings(page, known=FRAMEWORK, sheets=True)) == []
