"""A real browser on a real server with a small demo workspace."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from orchflow.people.kept_sign_ins import kept_sign_ins
from orchflow.screens.catalogue import SCREENS
from tests.serving import Server, cookie

CHROMIUM_OPTIONS = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
CHROMIUMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""What the command may be called; the first, which has no windows, takes half the time for a page."""
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)
LOOK: dict[str, Any] = {
    "viewport": {"width": 1280, "height": 720}, "color_scheme": "light", "reduced_motion": "no-preference",
}  # fmt: skip
"""What may be different for each tab, and what it is where a visitor asks for nothing."""
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True,
    "user_agent": "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
}  # fmt: skip
ROLES = ("viewer", "member", "manager", "analyst", "admin")
PAGES = {"/" if screen is SCREENS[0] else f"/{screen.name}": screen.title for screen in SCREENS}
SEARCH_FOR_BASE_PATH = re.compile(r"/[a-z_]+/_stcore/(health|host-config)$")
"""On a deep link Streamlit's page first asks below that path, is told 404, and then asks at the root."""


def installed(names: Iterable[str]) -> str | None:
    """The path of the first of these commands that there is."""
    return next((path for name in names if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, else playwright's own; without either the tests fail and say what to do."""
    options = list(CHROMIUM_OPTIONS)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--no-sandbox")
    with sync_playwright() as playwright:
        system = installed(CHROMIUMS)
        if system is None and not Path(playwright.chromium.executable_path).exists():
            pytest.fail(
                "No Chromium for the browser tests: run `make test`, which installs it, or "
                "`playwright install chromium` (as root on Debian: `apt-get install chromium-headless-shell`)"
            )
        browser = playwright.chromium.launch(executable_path=system, args=options)
        yield browser
        browser.close()


class Profiles:
    """Browser profiles of visitors who have left. The next one has the program in the cache and a tab that has read it
    already, which takes two thirds of the time of a page away, and nothing else of theirs."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[str, list[BrowserContext]] = {}

    def take(self, **options: Any) -> BrowserContext:
        """A profile for `options`, which are those of a new context of the browser; `look` gives its tabs the rest."""
        lasting = {name: value for name, value in options.items() if name not in LOOK}
        free = self._free.setdefault(repr(lasting), [])
        context = free.pop() if free else self._browser.new_context(accept_downloads=True, **lasting)
        if not context.pages:
            context.new_page()
        return context

    def give_back(self, context: BrowserContext, address: str, **options: Any) -> None:
        context.clear_cookies()
        context.clear_permissions()
        kept, *others = context.pages or [context.new_page()]
        for opened in others:
            opened.close()
        try:
            _forget(kept, address)
        except PlaywrightError:  # its server has gone before the visitor
            kept.close()
        lasting = {name: value for name, value in options.items() if name not in LOOK}
        self._free[repr(lasting)].append(context)


def look(page: Page, **options: Any) -> None:
    """Give a tab the size and the mode of those options of a context, the browser's own where they name none."""
    page.set_viewport_size(options.get("viewport", LOOK["viewport"]))
    page.emulate_media(
        media="null",
        color_scheme=options.get("color_scheme", LOOK["color_scheme"]),
        reduced_motion=options.get("reduced_motion", LOOK["reduced_motion"]),
    )


def _forget(page: Page, address: str) -> None:
    """Leave the app, which ends the session on the server, and have the browser forget what it kept of it."""
    page.goto(f"{address}/_stcore/health")
    page.evaluate("sessionStorage.clear()")
    session = page.context.new_cdp_session(page)
    stored = {"origin": address, "storageTypes": "cookies,local_storage,indexeddb"}
    session.send("Storage.clearDataForOrigin", stored)
    session.send("Page.resetNavigationHistory")
    session.detach()
    page.mouse.move(0, 0)


@pytest.fixture(scope="session")
def profiles(chromium: Browser) -> Profiles:
    return Profiles(chromium)


@pytest.fixture(scope="session")
def server(demo_home: Path) -> Iterator[Server]:
    with Server(demo_home) as running:
        yield running


@pytest.fixture(scope="session")
def empty_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str]]:
    """A server on a workspace without data, with the one-time password of its first administrator."""
    with Server(tmp_path_factory.mktemp("empty") / "home") as running:
        found = re.search(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){3}", running.log.read_text())
        assert found, f"No one-time password in the log:\n{running.log.read_text()}"
        yield running, found.group()


class Visitor:
    """One browser profile: its cookies, its page, and whatever its console complained about."""

    def __init__(self, profiles: Profiles, server: Server, **options: Any) -> None:
        self.server, self.address = server, server.address
        self._profiles, self._options = profiles, options
        self.context = profiles.take(**options)
        self.complaints: list[str] = []
        self._runs: dict[Page, int] = {}
        self._listening: list[tuple[Page, str, Callable[..., None]]] = []
        self.page = self._watched(self.context.pages[0])

    def leave(self) -> None:
        """Close every page but one; whoever comes next is somebody else."""
        for page, event, listener in self._listening:
            page.remove_listener(event, listener)
        self._profiles.give_back(self.context, self.address, **self._options)

    def new_page(self) -> Page:
        return self._watched(self.context.new_page())

    def _watched(self, page: Page) -> Page:
        look(page, **self._options)
        page.set_default_timeout(PATIENCE)
        self._runs[page] = 0
        listeners: dict[str, Callable[..., None]] = {
            "console": lambda message: self._heard(
                message.type, message.text, message.location.get("url", "")
            ),
            "pageerror": lambda error: self.complaints.append(str(error)),
            "websocket": lambda socket: socket.on("framereceived", partial(self._received, page)),
        }
        for event, listener in listeners.items():
            page.on(event, listener)  # type: ignore[call-overload]
            self._listening.append((page, event, listener))
        return page

    def _received(self, page: Page, frame: bytes | str) -> None:
        if isinstance(frame, bytes):
            self._runs[page] += ForwardMsg.FromString(frame).WhichOneof("type") == "script_finished"

    def ran(self, page: Page, act: Callable[[], object]) -> None:
        """Do something that has the script run, and wait until it has."""
        before = self._runs[page]
        act()
        deadline = time.monotonic() + PATIENCE / 1000
        while self._runs[page] == before:
            assert time.monotonic() < deadline, "The script did not run"
            page.wait_for_timeout(20)

    def _heard(self, kind: str, text: str, url: str) -> None:
        if kind == "error" and not SEARCH_FOR_BASE_PATH.search(url):
            self.complaints.append(f"{text} ({url})")

    def go(self, path: str) -> Page:
        self.page.goto(self.address + path)
        self.settle()
        return self.page

    def follow(self, path: str) -> Page:
        """Go to another screen as a link within the page does: nothing is loaded again."""
        step = "path => { history.pushState({}, '', path); dispatchEvent(new PopStateEvent('popstate')) }"
        self.ran(self.page, lambda: self.page.evaluate(step, path))
        expect(self.page).to_have_title(f"{PAGES[path]} · Orchestrator Flow")
        self.settle()
        self.drawn()
        return self.page

    def settle(self) -> None:
        """Wait until a script has run to its end."""
        expect(
            self.page.locator("h1, [data-testid=stAlert], [data-testid=stCaptionContainer]").first
        ).to_be_visible()
        expect(self.page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_visible()

    def drawn(self) -> None:
        """Wait until every grid and chart of the page has drawn itself, and every part of our own has its styles."""
        expect(self.page.locator("[data-testid=stSkeleton]")).to_have_count(0)
        self.page.wait_for_function(
            """() => [...document.querySelectorAll("[data-testid=stDataFrame], .js-plotly-plot")]
                .every(e => e.querySelector("[role=grid], .main-svg"))"""
        )
        self.page.wait_for_function(
            """() => [...document.querySelectorAll("[data-testid=stBidiComponentIsolated]")]
                .every(e => e.shadowRoot && [...e.shadowRoot.querySelectorAll("link")].every(link => link.sheet))"""
        )

    def enter(self, username: str, path: str = "/") -> Page:
        """Open `path` as somebody who has signed in in this browser before."""
        name, value = cookie(self.server.home, username)
        self.context.add_cookies([{"name": name, "value": value, "url": self.address, "sameSite": "Strict"}])
        return self.go(path)

    def sign_in(self, username: str, password: str | None = None, path: str = "/") -> Page:
        """Sign in on the screen of `path`; by default with the password that the demo has left."""
        self.go(path)
        self.fill(username, password or _passwords(self.server.home)[username])
        expect(self.page.get_by_label("Username")).to_have_count(0)
        self.settle()
        return self.page

    def fill(self, username: str, password: str) -> None:
        self.page.get_by_label("Username").fill(username)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("button", name="Sign in").click()

    def wait_for_cookie(self) -> str:
        """The value of the session's cookie once the browser has it; no script can see it."""
        deadline = time.monotonic() + PATIENCE / 1000
        while not (kept := [c for c in self.context.cookies() if c["name"] == "orchflow_session"]):
            assert time.monotonic() < deadline, "The browser has no cookie"
            self.page.wait_for_timeout(20)
        assert kept[0]["httpOnly"]
        assert kept[0]["sameSite"] == "Strict"
        return str(kept[0]["value"])

    def sign_out(self) -> None:
        self.page.locator(".st-key-user-menu button").click()
        self.page.get_by_test_id("stPopoverBody").get_by_role("button", name="Sign out").click()
        expect(self.page.get_by_label("Username")).to_be_visible()


def told(page: Page, words: str) -> None:
    """Wait until it is said what became of an act. Screen readers hear it from another place, which keeps it."""
    expect(
        page.locator("[data-testid=stToast], [data-testid=stAlert]").get_by_text(words).first
    ).to_be_visible()


@pytest.fixture
def visit(profiles: Profiles, server: Server) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors of the demo server."""
    made: list[Visitor] = []

    def make(**options: Any) -> Visitor:
        made.append(Visitor(profiles, server, **options))
        return made[-1]

    yield make
    for visitor in made:
        visitor.leave()


def _passwords(home: Path) -> dict[str, str]:
    lines = [line.split() for line in kept_sign_ins(home)]
    return {words[0]: words[1] for words in lines if len(words) > 1}
