"""What a manager plans of an item: whose it is, when it is due, and the task that it becomes."""

from __future__ import annotations

import streamlit as st

from orchflow.guidance.item_details import ItemDetails
from orchflow.guidance.items import ITEMS, update_item
from orchflow.guidance.rows import ItemRow
from orchflow.guidance.tasks import make_tasks
from orchflow.people.permissions import Actor
from orchflow.planning.tables import ItemState
from orchflow.screens.journey import item_state as state
from orchflow.screens.plan.plan_data import names_now
from orchflow.screens.session import workspace_roles
from orchflow.ui import acts, notices
from orchflow.ui.choosers import distinct
from orchflow.ui.field_input import field_form
from orchflow.ui.grid_values import GridColumn
from orchflow.ui.menus import menu
from orchflow.ui.states import closing
from orchflow.workspace import Workspace

FIELDS = ITEMS.fields
PLANNED = ("assignee_id", "due_day", "role", "required")


def planning(ws: Workspace, actor: Actor, details: ItemDetails) -> None:
    """The menus of a manager."""
    with menu("Plan it", key="item-plan", icon=":material/event:") as opened:
        if opened:
            _plan(ws, actor, details.item)
    if details.item.task_id is None and details.item.state is ItemState.OPEN:
        with menu("Make it a task", key="item-task", icon=":material/add_task:") as opened:
            if opened:
                _task(ws, actor, details)


def columns(ws: Workspace, actor: Actor) -> dict[str, GridColumn]:
    """The fields of an item that people look at, as columns with the names of those they point to."""
    names = names_now(ws, actor)
    people, roles = distinct(names.people), {key: role.name for key, role in workspace_roles().items()}
    active = [person for person in people if person in names.active]
    looks = {
        "assignee_id": {"options": active, "names": people, "nothing": "Nobody"},
        "ticked_by_id": {"names": people},
        "role": {"options": list(roles), "names": roles, "nothing": "Whoever leads the step"},
        "due_day": {"help": FIELDS["due_day"].about},
    }  # fmt: skip
    return {name: GridColumn(field, **looks.get(name, {})) for name, field in FIELDS.items()}  # type: ignore[arg-type]


def _plan(ws: Workspace, actor: Actor, item: ItemRow) -> None:
    every = columns(ws, actor)
    before = {name: getattr(item, name) for name in PLANNED}
    written = field_form(
        {name: every[name] for name in PLANNED}, before, key=f"item-plan-{item.id}", action="Save"
    )
    if item.due_by_hand:
        st.caption("The day was set by hand. Emptied, it is counted again from the flow's first day.")
    if written is None:
        return
    changes = {name: value for name, value in written.items() if value != before[name]}
    with closing() as request:
        if changes:
            update_item(ws.store, actor, item.id, item.version, changes, request)
            notices.done(f"Planned: {item.text}", request)


def _task(ws: Workspace, actor: Actor, details: ItemDetails) -> None:
    projects = distinct(names_now(ws, actor).projects)
    if not projects:
        st.caption("There is no project yet to put it in. Plan has the way to one.")
        return
    chosen = state.PROJECT.of(details.item.id)
    options = list(projects)
    st.selectbox(
        "Project", options, format_func=projects.__getitem__, key=chosen.name,
        index=options.index(details.project_id) if details.project_id in projects else None,
    )  # fmt: skip
    st.caption("The task has the item's words, person and day. Done, it ticks the item.")
    acts.button(
        "Make the task", key="item-task-now", type="primary", width="stretch", on_click=_make_task,
        args=(ws, actor, details.item),
    )  # fmt: skip


def _make_task(ws: Workspace, actor: Actor, item: ItemRow) -> None:
    with notices.attempt("No task made", f"Is a task now: {item.text}") as request:
        make_tasks(ws.store, actor, [item.id], state.PROJECT.of(item.id).get(), request=request)
