"""Pages run without a browser, on a workspace of the test, by somebody signed in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from orchflow import clock
from orchflow.paths import app_root
from orchflow.people.permissions import SYSTEM, Role
from orchflow.people.users import UserRow, add_user
from orchflow.screens.catalogue import link
from orchflow.screens.session import SIGNED_IN, SignedIn
from orchflow.workspace import Workspace, use_workspace

PASSWORD = "correct horse battery"
PATIENCE = 60


def figures(shown: AppTest) -> dict[str, str]:
    """The figures of the strips on the screen: label and value, in their order; without the asterisk of what is left out."""
    cell = re.compile(r'class="of-label">([^<]*)</span>.*?<b>(.*?)</b>')
    strips = [element.proto.body for element in shown.get("html")]
    return {
        unescape(label): unescape(re.sub("<sup.*?</i>|<[^>]*>", "", value))
        for strip in strips
        for label, value in cell.findall(strip)
    }


@dataclass(frozen=True)
class Browser:
    """Opens pages of `ws` as somebody."""

    ws: Workspace

    def person(self, role: Role, *, must_change_password: bool = False) -> UserRow:
        """A new person of that role."""
        user, _ = add_user(
            self.ws.store,
            SYSTEM,
            username=f"{role}-one",
            display_name=f"{role.capitalize()} One",
            role=role,
            password=PASSWORD,
            must_change_password=must_change_password,
        )
        return user

    def open(self, name: str, user: UserRow | None, **query: str) -> AppTest:
        """The script of that screen by itself, as a cold server would run it."""
        shown = AppTest.from_file(link(name), default_timeout=PATIENCE)
        return self._run(shown, user, query)

    def app(self, user: UserRow | None) -> AppTest:
        """The whole app on its first screen."""
        return self._run(AppTest.from_file(str(app_root() / "app.py"), default_timeout=PATIENCE), user, {})

    def visit(self, name: str, user: UserRow | None, **query: str) -> AppTest:
        """That screen in the whole app, as its address opens it, and as it needs to be where it links to another one."""
        shown = AppTest.from_file(str(app_root() / "app.py"), default_timeout=PATIENCE)
        return self._run(shown.switch_page(link(name)), user, query)

    def _run(self, shown: AppTest, user: UserRow | None, query: dict[str, str]) -> AppTest:
        if user is not None:
            shown.session_state[SIGNED_IN] = SignedIn(user.username, clock.now())
        for name, value in query.items():
            shown.query_params[name] = value
        return shown.run()


def headings(shown: AppTest) -> list[str]:
    """The screen's headings in their order, its title first."""
    return [words for words in map(heading_of, shown.main) if words]


def heading_of(element: Any) -> str:
    """The words of a heading, which may have a line under it in the same element; "" for anything else."""
    if element.type in ("title", "subheader"):
        return str(element.value)
    if element.type == "markdown" and element.value.startswith("#"):
        return str(element.value).split("\n")[0].lstrip("# ")
    return ""


def page_links(shown: AppTest) -> str:
    """The words of all links to screens."""
    return " ".join(element.proto.label for element in shown.get("page_link"))


@pytest.fixture
def in_process(ws: Workspace) -> Iterator[Workspace]:
    """`ws` as the workspace of this process."""
    before = use_workspace(ws)
    yield ws
    use_workspace(before)


@pytest.fixture
def browser(in_process: Workspace) -> Browser:
    """Pages of a new workspace, whose versions of data are those that another one has had in this process."""
    st.cache_resource.clear()
    st.cache_data.clear()
    return Browser(in_process)


@pytest.fixture
def open_page(browser: Browser) -> Callable[..., AppTest]:
    return browser.open
