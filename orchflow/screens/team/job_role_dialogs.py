"""The dialogs in which administrators edit job roles and add their own."""

from __future__ import annotations

from typing import Any

import streamlit as st

from orchflow.errors import OrchflowError
from orchflow.guidance.flows import list_flows
from orchflow.people.job_role_changes import JOB_ROLE_CHANGES, JobRoleChange, save_job_role
from orchflow.people.job_roles import JobRole
from orchflow.people.permissions import Actor, Role
from orchflow.store.engine import Store
from orchflow.ui import acts, notices
from orchflow.ui.field_input import field_form
from orchflow.ui.grid_values import GridColumn, plain_column
from orchflow.ui.states import problem

SHOWN = ("name", "group", "access", "responsibilities", "training", "ticks", "begins", "approves")


@st.dialog("Edit a job role", icon=":material/edit:")
def edit_role(store: Store, actor: Actor, role: JobRole) -> None:
    """The fields of a role; what is stored of one that ships stands in its place until it is brought back."""
    before: dict[str, Any] = {name: getattr(role, name) for name in SHOWN}
    before |= {name: "\n".join(getattr(role, name)) for name in ("responsibilities", "training")}
    before["ticks"] = list(role.ticks)
    _form(store, actor, before, role.key)


@st.dialog("Add a job role", icon=":material/add:")
def add_role(store: Store, actor: Actor) -> None:
    """The fields of a role of the workspace's own."""
    _form(store, actor, {"access": Role.MEMBER, "group": "power_users"}, None)


def _form(store: Store, actor: Actor, before: dict[str, Any], key: str | None) -> None:
    columns = _columns(store, actor)
    written = field_form(columns, before, key=f"role-{key or 'new'}", action="Save" if key else "Add")
    if written is None:
        return
    try:
        saved: JobRoleChange | None
        if key is None:
            saved = acts.once(lambda: JOB_ROLE_CHANGES.create(store, actor, **written))
        else:
            changed = {name: value for name, value in written.items() if value != before.get(name)}
            saved = acts.once(lambda: save_job_role(store, actor, key, changed)) if changed else None
    except OrchflowError as error:
        problem(error, {name: column.heading for name, column in columns.items()})
        return
    notices.done(f"{saved.name} is stored" if saved else "Nothing was changed")
    st.rerun()


def _columns(store: Store, actor: Actor) -> dict[str, GridColumn]:
    fields = JOB_ROLE_CHANGES.fields
    flows = {flow.key: flow.name for flow in list_flows(store, actor)}
    columns = {name: GridColumn(fields[name], help=fields[name].about or None) for name in SHOWN}
    ticks = fields["ticks"]
    columns["ticks"] = plain_column(
        ticks.label, options=list(flows), names=flows, several=True, editable=True, help=ticks.about
    )
    return columns
