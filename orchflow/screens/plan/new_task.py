"""A new task in a window of a few fields: where the plan is no grid, or the grid does not know which project it is for."""

from __future__ import annotations

import streamlit as st

from orchflow.people.permissions import Actor
from orchflow.planning.work.tasks import create_task
from orchflow.screens.plan.plan_columns import FIELD, columns_of
from orchflow.screens.plan.plan_data import PlanData
from orchflow.screens.plan.plan_state import PROJECT
from orchflow.ui import acts, notices
from orchflow.ui.field_input import field_form
from orchflow.ui.states import closing
from orchflow.workspace import Workspace

NEW = ("title", "project_id", "owner_id", "due", "points")
"""What is written of a new task; the rest is written in its panel."""


def new_task_button(ws: Workspace, actor: Actor, data: PlanData) -> None:
    """The way to a new task, once there is a project for it."""
    if data.names.projects and st.button("Add task", icon=":material/add:", key="plan-new-task"):
        new_task(ws, actor, data)


@st.dialog("New task")
def new_task(ws: Workspace, actor: Actor, data: PlanData) -> None:
    """Write one."""
    inside = next((number for number in data.names.projects if str(number) == PROJECT.get()), None)
    written = field_form(
        columns_of(data, "task", NEW, manages=True), {"project_id": inside, "owner_id": actor.user_id}, key="new-task", action="Add",
    )  # fmt: skip
    if written is not None:
        values = {FIELD["task"].get(name, name): value for name, value in written.items()}
        with closing() as request:
            made = acts.once(lambda: create_task(ws.store, actor, request=request, **values))
            notices.done(f"Added {made.title}", request)
