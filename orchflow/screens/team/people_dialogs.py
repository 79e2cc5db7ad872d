"""The dialogs of the People screen."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from orchflow.errors import OrchflowError
from orchflow.format import plain
from orchflow.people import users
from orchflow.people.job_roles import job_roles
from orchflow.people.permissions import Actor
from orchflow.screens.team.people_grids import people_columns
from orchflow.screens.team.people_state import ADDED
from orchflow.store.engine import Store
from orchflow.ui import acts
from orchflow.ui.field_input import field_form
from orchflow.ui.states import problem


def add_person(
    store: Store, actor: Actor, name: str = "", email: str = "", platform_user_id: str = ""
) -> None:
    """Ask for a new person, and show the one-time password once they are added."""
    ADDED.clear()
    person_dialog(store, actor, name, email, platform_user_id)


@st.dialog("Add a person", icon=":material/person_add:", on_dismiss=ADDED.clear)
def person_dialog(store: Store, actor: Actor, name: str, email: str, platform_user_id: str) -> None:
    """The form; then the password, which stays until it is said to be taken down."""
    added = ADDED.get()
    if added is not None:
        _password(*added)
        return
    columns = people_columns((), job_roles(store))
    columns = {
        "display_name": columns["display_name"],
        "email": replace(columns["email"], help="matches them to Orchestrator AI"),
        "username": replace(columns["username"], editable=True, help="made from the e-mail address"),
        "role": replace(
            columns["role"],
            field=replace(columns["role"].field, required=False),
            help="that of the job role when left empty",
        ),
        "job_role": columns["job_role"],
    }
    before = {"display_name": name, "email": email}
    written = field_form(columns, before, key="add-person", action="Add")
    if written is None:
        return
    values = {field: value for field, value in written.items() if value}
    try:
        person, password = acts.once(
            lambda: users.add_user(store, actor, platform_user_id=platform_user_id or None, **values)
        )
    except OrchflowError as error:
        problem(error, {name: column.heading for name, column in columns.items()})
        return
    ADDED.set((f"{person.display_name} ({person.username})", password))
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
        ADDED.clear()
        st.rerun()
