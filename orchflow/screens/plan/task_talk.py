"""What was said about a row of the plan or of a checklist, and what became of it: comments and history."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import streamlit as st

from orchflow.errors import OrchflowError
from orchflow.format import moment, plain
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.history import RowChange, task_changes
from orchflow.planning.work.comments import add_comment, delete_comment, list_comments, update_comment
from orchflow.planning.work.rows import CommentRow, TaskRow
from orchflow.screens.plan import plan_state as state
from orchflow.screens.plan.plan_columns import COLUMN, every_column
from orchflow.screens.plan.plan_data import PlanData, names_now
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


def comments(ws: Workspace, actor: Actor, entity: str, row_id: int) -> None:
    """All comments on a row, by the name of its table and its id, oldest first; and a field for another one."""
    said = list_comments(ws.store, actor, entity=entity, entity_id=row_id)
    names = names_now(ws, actor).people
    for comment in said:
        _comment(ws, actor, comment, names.get(comment.author_id or 0, "Orchestrator Flow"))
    if not said:
        st.caption("Nobody has said anything yet.")
    if not actor.may(Permission.PLAN_EDIT_OWN):
        return
    turn = state.COMMENT_TURN.of(entity, row_id)
    written = state.COMMENT.of(entity, row_id, turn.get())
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
        args=(partial(add_comment, ws.store, actor, entity, row_id), written, turn),
        icon=":material/send:",
    )


def _say(add: Callable[[str], object], written: Key[str], turn: Key[int]) -> None:
    """Store the comment; only then is the field emptied."""
    body = written.get()
    if not body.strip():
        return
    try:
        acts.once(partial(add, body))
    except OrchflowError as error:
        state.COMMENT_FAILED.set(error)
    else:
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
    """Who changed what of a task."""
    told = partial(_line, data, every_column(data, "task"))
    told_history(task_changes(ws.store, actor, task.id), told, "made this task")


def told_history(changes: Iterable[RowChange], told: Callable[[RowChange], str], made: str) -> None:
    """Who changed what of a row, latest first; what happened in one go stands together. `told` says a change in words ("":
    it is not worth saying), `made` that the row was made."""
    groups: dict[tuple[Any, ...], list[RowChange]] = {}
    for change in changes:
        groups.setdefault((change.version, change.who, change.occurred_at), []).append(change)
    for (_, who, at), together in list(groups.items())[: -MOST - 1 : -1]:
        place = " · elsewhere" if together[0].imported else ""
        lines = [made] if together[0].action == "insert" else list(filter(None, map(told, together)))
        if not lines:
            continue
        with st.container(gap=None):
            st.caption(f"{plain(moment(at, zone()))} · **{plain(who)}**{place}")
            st.markdown("  \n".join(lines))
    if len(groups) > MOST:
        st.caption(f"and {len(groups) - MOST} earlier ones")


def changed(column: GridColumn, change: RowChange) -> str:
    """A change in the words of the column of its field."""
    return f"{column.field.label}: {_cut(column.shown(change.old))} → {_cut(column.shown(change.new))}"


def _line(data: PlanData, columns: Mapping[str, GridColumn], change: RowChange) -> str:
    match change.field:
        case "description":
            return "Description rewritten"
        case "position":
            return "Moved among its neighbours"
        case "parent_id":
            tasks = [data.row("task", int(task)) if task else None for task in (change.old, change.new)]
            old, new = ("–" if row is None else str(row["title"]) for row in tasks)
            return f"Parent: {_cut(old)} → {_cut(new)}"
        case field:
            column = columns.get(COLUMN["task"].get(field, field)) or plain_column(in_words(field))
            return changed(column, change)


def _cut(text: str) -> str:
    return plain(text if len(text) <= CUT else text[:CUT] + "…")
