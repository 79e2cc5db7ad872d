"""My account: profile, password, tokens, what the role permits, and the end of every session."""

from __future__ import annotations

import streamlit as st

from orchflow.errors import OrchflowError
from orchflow.format import plain
from orchflow.people import users
from orchflow.people.job_roles import job_roles
from orchflow.people.permissions import IN_WORDS, Actor
from orchflow.screens import session
from orchflow.screens.sign_in_screen import new_password_form
from orchflow.screens.team.account_tokens import show_tokens
from orchflow.screens.team.first_week import own_week
from orchflow.ui import acts, notices
from orchflow.ui.page import boundary, heading, page
from orchflow.ui.states import problem

NAME = "Name shown to others"


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    page("My account", f"Signed in as {actor.display_name}")
    left, right = st.columns(2)
    sections = (
        (left, "profile", show_profile), (left, "password", show_password), (right, "tokens", show_tokens),
        (right, "role", show_role),
    )  # fmt: skip
    for column, name, section in sections:
        with column.container(border=True, key=f"my-{name}"), boundary():
            section(actor)
    with right.container(border=True):
        show_sessions()
    with boundary():
        own_week(session.workspace().store, actor)


def show_profile(actor: Actor) -> None:
    if actor.user_id is None:
        return
    ws = session.workspace()
    me = users.get_user(ws.store, actor, actor.user_id)
    heading("Profile")
    job = job_roles(ws.store).get(me.job_role or "")
    st.table(
        {
            "Username": plain(me.username),
            "E-mail": plain(me.email or "–"),
            "Job role": plain(job.name if job else "–"),
            "Teams": plain(", ".join(me.teams) or "–"),
        },
        border="horizontal",
        alt="Your profile",
    )
    with st.form("profile", border=False):
        name = st.text_input(NAME, value=me.display_name, max_chars=120, key="profile-name")
        if acts.submit("Save name", key="profile-save"):
            try:
                users.update_user(ws.store, actor, me.id, me.version, {"display_name": name or ""})
            except OrchflowError as error:
                problem(error, {"display_name": NAME})
            else:
                notices.done("Your name is stored")
                st.rerun()


def show_password(actor: Actor) -> None:
    heading("Password")
    st.caption("A new password ends your sessions on every other device.")
    if new_password_form(session.workspace(), actor, "own-password"):
        session.begin(actor.username)
        notices.done("Your password is changed")
        st.rerun()


def show_role(actor: Actor) -> None:
    heading("What you may do")
    st.caption(f"Your role is **{actor.role}**. An administrator can give you another.")
    lines = [
        f":material/{'check' if actor.may(permission) else 'remove'}: :small[{words if actor.may(permission) else f':gray[{words}]'}]"
        for permission, words in IN_WORDS.items()
    ]
    st.markdown("  \n".join(lines))


def show_sessions() -> None:
    heading("Sessions")
    st.caption("Ends every session of yours, here and on every other device and browser.")
    acts.button(
        "Sign out everywhere", icon=":material/logout:", on_click=session.end, key="sign-out-everywhere"
    )
