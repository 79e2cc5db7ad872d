"""A person is added in a form made of the declared fields, and their one-time password is shown once."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from orchflow import clock
from orchflow.people.permissions import SYSTEM, Role
from orchflow.people.users import add_user, user_named
from orchflow.screens.session import SIGNED_IN, SignedIn
from tests.pages.conftest import PATIENCE, Browser


def dialog() -> None:
    from orchflow.screens import session
    from orchflow.screens.team.people_dialogs import person_dialog

    actor, store = session.require(), session.workspace().store
    person_dialog(store, actor, "", "ada@example.org", "")


@pytest.fixture
def shown(browser: Browser) -> AppTest:
    shown = AppTest.from_function(dialog, default_timeout=PATIENCE)
    shown.session_state[SIGNED_IN] = SignedIn(browser.person(Role.ADMIN).username, clock.now())
    return shown.run()


def pressed(shown: AppTest) -> AppTest:
    return next(button for button in shown.button if button.label == "Add").click().run()


def test_a_person_is_added_and_their_password_is_shown(browser: Browser, shown: AppTest) -> None:
    shown.text_input(key="add-person-display_name").set_value("Ada Lovelace")
    shown.selectbox(key="add-person-role").select("analyst")
    shown = pressed(
        shown
    ).run()  # a dialog is not run by itself here: it goes on in a run of the whole script

    assert not shown.exception
    assert len(shown.code) == 1
    assert len(shown.run().code) == 1, "it stays until it is said to be taken down"
    added = user_named(browser.ws.store, "ada")
    assert (added.display_name, added.email, added.role) == ("Ada Lovelace", "ada@example.org", Role.ANALYST)


def test_what_is_refused_says_why_and_nobody_is_added(shown: AppTest) -> None:
    shown.text_input(key="add-person-email").set_value("ada at home")
    shown = pressed(shown)

    said = shown.error[0].value
    assert "**E\\-mail**: is not an e\\-mail address" in said
    assert "display_name" not in said
    assert not shown.code


def test_the_sheet_says_how_many_people_it_holds(browser: Browser) -> None:
    for name in ("Ada", "Grace", "Edsger"):
        add_user(browser.ws.store, SYSTEM, username=name, display_name=name, role=Role.MEMBER)
    reader = browser.person(Role.MEMBER)
    everyone = browser.visit("people", reader)
    assert "4 people" in [caption.value for caption in everyone.main.caption]
    everyone.text_input(key="people.q").set_value("ada").run()
    assert "1 of 4 people" in [caption.value for caption in everyone.main.caption]


def test_on_a_phone_readers_have_a_list_of_people(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchflow.screens.team.people.on_a_phone", lambda: True)
    add_user(
        browser.ws.store,
        SYSTEM,
        username="ada",
        display_name="Ada <b>",
        role=Role.ANALYST,
        job_role="business_analyst",
    )
    shown = browser.visit("people", browser.person(Role.MEMBER))
    assert not shown.exception
    assert not shown.get("arrow_data_frame")
    [cards] = [
        part for part in (element.proto.json for element in shown.get("bidi_component")) if "2 people" in part
    ]
    assert "Ada &lt;b&gt;" in cards
    assert "Analyst" in cards
