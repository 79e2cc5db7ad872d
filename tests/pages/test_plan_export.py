"""Taking the plan away: at once where it is small, waited for with its progress where it is large."""

from __future__ import annotations

import threading
from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from orchflow.errand import Cancelled, Errand
from orchflow.people.permissions import Role
from orchflow.progress import Progress
from orchflow.screens.plan import plan_export
from orchflow.screens.plan.plan_state import EXPORT
from tests.pages.conftest import Browser
from tests.pages.plan_facts import build_plan


@pytest.fixture
def opened(browser: Browser) -> AppTest:
    """The Plan screen with its export menu open."""
    build_plan(browser.ws)
    shown = browser.open("plan", browser.person(Role.ANALYST))
    shown.session_state["export-open"] = True
    return shown


def downloads(shown: AppTest) -> list[str]:
    return [element.proto.label for element in shown.get("download_button")]


def test_a_small_plan_is_taken_away_with_one_click(opened: AppTest) -> None:
    assert {"Excel", "CSV", "JSON", "Folders (zip)"} <= {*downloads(opened.run())}


@pytest.mark.parametrize("role", [Role.VIEWER, Role.MEMBER])
def test_who_may_not_export_data_is_offered_no_file(browser: Browser, role: Role) -> None:
    build_plan(browser.ws)
    shown = browser.open("plan", browser.person(role))
    shown.session_state["export-open"] = True

    assert downloads(shown.run()) == []


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


def waiting(*words: object, progress: Progress) -> bytes:
    progress(1_000, 45_000)
    threading.Event().wait()
    return b""


def test_one_that_is_being_written_says_how_many_rows_and_can_be_cancelled(
    opened: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = threading.Event()
    monkeypatch.setattr(plan_export, "LARGE", 1)
    monkeypatch.setattr(plan_export, "export_elsewhere", waiting)
    monkeypatch.setattr(plan_export, "Errand", partial(Errand, told=lambda rows, of: told.set()))
    opened.run()
    opened.button(key="prepare.json").click().run()
    assert told.wait(60)
    opened.run()
    (bar,) = opened.get("progress")
    assert bar.proto.text == "Writing plan.json: 1,000 of 45,000 rows"

    opened.button(key="export-cancel").click().run()
    _, _, errand = opened.session_state[EXPORT.name]
    with pytest.raises(Cancelled):
        errand.result()
    opened.run()

    assert "plan.json was cancelled; nothing was written." in [caption.value for caption in opened.caption]
    assert not opened.button(key="prepare.json").disabled
