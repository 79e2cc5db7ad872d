"""A person is added in a form made of the declared fields, and their one-time password is shown once."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from orchflow import clock
from orchflow.people.permissions import Role
from orchflow.people.users import user_named
from orchflow.screens.session import SIGNED_IN, SignedIn
from tests.pages.conftest import PATIENCE, Browser


def dialog() -> None:
    from orchflow.screens import session
    from orchflow.screens.team.people_dialogs import add_person

    actor, store = session.require(), session.workspace().store
    add_person(store, actor, email="ada@example.org")


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
    added = user_named(browser.ws.store, "ada")
    assert (added.display_name, added.email, added.role) == ("Ada Lovelace", "ada@example.org", Role.ANALYST)


def test_what_is_refused_says_why_and_nobody_is_added(shown: AppTest) -> None:
    shown.text_input(key="add-person-email").set_value("ada at home")
    shown = pressed(shown)

    assert len(shown.error) == 1
    assert not shown.code
