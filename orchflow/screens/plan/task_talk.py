"""What was said about a task, and what became of it: comments and history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from orchflow.errors import OrchflowError
from orchflow.format import moment, plain
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.history import TaskChange, task_changes
from orchflow.planning.work.comments import add_comment, delete_comment, list_comments, update_comment
from orchflow.planning.work.rows import CommentRow, TaskRow
from orchflow.screens.plan import plan_state as state
from orchflow.screens.plan.plan_columns import COLUMN, every_column
from orchflow.screens.plan.plan_data import PlanData, plan_data
from orchflow.screens.session import zone
from orchflow.store.field import in_words
from orchflow.ui import acts, notices
from orchflow.ui.grid_values import GridColumn, plain_column
from orchflow.ui.menus import menu
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
                with menu(
                    "", icon=":material/more_horiz:", key=f"said-menu-{comment.id}", type="tertiary"
                ) as opened:
                    if opened:
                        _acts(ws, actor, comment, own=own)
        st.markdown(comment.body)


def _acts(ws: Workspace, actor: Actor, comment: CommentRow, *, own: bool) -> None:
    if own:
        st.text_area("Comment", comment.body, key=state.COMMENT_REWRITTEN.of(comment.id).name)
        acts.button(
            "Save", key=f"said-save-{comment.id}", on_click=_rewrite, args=(ws, actor, comment), type="primary",
        )  # fmt: skip
    acts.button(
        "Delete", key=f"said-drop-{comment.id}", on_click=_unsay, args=(ws, actor, comment), icon=":material/delete:",
    )  # fmt: skip


def _rewrite(ws: Workspace, actor: Actor, comment: CommentRow) -> None:
    body = state.COMMENT_REWRITTEN.of(comment.id).get()
    with notices.attempt("Comment not saved"):
        update_comment(ws.store, actor, comment.id, comment.version, {"body": body})


def _unsay(ws: Workspace, actor: Actor, comment: CommentRow) -> None:
    with notices.attempt("Comment not deleted", "Comment deleted") as request:
        delete_comment(ws.store, actor, comment.id, request=request)


def history(ws: Workspace, actor: Actor, data: PlanData, task: TaskRow) -> None:
    """Who changed what, latest first; what happened in one go stands together."""
    changes = reversed(task_changes(ws.store, actor, task.id))
    groups: dict[tuple[Any, ...], list[TaskChange]] = {}
    for change in changes:
        groups.setdefault((change.version, change.who, change.occurred_at), []).append(change)
    columns = every_column(data, "task")
    for (_, who, at), together in list(groups.items())[:MOST]:
        place = " · elsewhere" if together[0].imported else ""
        lines = [_line(data, columns, change) for change in reversed(together) if change.action != "insert"]
        if together[0].action == "insert":
            lines = ["made this task"]
        with st.container(gap=None):
            st.caption(f"{plain(moment(at, zone()))} · **{plain(who)}**{place}")
            st.markdown("  \n".join(lines))
    if len(groups) > MOST:
        st.caption(f"and {len(groups) - MOST} earlier ones")


def _line(data: PlanData, columns: Mapping[str, GridColumn], change: TaskChange) -> str:
    match change.field:
        case "description":
            return "Description rewritten"
        case "position":
            return "Moved among its neighbours"
        case "parent_id":
            tasks = [data.row("task", int(task)) if task else None for task in (change.old, change.new)]
            label, (old, new) = "Parent", ["–" if row is None else str(row["title"]) for row in tasks]
        case field:
            column = columns.get(COLUMN["task"].get(field, field)) or plain_column(in_words(field))
            label, old, new = column.field.label, column.shown(change.old), column.shown(change.new)
    return f"{label}: {_cut(old)} → {_cut(new)}"


def _cut(text: str) -> str:
    return plain(text if len(text) <= CUT else text[:CUT] + "…")
