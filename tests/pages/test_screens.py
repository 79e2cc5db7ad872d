"""Every screen draws itself: its heading and at least so many elements, without data and with a demo's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from orchflow.config import load_settings
from orchflow.demo import simulator
from orchflow.paths import app_root
from orchflow.people.permissions import SYSTEM, Role
from orchflow.people.users import list_users
from orchflow.workspace import Workspace, open_workspace, use_workspace
from tests.pages.conftest import Browser

SCREENS = {
    "home/home": ({"caption": 1}, {"metric": 4}),
    "insights/cost": ({"caption": 1}, {"metric": 4, "plotly_chart": 2, "dataframe": 1}),
    "insights/agents": ({"caption": 1}, {"metric": 3, "plotly_chart": 1, "dataframe": 1}),
    "team/people": ({"button": 1}, {"button": 1}),
    "team/account": ({"text_input": 4, "button": 3}, {"text_input": 4, "button": 3}),
    "data/sources": ({"caption": 1}, {"dataframe": 1}),
}
"""Path → the least number of elements of each kind, on an empty workspace and on the demo's."""
HEADINGS = {"insights/cost": "Cost", "insights/agents": "Agents", "team/people": "People", "team/account": "My account",
            "data/sources": "Sources"}  # fmt: skip


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A small demo workspace for all screens of this module."""
    ws = open_workspace(
        load_settings(home=tmp_path_factory.mktemp("demo") / "home", config=_file(tmp_path_factory))
    )
    simulator.fill(ws, days=60, events=4_000, seed=1)
    yield ws
    ws.close()


def _file(factory: pytest.TempPathFactory) -> Path:
    file = factory.mktemp("settings") / "orchflow.yaml"
    file.write_text("{}\n", encoding="utf-8")
    return file


def _open(browser: Browser, path: str, role: Role) -> AppTest:
    shown = browser.app(browser.person(role))
    if path == "home/home":
        return shown
    return shown.switch_page(str(app_root() / "pages" / f"{path}.py")).run()


def _check(shown: AppTest, path: str, least: dict[str, int]) -> None:
    assert not shown.exception
    assert not [error.value for error in shown.error if "went wrong" in error.value]
    assert shown.title
    assert shown.title[0].value == HEADINGS.get(path, shown.title[0].value)
    for kind, count in least.items():
        assert len(shown.get(kind)) >= count, f"{len(shown.get(kind))} of {kind}"


@pytest.mark.parametrize("path", SCREENS)
def test_a_screen_without_data_says_what_to_do(browser: Browser, path: str) -> None:
    _check(_open(browser, path, Role.ADMIN), path, SCREENS[path][0])


@pytest.mark.slow
@pytest.mark.parametrize("path", SCREENS)
def test_a_screen_with_data_shows_it(demo: Workspace, path: str) -> None:
    before = use_workspace(demo)
    try:
        admin = next(user for user in list_users(demo.store, SYSTEM) if user.username == "admin")
        shown = Browser(demo).app(admin)
        if path != "home/home":
            shown = shown.switch_page(str(app_root() / "pages" / f"{path}.py")).run()
        _check(shown, path, SCREENS[path][1])
    finally:
        use_workspace(before)
