"""The panel of one task, beside the grid: what it is, what was said, what it waits for, what hangs on it, its past."""

from __future__ import annotations

import streamlit as st

from orchflow.errors import NotFound
from orchflow.format import plain
from orchflow.people.permissions import Actor
from orchflow.planning.work.rows import TaskRow
from orchflow.planning.work.tasks import get_task
from orchflow.screens.plan.plan_data import PlanData
from orchflow.screens.plan.plan_state import TASK
from orchflow.screens.plan.task_details import details, may_edit
from orchflow.screens.plan.task_relations import attachments, dependencies, links, subtasks
from orchflow.screens.plan.task_talk import comments, history
from orchflow.store.reading import row_id
from orchflow.ui.states import boundary
from orchflow.workspace import Workspace

WIDTH = 400
PARTS = {"details": "Details", "talk": "Comments", "relations": "Related", "history": "History"}


def open_task(task_id: int) -> None:
    """Open the panel; the address names the task, so that a link leads to it."""
    TASK.set(task_id)


def close_task() -> None:
    """Close the panel."""
    TASK.clear()


def opened_task(data: PlanData) -> int | None:
    """The task that the address names; None for none, or for one that is not there."""
    named = TASK.get()
    if not named.isdecimal():
        return None
    task_id = row_id(named)
    if task_id is None or data.row("task", task_id) is None:
        st.warning(
            f"There is no task {plain(named)}; it may have been deleted.", icon=":material/search_off:"
        )
        return None
    return task_id


def show(ws: Workspace, actor: Actor, data: PlanData, task_id: int) -> None:
    """Draw the panel."""
    with st.container(border=True, gap="small", key="task-panel"):
        try:
            task = get_task(ws.store, actor, task_id)
        except NotFound:
            st.caption("Somebody has just deleted this task.")
            return
        _head(data, task)
        counts = data.row("task", task_id)
        said = int(counts["comments"]) if counts is not None else 0
        names = PARTS | ({"talk": f"Comments {said}"} if said else {})
        part = st.segmented_control(
            "Part", list(PARTS), default="details", required=True, format_func=names.__getitem__, key="task-part",
            label_visibility="collapsed", persist_state="page",
        )  # fmt: skip
        with boundary():
            match part:
                case "talk":
                    comments(ws, actor, "task", task.id)
                case "relations":
                    subtasks(ws, actor, data, task, open_task)
                    dependencies(ws, actor, data, task, open_task)
                    links(ws, actor, task)
                    attachments(ws, actor, "task", task.id, adds=may_edit(actor, task))
                case "history":
                    history(ws, actor, data, task)
                case _:
                    details(ws, actor, data, task)


def _head(data: PlanData, task: TaskRow) -> None:
    with st.container(horizontal=True, vertical_alignment="top", horizontal_alignment="distribute"):
        with st.container(width="stretch", gap=None):
            st.caption(f"\\#{task.id} · {plain(data.names.projects.get(task.project_id, ''))}")
            st.markdown(f"#### {plain(task.title)}", anchors=False)
        st.button(
            "", icon=":material/close:", key="task-close", on_click=close_task, type="tertiary", help="Close"
        )
