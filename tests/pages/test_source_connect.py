"""Connecting a platform on the screen: tried, refused in words, kept, loaded; its password shown nowhere."""

from __future__ import annotations

import stat
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from orchflow import clock
from orchflow.config.secrets_file import SECRETS_FILE
from orchflow.people.permissions import Role
from orchflow.screens.data.sources_state import form_keys
from orchflow.screens.session import SIGNED_IN, SignedIn
from tests.contract.fake_dataset import Dataset
from tests.contract.fake_orchestrator import PASSWORD, SERVICE, FakeOrchestrator
from tests.pages.conftest import PATIENCE, Browser
from tests.pages.test_sources import wait_until_done


@pytest.fixture
def platform() -> Iterator[FakeOrchestrator]:
    with FakeOrchestrator("enterprise", Dataset(calls=20)) as server:
        yield server


def dialog() -> None:
    from orchflow.screens import session
    from orchflow.screens.data.source_connect import connect_dialog

    session.require()
    connect_dialog()


@pytest.fixture
def form(browser: Browser) -> AppTest:
    """The form as it opens on an empty workspace."""
    shown = AppTest.from_function(dialog, default_timeout=PATIENCE)
    shown.session_state[SIGNED_IN] = SignedIn(browser.person(Role.ADMIN).username, clock.now())
    return shown.run()


def fill(form: AppTest, address: str, password: str = PASSWORD) -> AppTest:
    written = {"Address": address, "E-mail address": SERVICE, "Password": password}
    for field in form.text_input:
        if field.label in written:
            field.set_value(written[field.label])
    return form


def press(form: AppTest, label: str) -> AppTest:
    return next(button for button in form.button if button.label == label).click().run()


def said(shown: AppTest) -> str:
    texts = [*shown.error, *shown.success, *shown.markdown, *shown.caption]
    return " ".join(str(text.value) for text in texts).replace("\\", "")


def test_a_platform_is_tried_connected_and_loaded(
    browser: Browser, form: AppTest, platform: FakeOrchestrator
) -> None:
    tried = press(fill(form, platform.url), "Try it")
    assert "It works." in said(tried)
    assert not browser.ws.settings.sources

    kept = press(fill(tried, platform.url), "Connect").run()  # a dialog is not run by itself here
    assert not kept.exception
    assert "platform is connected" in said(kept)
    assert [source.name for source in browser.ws.settings.sources] == ["platform"]
    assert stat.S_IMODE((browser.ws.settings.home / SECRETS_FILE).stat().st_mode) == 0o600
    assert form_keys()["password"].name not in kept.session_state

    press(kept, "Load now")
    wait_until_done(browser.ws, "platform")
    assert browser.ws.warehouse.version("usage")


def test_a_wrong_password_is_said_and_not_repeated(form: AppTest, platform: FakeOrchestrator) -> None:
    tried = press(fill(form, platform.url, "let-me-in"), "Try it")
    assert "It does not work yet" in said(tried)
    assert "let-me-in" not in said(tried)


def test_what_cannot_be_right_is_named_by_its_field(browser: Browser, form: AppTest) -> None:
    refused = press(fill(form, "htp://x", ""), "Connect")
    assert "**Address** is not a URL" in said(refused)
    assert "**Password** is missing" in said(refused)
    assert not browser.ws.settings.sources


def test_a_database_asks_for_its_own_fields(form: AppTest) -> None:
    way = form.radio[0]
    shown = way.set_value("orchestrator_db").run()
    labels = [field.label for field in shown.text_input]
    assert "E-mail address" not in labels
    assert {"Address", "Password", "Name"} <= set(labels)
