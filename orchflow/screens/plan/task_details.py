"""The fields of one task: read, or written in a form. What is written waits in a sheet of one row, as in the grid."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from orchflow.format import plain
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.work.rows import TaskRow
from orchflow.screens.plan.plan_columns import columns_of, task_values
from orchflow.screens.plan.plan_data import PlanData
from orchflow.screens.plan.plan_saving import saver
from orchflow.screens.plan.plan_state import EDITING
from orchflow.ui import acts
from orchflow.ui.field_input import field_input
from orchflow.ui.grid_values import GridColumn
from orchflow.ui.sheet_review import conflicts, waiting_changes
from orchflow.ui.sheet_saving import save
from orchflow.ui.sheet_stage import SheetRow
from orchflow.ui.sheet_state import SaveAll, SheetState, begin, end, fill, state_of
from orchflow.workspace import Workspace

SIDES = (
    ("status", "priority", "start", "points", "estimated_hours"),
    ("owner_id", "sprint_id", "due", "goal_id", "logged_hours"),
)
BELOW = ("blocked_reason", "labels", "milestone", "description")
FACTS = (
    "blocked_reason", "status", "owner_id", "priority", "points", "sprint_id", "goal_id", "start", "due",
    "estimated_hours", "logged_hours", "labels", "milestone", "role",
)  # fmt: skip


def details(
    ws: Workspace, actor: Actor, data: PlanData, task: TaskRow, stored: Callable[[], None] = lambda: None
) -> None:
    """What the task is; as a form for those who may change it, with `stored` called when it is left."""
    key = _sheet(task.id)
    columns = _columns(data, task, manages=actor.may(Permission.PLAN_EDIT))
    sheet, write = state_of(key), saver(ws.store, actor, "task", {})
    conflicts(sheet, columns, key=key, write=write)
    may = may_edit(actor, task)
    if may and EDITING.get() == task.id:
        _form(task, sheet, columns, write, stored)
        return
    _read(columns, task_values(task), task.description)
    if may:
        st.button(
            "Edit", icon=":material/edit:", key="task-edit", on_click=edit, args=(task,), shortcut="Alt+E"
        )


def may_edit(actor: Actor, task: TaskRow) -> bool:
    """Whether this person changes anything of the task."""
    own = actor.user_id is not None and task.assignee_id == actor.user_id
    return actor.may(Permission.PLAN_EDIT) or (own and actor.may(Permission.PLAN_EDIT_OWN))


def edit(task: TaskRow) -> None:
    """Open the form, with the task as it is now: that is what is compared with what others store meanwhile."""
    EDITING.set(task.id)
    begin(_sheet(task.id), SheetRow(_sheet(task.id), task.version, task_values(task), task.title))


def leave(task_id: int) -> None:
    """Close the form and forget what was written in it."""
    EDITING.clear()
    end(_sheet(task_id))


def _sheet(task_id: int) -> str:
    return f"task-{task_id}"


def _columns(data: PlanData, task: TaskRow, *, manages: bool) -> dict[str, GridColumn]:
    """The columns of the sheet by the whole names of their fields; the goals are those of the task's project."""
    columns = columns_of(data, "task", ["title", *FACTS, "description"], manages=manages)
    goals = data.frame[data.frame["level"].to_numpy() == "goal"]
    inside = goals.loc[goals["project_id"].to_numpy() == task.project_id, "id"]
    columns["goal_id"] = replace(columns["goal_id"], options=inside.tolist())
    return {name: replace(column, label="") for name, column in columns.items()}


def _read(columns: Mapping[str, GridColumn], values: Mapping[str, Any], description: str) -> None:
    facts, without = {}, []
    for name in FACTS:
        column, value = columns[name], values.get(name)
        if value is None or value is False or value in ("", []):
            without.append(column.heading.lower())
        elif name == "labels":
            facts[column.heading] = " ".join(f":gray-badge[{plain(label)}]" for label in value)
        else:
            facts[column.heading] = plain(column.shown(value))
    st.table(facts, border="horizontal")
    if without:
        st.caption(f"Not set: {', '.join(without)}")
    if description:
        with st.container(key="task-description"):
            st.markdown(description)
    else:
        st.caption("No description yet.")


def _form(
    task: TaskRow, sheet: SheetState, columns: Mapping[str, GridColumn], write: SaveAll, stored: Callable[[], None]
) -> None:  # fmt: skip
    (opened,) = sheet.shown
    key = opened.key
    if opened.version != task.version:
        st.info(
            "Somebody has changed this task since you began. Your changes merge with theirs, or you choose.",
            icon=":material/sync:",
        )
    if refusals := waiting_changes(sheet, columns)[1]:
        said = "  \n".join(f"**{plain(each.label)}**: {plain(each.reason)}" for each in refusals)
        st.error(said, icon=":material/error:")
    values = {**opened.values, **sheet.stage.edits.get(key, {})}

    def draw(names: Sequence[str]) -> dict[str, Any]:
        return {name: field_input(columns[name], values.get(name), key=f"{key}-{name}") for name in names}

    with st.form(f"{key}-form", border=False, enter_to_submit=False):
        written = draw(["title"])
        for side, names in zip(st.columns(2), SIDES, strict=True):
            with side:
                written |= draw(names)
        written |= draw(BELOW)
        with st.container(horizontal=True):
            pressed = acts.submit("Save", key=f"{key}-save", type="primary", icon=":material/save:")
            cancelled = st.form_submit_button("Cancel")
    if pressed:
        fill(key, [opened], {name: value for name, value in written.items() if columns[name].editable})
        save(key, columns, write)
    if cancelled or (pressed and not sheet.stage.waiting):
        leave(task.id)
        stored()
    elif pressed and sheet.conflicts:
        EDITING.clear()
    if pressed or cancelled:
        st.rerun()
