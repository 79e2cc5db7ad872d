"""What was said about a task, and what became of it: comments and history."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st

from orchflow.errors import OrchflowError
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.work.comments import add_comment, delete_comment, list_comments, update_comment
from orchflow.planning.work.row_history import RowChange, history_of
from orchflow.planning.work.rows import CommentRow, TaskRow
from orchflow.screens.plan import plan_state as state
from orchflow.screens.plan.plan_data import PlanData, plan_data
from orchflow.screens.plan.plan_view import words
from orchflow.screens.plan.task_words import LABELS
from orchflow.screens.session import zone
from orchflow.ui import acts, notices
from orchflow.ui.format import day, moment, plain
from orchflow.ui.state import Key
from orchflow.ui.states import problem
from orchflow.workspace import Workspace

MOST = 100
CUT = 120


def comments(ws: Workspace, actor: Actor, task: TaskRow) -> None:
    """All comments, oldest first, and a field for another one."""
    said = list_comments(ws.store, actor, entity="task", entity_id=task.id)
    names = plan_data(ws, actor).names.people
    for comment in said:
        _comment(ws, actor, comment, names.get(comment.author_id or 0, "Orchestrator Flow"))
    if not said:
        st.caption("Nobody has said anything yet.")
    if not actor.may(Permission.PLAN_EDIT_OWN):
        return
    written = state.COMMENT.of(task.id, state.COMMENT_TURN.of(task.id).get())
    failed = state.COMMENT_FAILED.take()
    if failed is not None:
        problem(failed)
    st.text_area(
        "Comment", key=written.name, placeholder="Write a comment (Markdown)", label_visibility="collapsed", height=90,
        persist_state="session",
    )  # fmt: skip
    acts.button(
        "Comment",
        type="primary",
        key="comment-add",
        on_click=_say,
        args=(ws, actor, task.id, written),
        icon=":material/send:",
    )


def _say(ws: Workspace, actor: Actor, task_id: int, written: Key[str]) -> None:
    """Store the comment; only then is the field emptied."""
    body = written.get()
    if not body.strip():
        return
    try:
        acts.once(lambda: add_comment(ws.store, actor, "task", task_id, body))
    except OrchflowError as error:
        state.COMMENT_FAILED.set(error)
    else:
        turn = state.COMMENT_TURN.of(task_id)
        turn.set(turn.get() + 1)


def _comment(ws: Workspace, actor: Actor, comment: CommentRow, author: str) -> None:
    own = comment.author_id is not None and comment.author_id == actor.user_id
    with st.container(border=True, gap="xsmall", key=f"said-{comment.id}"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            edited = " · edited" if comment.version > 1 else ""
            st.caption(
                f"**{plain(author)}** · {plain(moment(comment.created_at, zone()))}{edited}", width="stretch"
            )
            if own or actor.may(Permission.PLAN_EDIT):
                with st.popover(
                    "", icon=":material/more_horiz:", key=f"said-menu-{comment.id}", type="tertiary"
                ):
                    if own:
                        st.text_area("Comment", comment.body, key=state.COMMENT_REWRITTEN.of(comment.id).name)
                        acts.button(
                            "Save",
                            key=f"said-save-{comment.id}",
                            on_click=_rewrite,
                            args=(ws, actor, comment),
                            type="primary",
                        )
                    acts.button(
                        "Delete", key=f"said-drop-{comment.id}", on_click=_unsay, args=(ws, actor, comment),
                        icon=":material/delete:",
                    )  # fmt: skip
        st.markdown(comment.body)


def _rewrite(ws: Workspace, actor: Actor, comment: CommentRow) -> None:
    body = state.COMMENT_REWRITTEN.of(comment.id).get()
    try:
        update_comment(ws.store, actor, comment.id, comment.version, {"body": body})
    except OrchflowError as error:
        notices.refused(error, "Comment not saved")


def _unsay(ws: Workspace, actor: Actor, comment: CommentRow) -> None:
    try:
        notices.done("Comment deleted", delete_comment(ws.store, actor, comment.id))
    except OrchflowError as error:
        notices.refused(error, "Comment not deleted")


def history(ws: Workspace, actor: Actor, data: PlanData, task: TaskRow) -> None:
    """Who changed what, latest first; what happened in one go stands together."""
    changes = history_of(ws.store, actor, "task", task.id)
    groups: dict[tuple[Any, ...], list[RowChange]] = {}
    for change in changes:
        groups.setdefault((change.version, change.who, change.occurred_at), []).append(change)
    for (_, who, at), together in list(groups.items())[:MOST]:
        place = " · elsewhere" if together[0].imported else ""
        lines = [_line(data, change) for change in reversed(together) if change.action != "insert"]
        if together[0].action == "insert":
            lines = ["made this task"]
        with st.container(gap=None):
            st.caption(f"{plain(moment(at, zone()))} · **{plain(who)}**{place}")
            st.markdown("  \n".join(lines))
    if len(groups) > MOST:
        st.caption(f"and {len(groups) - MOST} earlier ones")


def _line(data: PlanData, change: RowChange) -> str:
    label = LABELS.get(change.field, words(change.field))
    if change.field == "description":
        return f"{label} rewritten"
    if change.field == "position":
        return "Moved among its neighbours"
    return f"{label}: {_written(data, change.field, change.old)} → {_written(data, change.field, change.new)}"


def _written(data: PlanData, field: str, value: Any) -> str:
    if value in (None, "", []):
        return "–"
    match field:
        case "status":
            return plain(data.statuses.get(str(value), words(value)))
        case "assignee_id":
            return plain(data.names.people.get(int(value), f"#{value}"))
        case "sprint_id":
            return plain(data.names.sprints.get(int(value), f"#{value}"))
        case "project_id":
            return plain(data.names.projects.get(int(value), f"#{value}"))
        case "goal_id" | "parent_id":
            row = data.row("goal" if field == "goal_id" else "task", int(value))
            return plain(row["title"]) if row is not None else f"\\#{value}"
        case "start" | "due":
            return plain(day(date.fromisoformat(str(value)[:10])))
        case "labels":
            return plain(", ".join(value))
        case "milestone":
            return "yes" if value else "no"
        case _:
            text = str(value)
            return plain(text if len(text) <= CUT else text[:CUT] + "…")
