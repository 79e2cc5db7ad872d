"""What somebody at a browser waits for and sees move: from the click on *Sign in* to the figures, and the layout shift of
every screen while it loads, on a desktop and on a phone."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.figures import Figure
from bench.people import PERSON
from bench.sizes import Sizes
from bench.workspaces import demo
from orchflow.people.kept_sign_ins import kept_sign_ins
from orchflow.screens.catalogue import SCREENS
from tests.browser.conftest import CHROMIUM_OPTIONS, CHROMIUMS, PHONE, installed
from tests.serving import Server, cookie

SHIFT = """
window.shift = 0;
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({type: "layout-shift", buffered: true});
"""
SETTLED = """() => document.querySelector(".stApp[data-test-script-state=notRunning] h1")
  && !document.querySelector(".stSkeleton")
  && [...document.querySelectorAll(".stPlotlyChart")].every(chart => chart.querySelector(".main-svg"))"""
WINDOWS: dict[str, dict[str, Any]] = {
    "1440 px": {"viewport": {"width": 1440, "height": 900}},
    "390 px": PHONE,
}


def measure(sizes: Sizes, folder: Path) -> list[Figure]:
    """Sign in, and open all screens."""
    workspace = demo(sizes.small, sizes)
    with workspace.serve() as server, _chromium() as browser:
        for _ in range(sizes.repeats > 1):  # so that nothing has to be prepared any more
            _sign_in(browser, server, workspace.home)
        waits = [_sign_in(browser, server, workspace.home) for _ in range(sizes.repeats)]
        shifts = [
            figure for name in WINDOWS for figure in _shifts(browser, server, workspace.home, name, sizes)
        ]
    note = f"median of {len(waits)}, the browser's cache empty"
    return [Figure("from Sign in to the figures", statistics.median(waits), "s", 1.5, note=note), *shifts]


@contextmanager
def _chromium() -> Iterator[Browser]:
    system = installed(reversed(CHROMIUMS))  # the one with windows first: it is what people have
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=system, args=[*CHROMIUM_OPTIONS, "--no-sandbox"])
        yield browser
        browser.close()


def _sign_in(browser: Browser, server: Server, home: Path) -> float:
    """Seconds from the click to the strip of figures, in a browser that has never been here."""
    password = next(line.split()[1] for line in kept_sign_ins(home) if line.split()[0] == PERSON)
    context = browser.new_context(**WINDOWS["1440 px"])
    page = context.new_page()
    page.goto(server.address)
    page.get_by_label("Username").fill(PERSON)
    page.get_by_label("Password", exact=True).fill(password)
    began = time.perf_counter()
    page.get_by_role("button", name="Sign in").click()
    page.locator(".of-strip").first.wait_for()
    taken = time.perf_counter() - began
    context.close()
    return taken


def _shifts(browser: Browser, server: Server, home: Path, window: str, sizes: Sizes) -> list[Figure]:
    context = browser.new_context(**WINDOWS[window])
    name, value = cookie(home, PERSON)
    context.add_cookies([{"name": name, "value": value, "url": server.address}])
    figures = []
    for screen in SCREENS[: sizes.screens]:
        seen = [_shift(context, f"{server.address}/{screen.url}") for _ in range(sizes.repeats)]
        figures.append(Figure(f"layout shift, {screen.title}, {window}", statistics.median(seen), "", 0.1))
    context.close()
    return figures


def _shift(context: BrowserContext, address: str) -> float:
    page: Page = context.new_page()
    page.add_init_script(SHIFT)
    page.goto(address)
    page.wait_for_function(SETTLED)
    page.wait_for_timeout(500)
    shift: float = page.evaluate("window.shift")
    page.close()
    return shift
