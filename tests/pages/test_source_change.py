"""The connection of a source on the screen: changed, refused, kept all the same; its password shown nowhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from orchflow.config.secrets_file import read_secrets
from orchflow.ingest.change_source import change_source
from orchflow.ingest.connect import connect, kept_source
from orchflow.ingest.connection import Connection
from orchflow.people.permissions import SYSTEM, Role
from orchflow.screens.data.sources_state import VIEW
from tests.contract.fake_dataset import Dataset
from tests.contract.fake_orchestrator import PASSWORD, SERVICE, FakeOrchestrator
from tests.pages.conftest import Browser
from tests.pages.test_source_connect import press, said


@pytest.fixture
def platform(browser: Browser) -> Iterator[FakeOrchestrator]:
    with FakeOrchestrator("enterprise", Dataset(calls=5)) as server:
        connect(
            browser.ws,
            SYSTEM,
            Connection("orchestrator_api", "platform", server.url, SERVICE, PASSWORD, schedule="7 3 * * *"),
            untried=True,
        )
        yield server


@pytest.fixture
def screen(browser: Browser, platform: FakeOrchestrator) -> AppTest:
    """The screen of an administrator with the connection open."""
    return browser.open("sources", browser.person(Role.ADMIN), **{VIEW.name: "Connection"})


def field(shown: AppTest, label: str) -> object:
    return next(one for one in (*shown.text_input, *shown.selectbox) if one.label == label)


def test_what_is_there_is_shown_without_the_password_and_changed(
    browser: Browser, screen: AppTest, platform: FakeOrchestrator
) -> None:
    assert [field(screen, label).value for label in ("Address", "E-mail address", "Password", "Schedule")] == [
        platform.url, SERVICE, "", "7 3 * * *",
    ]  # fmt: skip
    field(screen, "Schedule").set_value("15 * * * *")
    saved = press(screen, "Save")
    assert "platform is changed" in said(saved)
    assert browser.ws.settings.sources[0].schedule == "15 * * * *"
    assert "platform is changed" not in said(saved.run())


def test_what_does_not_work_is_kept_only_when_it_is_wanted_so(browser: Browser, screen: AppTest) -> None:
    field(screen, "Password").set_value("let-me-in")
    refused = press(screen, "Save").run()
    assert "It does not work yet" in said(refused)
    assert read_secrets(browser.ws.settings.home) == {"PLATFORM_PASSWORD": PASSWORD}
    press(refused, "Save all the same")
    assert read_secrets(browser.ws.settings.home) == {"PLATFORM_PASSWORD_2": "let-me-in"}


def test_what_somebody_else_changed_meanwhile_is_not_undone(browser: Browser, screen: AppTest) -> None:
    version = kept_source(browser.ws, SYSTEM, "platform").version
    change_source(browser.ws, SYSTEM, "platform", {"schedule": "0 1 * * *"}, version, untried=True)
    field(screen, "Schedule").set_value("15 * * * *")
    refused = press(screen, "Save")
    assert "changed by somebody else" in said(refused)
    assert field(refused, "Schedule").value == "15 * * * *"
    anew = press(refused, "Show it as it is now")
    assert field(anew, "Schedule").value == "0 1 * * *"


def test_others_do_not_see_how_it_is_connected(browser: Browser, platform: FakeOrchestrator) -> None:
    shown = browser.open("sources", browser.person(Role.ANALYST), **{VIEW.name: "Connection"})
    assert not shown.exception
    assert "Address" not in [one.label for one in shown.text_input]
