"""The dialogs of the People screen."""

from __future__ import annotations

import streamlit as st

from orchflow.errors import OrchflowError
from orchflow.people import users
from orchflow.people.job_roles import JOB_ROLES
from orchflow.people.permissions import Actor, Role
from orchflow.people.tables import User
from orchflow.screens.team.people_state import ADDED
from orchflow.store.engine import Store
from orchflow.store.field import fields_of
from orchflow.ui import acts
from orchflow.ui.format import plain
from orchflow.ui.states import problem


@st.dialog("Add a person", icon=":material/person_add:")
def add_person(
    store: Store, actor: Actor, name: str = "", email: str = "", platform_user_id: str = ""
) -> None:
    """Ask for a new person and show the one-time password once they are added."""
    done = ADDED.take()
    if done is not None:
        _password(*done)
        return
    with st.form("add-person-form", border=False):
        display_name = st.text_input("Name", value=name, max_chars=120, key="add-name")
        mail = st.text_input(
            "E-mail", value=email, max_chars=254, key="add-email", help="Matches them to Orchestrator AI"
        )
        username = st.text_input(
            "User name",
            max_chars=64,
            key="add-username",
            placeholder="made from the e-mail address",
            value="",
        )
        roles = fields_of(User)["role"].options
        role = st.selectbox("Role", list(roles), index=1, format_func=roles.__getitem__, key="add-role")
        job = st.selectbox(
            "Job role",
            list(JOB_ROLES),
            index=None,
            format_func=lambda key: JOB_ROLES[key].name,
            key="add-job",
        )
        if not acts.submit("Add", key="add-person-now", type="primary", width="stretch"):
            return
    try:
        added, password = acts.once(
            lambda: users.add_user(
                store,
                actor,
                username=username or "",
                display_name=display_name or "",
                email=mail or None,
                role=role or Role.MEMBER,
                job_role=job,
                platform_user_id=platform_user_id or None,
            )
        )
    except OrchflowError as error:
        problem(error)
        return
    ADDED.set((f"{added.display_name} ({added.username})", password))
    st.rerun(scope="fragment")


@st.dialog("One-time password", icon=":material/key:")
def hand_over(who: str, password: str) -> None:
    """Show a new one-time password this once."""
    _password(who, password)


def _password(who: str, password: str) -> None:
    st.markdown(f"**{plain(who)}** signs in with this one-time password and then chooses their own:")
    st.code(password, language=None)
    st.caption("It is shown only now. If it is lost, make a new one.")
    if st.button("Done", type="primary", width="stretch"):
        st.rerun()
