"""A task in a dialog, on the screens that show tasks without a panel for them."""

from __future__ import annotations

from functools import partial

import streamlit as st

from orchflow import format as fmt
from orchflow.people.permissions import Actor
from orchflow.planning.work.tasks import get_task, list_tasks
from orchflow.screens.plan.plan_data import plan_data
from orchflow.screens.plan.task_details import details, edit, leave, may_edit
from orchflow.screens.session import workspace
from orchflow.ui.state import Key
from orchflow.ui.states import boundary


def open_task(actor: Actor, task_id: int, opened: Key[int | None]) -> None:
    """Open the dialog of a task, with its form for those who may change it; `opened` keeps which."""
    opened.set(task_id)
    for task in list_tasks(workspace().store, actor, ids=[task_id]):
        if may_edit(actor, task):
            edit(task)


def close_task(opened: Key[int | None]) -> None:
    """Close it; what was written is forgotten."""
    task_id = opened.take()
    if task_id is not None:
        leave(task_id)


def task_dialog(actor: Actor, task_id: int, opened: Key[int | None]) -> None:
    """The task as its panel on the Plan screen shows it; closed when it is stored."""

    def task_of_the_dialog() -> None:
        with boundary():
            ws = workspace()
            data, task = plan_data(ws, actor), get_task(ws.store, actor, task_id)
            title = "" if may_edit(actor, task) else f"**{fmt.plain(task.title)}**  \n"
            st.markdown(f"{title}{fmt.plain(data.names.projects.get(task.project_id, ''))}")
            details(ws, actor, data, task, stored=opened.clear)

    dialog = st.dialog("Task", width="medium", on_dismiss=partial(close_task, opened))
    dialog(task_of_the_dialog)()
