"""A survey on a phone, with one thumb: what is missing is said, what was begun is kept, sent is sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from orchflow import clock
from orchflow.config.settings import load_settings
from orchflow.people.permissions import SYSTEM, Role
from orchflow.people.users import add_user
from orchflow.surveys.invitations import open_wave
from orchflow.surveys.waves import SURVEY_WAVES
from orchflow.workspace import open_workspace
from tests.browser.conftest import PHONE, Profiles, Visitor
from tests.serving import Server

pytestmark = pytest.mark.browser
QUESTIONS = 5


@pytest.fixture(scope="module")
def survey_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Five people, and a survey of readiness that is open."""
    home: Path = tmp_path_factory.mktemp("survey") / "home"
    with closing(open_workspace(load_settings(home=home))) as ws:
        for name in ("mia", "noah", "olga", "paul", "rita"):
            add_user(
                ws.store, SYSTEM, username=name, display_name=name.title(), role=Role.MEMBER, password="correct horse battery",
                must_change_password=False,
            )  # fmt: skip
        today = clock.today(ws.zone)
        wave = SURVEY_WAVES.create(
            ws.store, SYSTEM, title="Ready?", kind="readiness", opens=today, closes=today + timedelta(days=9)
        )
        open_wave(ws.store, SYSTEM, wave.id)
    with Server(home) as running:
        yield running


def test_somebody_answers_a_survey_on_a_phone(profiles: Profiles, survey_server: Server) -> None:
    visitor = Visitor(profiles, survey_server, **PHONE)
    page = visitor.enter("mia", "/survey?wave=1")
    groups = page.get_by_role("radiogroup")
    expect(groups).to_have_count(QUESTIONS)
    for name in ("1", "5"):
        box = groups.first.get_by_role("radio", name=name, exact=True).bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    groups.first.get_by_role("radio", name="4", exact=True).click()
    expect(page.get_by_text("1 of 5 answered")).to_be_visible()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("This one is not answered yet.")).to_have_count(QUESTIONS - 1)

    page.reload()
    expect(page.get_by_text("1 of 5 answered")).to_be_visible()  # what was begun is kept for its person
    for number in range(1, QUESTIONS):
        groups.nth(number).get_by_role("radio", name="3", exact=True).click()
        expect(page.get_by_text(f"{number + 1} of 5 answered")).to_be_visible()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Your answers are counted. Thank you.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Your answers are counted. Thank you.")).to_be_visible()
