"""The board's component alone, with ten thousand cards: what it draws, asks for and sends, by mouse, keyboard and touch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from orchflow.ui import board as ui
from orchflow.ui.board import Card, Lane, board_data

pytestmark = pytest.mark.browser
ASSETS = Path(ui.__file__).parent / "board_assets"
ADDRESS = "http://board.test/"
KINDS = {".js": "text/javascript", ".css": "text/css"}
PAGE = """<!doctype html><html lang="en"><title>Board</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><div id="host"></div><script type="module">
import render from "/board.js";
const host = document.getElementById("host").attachShadow({ mode: "open" });
const style = document.createElement("link");
Object.assign(style, { rel: "stylesheet", href: "/board.css" });
host.append(style);
window.sent = [];
window.host = host;
window.show = (data) => render({ parentElement: host, data, setTriggerValue: (name, value) => window.sent.push([name, value]) });
</script>"""
NODES = "() => window.host.querySelectorAll('*').length"
Sent = dict[str, Any]


class Shown:
    """A board in a page, and the server that answers what it asks for."""

    def __init__(self, page: Page, lanes: Sequence[Lane]) -> None:
        self.page, self.lanes, self.turn = page, lanes, 0
        self.cards = {lane.key: self._cards_of(lane) for lane in lanes}
        page.goto(ADDRESS)
        page.wait_for_function("() => window.show")
        self.answer({lane.key: ui.PAGE for lane in lanes[: ui.FIRST]})

    def _cards_of(self, lane: Lane) -> list[Card]:
        return [
            Card(n, 1, f"Task {n} of {lane.name}", points="3 p", movable=True)
            for n in range(int(lane.key) * 1000, int(lane.key) * 1000 + lane.count)
        ]

    def answer(self, asked: dict[str, int], said: str = "") -> None:
        data = board_data(self.lanes, lambda lane, most: self.cards[lane][:most], asked)
        state = {
            "turn": self.turn,
            "label": "Tasks",
            "view": "v",
            "version": "1",
            "said": said,
            "help": "Help",
        }
        self.page.evaluate("data => window.show(data)", data | state)

    def sent(self, kind: str) -> Sent:
        """The next thing of that kind that the board sends."""
        self.page.wait_for_function("kind => window.sent.some(([name]) => name === kind)", arg=kind)
        found: Sent = self.page.evaluate(
            """kind => {
              const at = window.sent.findIndex(([name]) => name === kind);
              return window.sent.splice(at, 1)[0][1];
            }""",
            kind,
        )
        return found

    def looks(self) -> dict[str, int]:
        """Answer the next question for cards; returns what was asked for."""
        asked = dict(self.sent("look")["lanes"])
        self.answer(asked)
        return asked

    @property
    def nodes(self) -> int:
        return int(self.page.evaluate(NODES))

    def column(self, key: int) -> Any:
        return self.page.locator(f"section[data-column='{key}']")

    def card(self, number: int) -> Any:
        return self.page.locator(f".card[data-card='{number}']")


@pytest.fixture
def show(chromium: Browser) -> Iterator[Callable[..., Shown]]:
    """Opens a board with these columns."""
    contexts = []

    def serve(route: Route) -> None:
        file = ASSETS / route.request.url.removeprefix(ADDRESS)
        if file == ASSETS or not file.is_file():
            route.fulfill(body=PAGE, content_type="text/html")
        else:
            route.fulfill(body=file.read_text(encoding="utf-8"), content_type=KINDS[file.suffix])

    def opened(lanes: Sequence[Lane], **options: Any) -> Shown:
        context = chromium.new_context(**{"viewport": {"width": 1200, "height": 800}, **options})
        contexts.append(context)
        page = context.new_page()
        page.route("**/*", serve)
        return Shown(page, lanes)

    yield opened
    for context in contexts:
        context.close()


def columns(count: int, cards: int) -> list[Lane]:
    return [Lane(str(n), f"Person {n}", cards) for n in range(1, count + 1)]


def test_of_five_hundred_columns_only_what_is_in_sight_is_drawn(show: Callable[..., Shown]) -> None:
    shown = show(columns(500, 45))
    expect(shown.column(1).locator(".card")).to_have_count(ui.PAGE)
    assert shown.nodes < 2500
    assert shown.page.evaluate("() => window.sent.length") == 0, "all in sight came with the first answer"

    shown.page.evaluate("() => { window.host.querySelector('.scroller').scrollLeft = 1e6 }")
    assert set(shown.looks()) <= {str(n) for n in range(490, 501)}
    expect(shown.column(500).locator(".card")).to_have_count(ui.PAGE)
    expect(shown.column(1)).to_have_count(0)
    assert shown.nodes < 2500

    shown.page.get_by_label("Find a column").fill("person 250")
    expect(shown.page.locator(".matches")).to_have_text("1 of 500 columns")
    assert shown.looks() == {"250": ui.PAGE}
    shown.column(250).get_by_role("button", name="20 more of 45 cards of Person 250").click()
    assert shown.looks() == {"250": 2 * ui.PAGE}
    expect(shown.column(250).locator(".card")).to_have_count(2 * ui.PAGE)
    expect(shown.card(250_020)).to_be_focused()


def test_a_few_columns_are_all_there_for_the_paper(show: Callable[..., Shown]) -> None:
    shown = show(columns(9, 1))
    shown.page.emulate_media(media="print")
    expect(shown.page.locator(".card")).to_have_count(9)
    tall = shown.page.evaluate("() => window.host.querySelector('.frame').scrollHeight")
    assert tall < 500, "they stand in three columns, a card in a few lines"


def test_every_column_that_holds_cards_is_there_for_the_paper(show: Callable[..., Shown]) -> None:
    shown = show([*columns(30, 25), Lane("31", "Nobody", 0)])
    shown.page.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
    expect(shown.page.locator(".column")).to_have_count(30)
    expect(shown.column(1).locator(".none")).to_have_text("and 5 more")
    expect(shown.column(30).locator(".none")).to_have_text("25 cards")
    shown.page.evaluate("() => window.dispatchEvent(new Event('afterprint'))")
    expect(shown.column(30)).to_have_count(0)


def test_a_card_is_moved_by_keyboard_and_the_focus_goes_with_it(show: Callable[..., Shown]) -> None:
    shown = show(columns(3, 2))
    expect(shown.page.locator('.card[tabindex="0"]')).to_have_count(3)
    shown.card(1000).focus()
    shown.page.keyboard.press("Shift+ArrowRight")
    move = shown.sent("move")
    assert {name: move[name] for name in ("id", "from", "to")} == {"id": 1000, "from": "1", "to": "2"}
    expect(shown.card(1000)).to_be_focused()
    expect(shown.page.get_by_role("status").last).to_have_text("Moving Task 1000 of Person 1 to Person 2")

    shown.cards["2"].insert(0, shown.cards["1"].pop(0))
    shown.turn += 1
    shown.answer(dict(move["lanes"]), "“Task 1000 of Person 1” moved to Person 2")
    expect(shown.column(2).locator(".card").first).to_be_focused()
    expect(shown.page.get_by_role("status").last).to_have_text("“Task 1000 of Person 1” moved to Person 2")
    assert shown.card(1000).get_attribute("aria-label") == "Task 1000 of Person 1, 3 p"

    shown.page.keyboard.press("ArrowDown")
    expect(shown.card(2000)).to_be_focused()
    shown.page.keyboard.press("ArrowRight")
    expect(shown.card(3001)).to_be_focused()
    shown.page.keyboard.press("Enter")
    assert shown.sent("open") == {"id": 3001}


def test_the_one_menu_finds_a_column_by_name_and_gives_the_focus_back(show: Callable[..., Shown]) -> None:
    shown = show(columns(500, 2))
    page, before = shown.page, shown.nodes
    shown.card(1000).focus()
    page.keyboard.press("m")
    menu = page.get_by_role("dialog", name="Move Task 1000 of Person 1 to")
    assert shown.nodes - before < 300
    page.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    expect(shown.card(1000)).to_be_focused()

    page.keyboard.press("m")
    page.keyboard.type("person 499")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert shown.sent("move")["to"] == "499"
    expect(menu).to_have_count(0)
    expect(shown.card(1001)).to_be_focused()


def test_a_finger_carries_a_card_to_a_column(show: Callable[..., Shown]) -> None:
    shown = show(columns(4, 2), is_mobile=True, has_touch=True, viewport={"width": 390, "height": 844})
    page = shown.page
    box = shown.card(1000).bounding_box()
    assert box
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        at = [{"x": x, "y": y} for x, y in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    touch("touchStart", (box["x"] + 30, box["y"] + 12))
    place = page.locator("[data-drop='3']")
    expect(place).to_be_visible()
    target = place.bounding_box()
    assert target
    touch("touchMove", (target["x"] + 20, target["y"] + 20))
    expect(place).to_have_class("drop target")
    touch("touchEnd")
    assert shown.sent("move")["to"] == "3"
    expect(page.locator(".tray")).to_have_count(0)


def test_a_column_over_its_limit_says_so(show: Callable[..., Shown]) -> None:
    shown = show([Lane("1", "Ready", 3, limit=2), Lane("2", "Done", 1, limit=4)])
    expect(shown.page.get_by_role("region", name="Ready, 3 cards, over its limit of 2")).to_contain_text(
        "finish one before the next is begun"
    )
    expect(shown.page.get_by_role("region", name="Done, 1 card, at most 4")).to_be_visible()
