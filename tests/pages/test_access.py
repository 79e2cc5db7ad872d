"""Who may open which page. Each page is run by itself: its first line has to hold without the app around it."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
import streamlit as st
from streamlit.runtime import context
from streamlit.testing.v1 import AppTest

from orchflow import clock
from orchflow.paths import app_root
from orchflow.people.cookie_key import BROWSER_COOKIE, COOKIE, cookie_key
from orchflow.people.cookie_tokens import CookieTokens
from orchflow.people.permissions import MATRIX, SYSTEM, Role
from orchflow.people.sign_in import actor_for_token, sign_out
from orchflow.people.tables import SignInAttempt
from orchflow.people.users import disable_user
from orchflow.screens.catalogue import BY_NAME, SCREENS, link
from orchflow.screens.session import SIGNED_IN, TICKET, SignedIn
from orchflow.web.cookie_tickets import TICKETS
from tests.pages.conftest import PASSWORD, Browser, headings

REFUSED = [
    (screen.name, role)
    for screen in SCREENS
    for role in Role
    if screen.permission is not None and screen.permission not in MATRIX[role]
]


def test_every_page_is_a_screen_and_every_screen_has_its_page() -> None:
    pages = {str(page) for page in (app_root() / "pages").rglob("*.py")}

    assert {screen.page for screen in SCREENS} == pages
    assert len(BY_NAME) == len(SCREENS)


@pytest.mark.parametrize("name", BY_NAME)
def test_a_page_is_permission_and_one_call(name: str) -> None:
    *imports, last = ast.parse(Path(link(name)).read_text(encoding="utf-8")).body[1:]

    assert all(isinstance(line, ast.ImportFrom) for line in imports)
    assert ast.unparse(last) == f"{name}.show(require(permission({name!r})))"


@pytest.mark.parametrize("name", BY_NAME)
def test_a_stranger_sees_the_sign_in_screen_and_nothing_else(browser: Browser, name: str) -> None:
    shown = browser.open(name, None)

    assert not shown.exception
    assert headings(shown) == ["Orchestrator Flow"]
    assert [field.label for field in shown.text_input] == ["Username", "Password"]
    assert not shown.dataframe
    assert ["mark.svg" in part.proto.body for part in shown.get("html")] == [True]


@pytest.mark.parametrize(("name", "role"), REFUSED)
def test_a_role_without_the_permission_is_refused(browser: Browser, name: str, role: Role) -> None:
    shown = browser.open(name, browser.person(role))

    assert any("does not let you" in text.value for text in shown.markdown)
    assert headings(shown) == ["Not open to you"]
    assert not shown.dataframe


@pytest.mark.parametrize("name", BY_NAME)
def test_a_one_time_password_opens_nothing_but_its_replacement(browser: Browser, name: str) -> None:
    shown = browser.open(name, browser.person(Role.ADMIN, must_change_password=True))

    assert [field.label for field in shown.text_input] == ["New password", "The same again"]
    assert not shown.dataframe
    assert ["mark.svg" in part.proto.body for part in shown.get("html")] == [True]


def test_signing_in_opens_the_page_that_was_asked_for(browser: Browser) -> None:
    user = browser.person(Role.MEMBER)
    shown = browser.open("account", None)
    shown.text_input(key="sign-in-username").set_value(user.username)
    shown.text_input(key="sign-in-password").set_value(PASSWORD)
    shown.button[0].click().run()

    assert headings(shown)[0] == "My account"


def test_a_wrong_password_is_refused_without_saying_which_half_was_wrong(browser: Browser) -> None:
    user = browser.person(Role.MEMBER)
    messages = []
    for name in (user.username, "nobody"):
        shown = browser.open("account", None)
        shown.text_input(key="sign-in-username").set_value(name)
        shown.text_input(key="sign-in-password").set_value("wrong wrong wrong")
        shown.button[0].click().run()
        messages.append(shown.error[0].value)

    assert messages[0] == messages[1]
    assert "wrong" in messages[0]


def test_too_many_wrong_passwords_lock_the_name_even_for_the_right_one(browser: Browser) -> None:
    user = browser.person(Role.MEMBER)
    shown = browser.open("account", None)
    for password in ["wrong wrong wrong"] * 5 + [PASSWORD]:
        shown.text_input(key="sign-in-username").set_value(user.username)
        shown.text_input(key="sign-in-password").set_value(password)
        shown.button[0].click().run()

    assert headings(shown)[0] == "Orchestrator Flow"
    assert "again" in shown.error[0].value.lower()


def test_a_stranger_who_fails_on_purpose_keeps_nobody_out_of_a_browser_that_knows_them(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    user, ws = browser.person(Role.MEMBER), browser.ws
    client = SimpleNamespace(remote_ip="127.0.0.1", cookies={}, headers=())
    monkeypatch.setattr(context, "_get_client_context", lambda: client)

    def shown_after(*passwords: str) -> AppTest:
        shown = browser.open("account", None)
        for password in passwords:
            shown.text_input(key="sign-in-username").set_value(user.username)
            shown.text_input(key="sign-in-password").set_value(password)
            shown.button[0].click().run()
        return shown

    assert headings(shown_after(*["wrong wrong wrong"] * 5, PASSWORD))[0] == "Orchestrator Flow"
    client.cookies = {
        BROWSER_COOKIE: CookieTokens(cookie_key(ws.settings.home), 7).browser(None, user.username)
    }
    assert headings(shown_after(PASSWORD))[0] == "My account"
    with ws.store.read() as session:
        assert set(session.scalars(sa.select(SignInAttempt.address))) == {"127.0.0.1"}


@pytest.mark.parametrize("page", ["https://flow.example/account", "http://127.0.0.1:8501/account", None])
def test_the_cookies_of_a_sign_in_wait_for_the_browser_until_it_has_fetched_them(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, page: str | None
) -> None:
    monkeypatch.setattr(type(st.context), "url", property(lambda _: page))
    user = browser.person(Role.MEMBER)
    shown = browser.open("account", None)
    shown.text_input(key="sign-in-username").set_value(user.username)
    shown.text_input(key="sign-in-password").set_value(PASSWORD)
    shown.button[0].click().run()
    ticket = shown.session_state[TICKET]

    laid = {cookie.name: cookie for cookie in TICKETS.redeem(ticket) or ()}
    tokens = CookieTokens(cookie_key(browser.ws.settings.home), 7)
    known = tokens.read_session(laid[COOKIE].value)
    assert known is not None
    assert known[0] == user.username
    assert tokens.known_browser(laid[BROWSER_COOKIE].value, user.username)
    assert laid[COOKIE].seconds == 7 * 86_400
    assert {cookie.secure for cookie in laid.values()} == {str(page).startswith("https:")}


def test_an_open_session_ends_when_its_sessions_are_ended(browser: Browser) -> None:
    user = browser.person(Role.MEMBER)
    shown = browser.open("account", user)
    assert headings(shown)[0] == "My account"

    disable_user(browser.ws.store, SYSTEM, user.id)
    shown.run()

    assert headings(shown)[0] == "Orchestrator Flow"
    assert SIGNED_IN not in shown.session_state


def test_a_token_from_before_the_sign_out_opens_nothing(browser: Browser) -> None:
    user = browser.person(Role.MEMBER)
    shown = browser.open("account", user)
    actor = actor_for_token(browser.ws.store, user.username, clock.now())
    assert actor is not None
    sign_out(browser.ws.store, actor)
    shown.session_state[SIGNED_IN] = SignedIn(user.username, clock.now() - timedelta(minutes=5))
    shown.run()

    assert headings(shown)[0] == "Orchestrator Flow"


def test_nothing_of_the_person_before_is_left_after_signing_out(browser: Browser) -> None:
    shown = browser.open("account", browser.person(Role.MEMBER))
    shown.session_state["people-handed-over"] = ("somebody", "a password")
    shown.button(key="sign-out-everywhere").click().run()

    assert headings(shown)[0] == "Orchestrator Flow"
    assert "people-handed-over" not in shown.session_state
