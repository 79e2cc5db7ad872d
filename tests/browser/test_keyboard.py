"""By keyboard alone, and without motion: sign in, edit a task, move a card, start a sprint, narrow and read the cost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from orchflow import clock
from orchflow.config.settings import load_settings
from orchflow.workspace import open_workspace
from tests.browser import grid
from tests.browser.conftest import Visitor
from tests.browser.plan_home import PASSWORD, enter, small_plan  # noqa: F401  fixtures
from tests.pages.insight_facts import load_two_months
from tests.serving import Server

pytestmark = pytest.mark.browser
Enter = Callable[..., Visitor]
STILL = {"reduced_motion": "reduce"}
FOCUSED = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  if (!at || at === document.body) return "nowhere";
  const cell = at.matches("[role=gridcell]") ? at : null;  // the grid draws it, where nobody else can look
  if (cell) at = cell.closest("canvas");
  const { top, left, bottom, right, width } = at.getBoundingClientRect();
  if (!width || bottom < 0 || right < 0 || top > innerHeight || left > innerWidth) return `out of sight: ${at.outerHTML.slice(0, 200)}`;
  const marked = (part) => {
    const { outlineStyle, outlineWidth, boxShadow, borderColor } = getComputedStyle(part);
    const accent = ["rgb(47, 91, 234)"].some((colour) => boxShadow.includes(colour) || borderColor.includes(colour));
    return (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none" || accent;
  };
  let shown = at.matches("canvas");
  for (let part = at, up = 0; part instanceof Element && up < 6; part = part.parentElement, up++) shown ||= marked(part);
  const name = (cell && `cell ${cell.innerText}`) || at.getAttribute("aria-label") || at.labels?.[0]?.innerText || at.innerText || at.outerHTML;
  return `${shown ? "" : "not to be seen: "}${at.tagName.toLowerCase()} ${name.replace(/\\s+/g, " ").trim().slice(0, 60)}`;
}"""
MOVING = """() => {
  const found = [];
  const look = (root) => root.querySelectorAll("*").forEach((element) => {
    const { animationName, animationDuration, transitionDuration } = getComputedStyle(element);
    const lasts = (text) => text.split(",").some((part) => parseFloat(part) > 0.01);
    if (lasts(transitionDuration) || (animationName !== "none" && lasts(animationDuration))) found.push(element.outerHTML.slice(0, 120));
    if (element.shadowRoot) look(element.shadowRoot);
  });
  look(document);
  return found;
}"""


@pytest.fixture(scope="module")
def plan_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The small plan with a sprint that is to begin in three days, and two months of cost."""
    home = tmp_path_factory.mktemp("keyboard") / "home"
    with closing(open_workspace(load_settings(home=home))) as ws:
        small_plan(ws, clock.today(ws.zone) + timedelta(days=3))
        load_two_months(ws)
    with Server(home) as running:
        yield running


def focused(page: Page) -> str:
    """What has the focus, in words; says so where that is nowhere or cannot be seen."""
    return str(page.evaluate(FOCUSED))


def rests_on(page: Page, words: str) -> None:
    """Wait until the focus is where its words match the pattern."""
    try:
        page.wait_for_function(f"pattern => new RegExp(pattern).test(({FOCUSED})())", arg=words)
    except Exception as error:
        raise AssertionError(f"The focus is not on {words} but {focused(page)}") from error


def tab_to(page: Page, words: str, most: int, key: str = "Tab") -> None:
    """Press Tab until the focus is there, `most` times."""
    passed = []
    for _ in range(most):
        page.keyboard.press(key)
        page.evaluate("() => new Promise(next => requestAnimationFrame(() => requestAnimationFrame(next)))")
        passed.append(focused(page))
        if re.search(words, passed[-1]):
            return
    raise AssertionError(f"No {words} within {most} times Tab, but " + "\n".join(passed))


def test_one_signs_in_and_is_at_the_heading_of_the_screen(enter: Enter) -> None:  # noqa: F811
    page = enter("", "/", **STILL).page
    tab_to(page, "^input Username", 3)
    page.keyboard.type("manager")
    tab_to(page, "^input Password", 1)
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    rests_on(page, "^h1 Where we stand")


def test_a_task_is_edited_in_the_grid_and_saved(enter: Enter) -> None:  # noqa: F811
    page = enter("manager", "/plan?plan.level=Tasks", **STILL).page
    grid.ready(page.get_by_test_id("stDataFrame").first)
    assert "" not in page.get_by_role("columnheader").all_inner_texts()
    tab_to(page, "^canvas", 60)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    rests_on(page, "^canvas cell Order the server")
    page.keyboard.type("Buy the server")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 unsaved change").first).to_be_visible()
    rests_on(page, "^canvas cell Rack it")
    tab_to(page, "^button Save 1 change|^button save Save 1 change", 20)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").get_by_text("Saved 1 row").first).to_be_visible()
    rests_on(page, "^canvas")


def test_a_card_is_moved_and_opened(enter: Enter) -> None:  # noqa: F811
    visitor = enter("manager", "/board?board.sprint=Every+task", **STILL)
    page = visitor.page
    expect(page.locator(".card").first).to_be_visible()
    tab_to(page, "^li Install the gateway|^li .+ the server", 60)
    card = page.locator(".card:focus")
    title = str(card.locator(".title").text_content())
    page.keyboard.press("Shift+ArrowRight")
    expect(page.get_by_role("status").get_by_text("moved to In progress").first).to_be_visible()
    rests_on(page, f"^li {title}")
    page.keyboard.press("Enter")
    rests_on(page, "^section Task")
    page.keyboard.press("Escape")
    rests_on(page, f"^li {title}")


def test_a_sprint_is_started_early(enter: Enter) -> None:  # noqa: F811
    page = enter("manager", "/sprints", **STILL).page
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()
    tab_to(page, "^button .*Start$", 60)
    page.keyboard.press("Enter")
    rests_on(page, "^section .*Start the sprint")
    page.keyboard.press("Escape")
    rests_on(page, "^button .*Start$")
    page.keyboard.press("Enter")
    rests_on(page, "^section .*Start the sprint")
    tab_to(page, "^button Start 3 days early", 2)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").get_by_text("Sprint 0 has started").first).to_be_visible()
    rests_on(page, "^h1 Sprints")


def test_cost_is_narrowed_and_a_chart_read_as_a_table_without_motion(enter: Enter) -> None:  # noqa: F811
    visitor = enter("manager", "/cost?dimension=Provider", **STILL)
    page = visitor.page
    visitor.drawn()
    tab_to(page, "^button .*Filters", 50)
    page.keyboard.press("Enter")
    rests_on(page, "^div Filters")
    expect(page.get_by_role("combobox", name="Provider")).to_be_visible()
    tab_to(page, "^input Provider", 1)
    page.keyboard.type("openai")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Provider: openai")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    rests_on(page, r"^button .*Filters \(1\)")
    tab_to(page, "^button .*Table of Cost a day by provider", 20)
    page.keyboard.press("Enter")
    rests_on(page, "^section Cost a day by provider")
    assert page.evaluate(MOVING) == []
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(MOVING) != []
    page.emulate_media(**STILL)  # type: ignore[arg-type]
    tab_to(page, "^canvas", 8)
    expect(page.get_by_role("dialog").locator("td", has_text="openai")).to_have_count(1)
    page.keyboard.press("Escape")
    rests_on(page, "^button .*Table of Cost a day by provider")
