"""The screens before the first page: sign in, and a password of one's own instead of the one-time one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import streamlit as st

from orchflow.errors import OrchflowError
from orchflow.format import plain
from orchflow.people import passwords, sign_in
from orchflow.people.credentials import set_password
from orchflow.people.permissions import Actor
from orchflow.screens import provider_session
from orchflow.ui import acts
from orchflow.ui.client import client_address
from orchflow.ui.states import problem
from orchflow.web.provider_sign_in import COOKIE as REFUSED
from orchflow.web.provider_sign_in import words_of
from orchflow.workspace import Workspace

PRODUCT = "Orchestrator Flow"
PURPOSE = "From Day 1 to AI agents in production, with the figures to prove it."
CARD_WIDTH = 400

Begin: TypeAlias = Callable[[str], None]
KnownBrowser: TypeAlias = Callable[[str], str]


def show(ws: Workspace, begin: Begin, known_browser: KnownBrowser) -> None:
    """Ask for name and password, or send to the organisation's provider; `begin` is called with who proved it.

    `known_browser` tells the number of this browser for who has signed in in it before, else "".
    """
    with _card():
        if ws.settings.oidc is not None:
            _provider(ws)
        with st.form("sign-in", border=False, enter_to_submit=True):
            username = st.text_input(
                "Username", autocomplete="username", key="sign-in-username", max_chars=120
            )
            password = st.text_input(
                "Password",
                type="password",
                autocomplete="current-password",
                key="sign-in-password",
                max_chars=200,
            )
            if st.form_submit_button("Sign in", type="primary", width="stretch"):
                _try(ws, username or "", password or "", begin, known_browser)
        st.caption("Forgotten your password? An administrator can give you a new one-time password.")


def show_new_password(ws: Workspace, actor: Actor, begin: Begin) -> None:
    """The one-time password must be replaced before anything else."""
    with _card(f"Welcome, {actor.display_name}. Choose a password of your own to go on."):
        if new_password_form(ws, actor, "first-password"):
            begin(actor.username)
            st.rerun()


def new_password_form(ws: Workspace, actor: Actor, key: str) -> bool:
    """Ask for a new password twice and set it; True when it was set, which ended every session of `actor`.

    The present password is asked for too, unless it is a one-time one that has just been used to sign in.
    """
    current: str | None = None
    with st.form(key, border=False):
        if not actor.must_change_password:
            current = st.text_input(
                "Present password",
                type="password",
                autocomplete="current-password",
                key=f"{key}-current",
                max_chars=200,
            )
        first = st.text_input(
            "New password", type="password", autocomplete="new-password", key=f"{key}-new", max_chars=200,
            placeholder=f"At least {passwords.MIN_LENGTH} characters, such as a sentence",
        )  # fmt: skip
        again = st.text_input(
            "The same again", type="password", autocomplete="new-password", key=f"{key}-again", max_chars=200
        )
        if not acts.submit("Set password", key=f"{key}-set", type="primary", width="stretch"):
            return False
    try:
        if first != again:
            raise OrchflowError("The two passwords are not the same", "Type the same one twice.")
        set_password(
            ws.store, actor, actor.user_id or 0, first or "", current=current, security=ws.settings.security
        )
    except OrchflowError as error:
        problem(error, {"password": "New password"})
        return False
    return True


def _card(line: str = PURPOSE) -> st.delta_generator.DeltaGenerator:
    """A calm card in the middle of the page, the product's name above it. Returns the card."""
    with st.container(horizontal_alignment="center", gap="small", key="signed-out"):
        st.space("large")
        st.html('<img src="./app/static/mark.svg" width="44" alt="">', width="content")
        st.title(PRODUCT, anchor=False, width=CARD_WIDTH, text_alignment="center")
        st.caption(plain(line), width=CARD_WIDTH, text_alignment="center")
        return st.container(border=True, width=CARD_WIDTH)


def _provider(ws: Workspace) -> None:
    assert ws.settings.oidc is not None
    if words := words_of(st.context.cookies.get(REFUSED)):
        problem(OrchflowError(*words))
    standing = provider_session.standing(ws)
    if standing == "stranger":
        st.warning(
            "Your organisation knows you, but you are not among the people here (or were disabled). "
            "Ask an administrator to add you.", icon=":material/person_off:",
        )  # fmt: skip
        st.button("Use another account", on_click=st.logout, width="stretch")
    else:
        if standing == "ended":
            st.info("Your sign-in has ended: sign in again.", icon=":material/schedule:")
        st.button(ws.settings.oidc.label, on_click=st.login, width="stretch", icon=":material/login:")
    st.caption("or with a password", text_alignment="center")


def _try(ws: Workspace, username: str, password: str, begin: Begin, known_browser: KnownBrowser) -> None:
    try:
        entered = sign_in.verify_password(
            ws.store, username, password, client_address(), ws.settings.security, known_browser(username)
        )
    except OrchflowError as error:
        problem(error)
        return
    begin(entered.actor.username)
    st.rerun()
