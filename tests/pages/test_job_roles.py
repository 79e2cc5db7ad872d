"""Job roles and first weeks on People and My account."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from orchflow import clock
from orchflow.people.job_role_changes import save_job_role
from orchflow.people.job_roles import job_roles
from orchflow.people.permissions import SYSTEM, Role
from orchflow.people.users import add_user, get_user
from orchflow.screens.session import SIGNED_IN, SignedIn
from tests.pages.conftest import PATIENCE, Browser

ROLES = {"people.view": "Job roles"}


def dialog() -> None:
    from orchflow.people.job_roles import job_roles
    from orchflow.screens import session
    from orchflow.screens.team.job_role_dialogs import edit_role

    actor, store = session.require(), session.workspace().store
    edit_role(store, actor, job_roles(store)["cto"])


def test_an_administrator_edits_a_role(browser: Browser) -> None:
    shown = AppTest.from_function(dialog, default_timeout=PATIENCE)
    shown.session_state[SIGNED_IN] = SignedIn(browser.person(Role.ADMIN).username, clock.now())
    shown.run()
    shown.text_input(key="role-cto-name").set_value("Chief Technologist")
    shown.text_area(key="role-cto-training").set_value("Law\nFigures")
    next(button for button in shown.button if button.label == "Save").click().run()
    assert not shown.exception
    cto = job_roles(browser.ws.store)["cto"]
    assert (cto.name, cto.training, cto.access) == ("Chief Technologist", ("Law", "Figures"), Role.MANAGER)


def test_others_read_roles_and_edit_none(browser: Browser) -> None:
    shown = browser.visit("people", browser.person(Role.MANAGER), **ROLES)
    assert not shown.exception
    assert {button.label for button in shown.main.button} & {"Edit", "Add a job role"} == set()
    assert "Items across flows" in shown.main.get("bidi_component")[0].proto.json


def test_a_change_of_access_is_offered_to_the_administrator(browser: Browser) -> None:
    bob, _ = add_user(browser.ws.store, SYSTEM, username="bob", job_role="cto")
    save_job_role(browser.ws.store, SYSTEM, "cto", {"access": "viewer"})
    shown = browser.visit("people", browser.person(Role.ADMIN), **ROLES)
    assert not shown.exception
    assert get_user(browser.ws.store, SYSTEM, bob.id).role is Role.MANAGER


def test_ones_own_first_week_stands_on_ones_account(browser: Browser) -> None:
    shown = browser.visit("account", browser.person(Role.MEMBER))
    assert not shown.exception
    assert any("no job role yet" in caption.value for caption in shown.main.caption)
