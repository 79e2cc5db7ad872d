"""Tokens on My account: one's own are made, shown once, listed and revoked."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from orchflow.api.tokens import bearer_of, create_token, list_tokens
from orchflow.people.permissions import SYSTEM, Role
from orchflow.people.users import UserRow, add_user
from tests.pages.conftest import Browser


@pytest.fixture
def member(browser: Browser) -> UserRow:
    other, _ = add_user(browser.ws.store, SYSTEM, username="other", display_name="Other")
    create_token(browser.ws.store, SYSTEM, other.id, "read", name="of somebody else")
    return browser.person(Role.MEMBER)


def words(shown: AppTest) -> str:
    return " ".join(str(element.value) for element in [*shown.markdown, *shown.caption])


def test_a_token_is_made_shown_once_and_works(browser: Browser, member: UserRow) -> None:
    shown = browser.open("account", member)
    shown.session_state["token-new"] = True
    shown.run()
    assert [option.split(":")[0] for option in shown.selectbox(key="token-scope").options] == [
        "Read",
        "Write",
    ]
    shown.text_input(key="token-name").set_value("Nightly report")
    next(button for button in shown.button if button.label == "Make it").click().run()
    assert not shown.exception
    secret = shown.code[0].value
    bearer = bearer_of(browser.ws.store, secret)
    assert bearer is not None
    assert (bearer.actor.username, bearer.scope) == (member.username, "read")
    assert "**Nightly report**" in words(shown)

    shown.button(key="token-copied").click().run()
    assert not shown.code
    assert secret not in words(shown)


def test_only_ones_own_are_listed_and_revoked(browser: Browser, member: UserRow) -> None:
    row, secret = create_token(browser.ws.store, SYSTEM, member.id, "write", name="Mine", days=3)
    shown = browser.open("account", member)
    assert "of somebody else" not in words(shown)
    assert ":orange[until" in words(shown)
    shown.session_state[f"token-revoke-{row.id}"] = True
    shown.run()
    shown.button(key=f"token-revoke-now-{row.id}").click().run()
    assert not shown.exception
    assert bearer_of(browser.ws.store, secret) is None
    assert "Ended: Mine" in words(shown)
    assert [token.state for token in list_tokens(browser.ws.store, SYSTEM)] == ["active", "revoked"]
