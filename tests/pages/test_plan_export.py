"""Taking the plan away: at once where it is small, waited for with its progress where it is large."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from orchflow.people.permissions import Role
from orchflow.screens.plan import plan_export
from orchflow.screens.plan.plan_state import EXPORT
from tests.pages.conftest import Browser
from tests.pages.plan_facts import build_plan


@pytest.fixture
def opened(browser: Browser) -> AppTest:
    """The Plan screen with its export menu open."""
    build_plan(browser.ws)
    shown = browser.open("plan", browser.person(Role.VIEWER))
    shown.session_state["export-open"] = True
    return shown


def downloads(shown: AppTest) -> list[str]:
    return [element.proto.label for element in shown.get("download_button")]


def test_a_small_plan_is_taken_away_with_one_click(opened: AppTest) -> None:
    assert {"Excel", "CSV", "JSON", "Folders (zip)"} <= {*downloads(opened.run())}


def test_a_large_plan_is_written_elsewhere_and_then_saved(
    opened: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan_export, "LARGE", 1)
    opened.run()
    assert "Excel" not in downloads(opened)

    opened.button(key="prepare.json").click().run()
    _, _, errand = opened.session_state[EXPORT.name]
    content = errand.result()
    opened.run()

    assert not opened.exception
    assert b'"format": "orchflow plan"' in content
    assert any(label.startswith("Save plan.json") for label in downloads(opened)), downloads(opened)
