"""Every screen draws itself: its heading and at least so many elements, without data and with a demo's."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import pytest
from streamlit.testing.v1 import AppTest

from orchflow.config.settings import load_settings
from orchflow.insights.step import Screen as StepScreen
from orchflow.metrics.strips import screens_of
from orchflow.people.permissions import SYSTEM, Role
from orchflow.people.users import list_users
from orchflow.screens.catalogue import BY_NAME
from orchflow.ui import cards
from orchflow.ui.figure_words import FigureLike
from orchflow.workspace import Workspace, open_workspace, use_workspace
from tests.pages.conftest import Browser, headings

LOOKED_AT = {"sprints": {"sprints.sprint": "Setup & Planning", "sprints.view": "report"}}
"""What of a screen; on holidays between two sprints of the demo, Sprints begins with the plan of the next one."""


@pytest.fixture(scope="module")
def demo(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A small demo workspace for all screens of this module."""
    home = shutil.copytree(demo_home, tmp_path_factory.mktemp("demo") / "home")
    ws = open_workspace(load_settings(home=home, config=_file(tmp_path_factory)))
    yield ws
    ws.close()


def _file(factory: pytest.TempPathFactory) -> Path:
    file = factory.mktemp("settings") / "orchflow.yaml"
    file.write_text("{}\n", encoding="utf-8")
    return file


def _check(shown: AppTest, least: Mapping[str, int]) -> None:
    assert not shown.exception
    assert not [error.value for error in shown.error if "went wrong" in error.value]
    assert headings(shown)
    for kind, count in least.items():
        assert len(shown.get(kind)) >= count, f"{len(shown.get(kind))} of {kind}"


def _strips(watched: pytest.MonkeyPatch) -> list[str]:
    """The figures that strips show from now on."""
    drawn: list[str] = []
    strip = cards.strip

    def noted(figures: Sequence[FigureLike], *rest: Any) -> str:
        drawn.extend(figure.key for figure in figures)
        return strip(figures, *rest)

    watched.setattr(cards, "strip", noted)
    return drawn


@pytest.mark.parametrize("name", BY_NAME)
def test_a_screen_without_data_says_what_to_do(browser: Browser, name: str) -> None:
    shown = browser.visit(name, browser.person(Role.ADMIN))

    _check(shown, {"markdown": 2})


@pytest.mark.slow
@pytest.mark.parametrize("name", BY_NAME)
def test_a_screen_with_data_shows_it(demo: Workspace, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = use_workspace(demo)
    try:
        admin = next(user for user in list_users(demo.store, SYSTEM) if user.username == "admin")
        with monkeypatch.context() as watched:
            drawn = _strips(watched)
            _check(Browser(demo).visit(name, admin, **LOOKED_AT.get(name, {})), BY_NAME[name].least)
        assert not [key for key in drawn if name not in screens_of(key)], "STRIPS says which figures it shows"
    finally:
        use_workspace(before)


@pytest.mark.parametrize("name", get_args(StepScreen))
def test_what_home_links_to_is_a_screen(name: str) -> None:
    assert name in BY_NAME
