"""The dialogs of the Board screen: why a task is blocked, a task opened, the columns of the board."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import streamlit as st

from orchflow.errors import OrchflowError
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.names import PlanNames
from orchflow.planning.tables import Priority, State
from orchflow.planning.work.tasks import OWN_FIELDS, get_task, update_task
from orchflow.planning.work.workflow import ColumnEdit, ColumnRow, save_columns
from orchflow.screens.plan.board_data import store_move
from orchflow.screens.plan.board_state import BLOCKING, EDITING_COLUMNS, OPENED
from orchflow.screens.session import workspace
from orchflow.store.request import new_request
from orchflow.ui import acts, board, notices
from orchflow.ui import format as fmt
from orchflow.ui.column_editor import ColumnLine, column_editor
from orchflow.ui.states import boundary, problem


@st.dialog("What blocks it?", on_dismiss=BLOCKING.clear)
def ask_reason(actor: Actor, move: board.Move, workflow: list[ColumnRow]) -> None:
    task = get_task(workspace().store, actor, move.card_id)
    st.markdown(fmt.plain(task.title))
    with st.form("blocking", border=False, enter_to_submit=True):
        reason = st.text_input(
            "Reason", max_chars=1000, placeholder="What has to happen before it goes on?", key="block-reason"
        )
        if acts.submit("Block the task", key="block-now", type="primary"):
            if not reason.strip():
                st.error("Say what blocks the task\\.", icon=":material/error:")
                return
            name = next(column.name for column in workflow if column.key == move.to)
            store_move(actor, "status", move, name, reason.strip())
            BLOCKING.clear()
            st.rerun()


@st.dialog("Task", width="medium", on_dismiss=OPENED.clear)
def show_task(
    actor: Actor, task_id: int, names: PlanNames, workflow: list[ColumnRow], meaning: Mapping[str, State]
) -> None:
    with boundary():
        task = get_task(workspace().store, actor, task_id)
        manages = actor.may(Permission.PLAN_EDIT)
        works = manages or (actor.may(Permission.PLAN_EDIT_OWN) and task.assignee_id == actor.user_id)
        st.markdown(f"**{fmt.plain(task.title)}**  \n{fmt.plain(names.projects.get(task.project_id, ''))}")
        if task.description:
            with st.container(height=160 if len(task.description) > 400 else "content", border=False):
                st.text(task.description[:5000])
        statuses = {column.key: column.name for column in workflow} | (
            {} if any(column.key == task.status for column in workflow) else {task.status: task.status}
        )
        changes: dict[str, object] = {}
        left, right = st.columns(2)
        with left:
            changes["status"] = pick("Status", statuses, task.status, "task-status", not works)
            changes["assignee_id"] = pick(
                "Person", {None: "Nobody"} | {n: names.people[n] for n in names.people if n in names.active or n == task.assignee_id},
                task.assignee_id, "task-person", not manages,
            )  # fmt: skip
            changes["priority"] = pick(
                "Priority",
                {one: one.value.capitalize() for one in Priority},
                task.priority,
                "task-priority",
                not manages,
            )
        with right:
            changes["sprint_id"] = pick(
                "Sprint", {None: "Backlog"} | {n: names.sprints[n] for n in names.sprints if n in names.unfinished or n == task.sprint_id},
                task.sprint_id, "task-sprint", not manages,
            )  # fmt: skip
            changes["points"] = number("Points", task.points, "task-points", not manages)
            changes["due"] = st.date_input(
                "Due", task.due, key=f"task-due-{task_id}", format="YYYY-MM-DD", disabled=not manages
            )
        if meaning.get(str(changes["status"])) is State.BLOCKED:
            changes["blocked_reason"] = st.text_input(
                "What blocks it?", task.blocked_reason or "", key=f"task-reason-{task_id}", max_chars=1000, disabled=not works
            ).strip() or None  # fmt: skip
        changes["logged_hours"] = number("Hours logged", task.logged_hours, "task-hours", not works)
        if not works:
            st.caption("Only its assignee or a manager changes a task\\.")
            return
        changed = {
            name: value for name, value in changes.items()
            if value != getattr(task, name) and (manages or name in OWN_FIELDS)
        }  # fmt: skip
        if acts.button("Save", type="primary", disabled=not changed, key="task-save"):
            request = new_request()
            try:
                update_task(workspace().store, actor, task_id, task.version, changed, request)
            except OrchflowError as error:
                problem(error)
                return
            notices.done(f"“{task.title}” is saved", request)
            OPENED.clear()
            st.rerun()


def pick(label: str, options: Mapping[Any, str], value: Any, key: str, disabled: bool) -> Any:
    keys = list(options)
    chosen = st.selectbox(
        label, keys, index=keys.index(value) if value in options else None, format_func=options.__getitem__,
        key=f"{key}-{OPENED.get()}", disabled=disabled,
    )  # fmt: skip
    return chosen if chosen is not None or None in options else value


def number(label: str, value: Decimal | None, key: str, disabled: bool) -> Decimal | None:
    written = st.number_input(
        label, 0.0, 999_999.0, float(value) if value is not None else None, step=1.0, format="%g",
        key=f"{key}-{OPENED.get()}", disabled=disabled,
    )  # fmt: skip
    return None if written is None else Decimal(str(written)).quantize(Decimal("0.01"))


@st.dialog("Columns of the board", width="large", on_dismiss=EDITING_COLUMNS.clear)
def edit_columns(actor: Actor, workflow: list[ColumnRow], team: int | None, names: PlanNames) -> None:
    own = {column.id: column for column in workflow if column.team_id == team}
    whose = (
        f"the board of {names.teams[team]}"
        if team in names.teams
        else "every board without columns of its own"
    )
    st.caption(
        fmt.plain(f"For {whose}. What a column means to the figures stays; only an empty one can be removed.")
    )
    written = column_editor(
        [ColumnLine(one.id if one.id in own else None, one.name, one.state, one.wip_limit) for one in workflow],
        [state.value for state in State], key="columns-editor",
    )  # fmt: skip
    if acts.button("Save columns", type="primary", key="columns-save"):
        edits = [
            ColumnEdit(one.name, one.state, one.limit, one.id, own[one.id].version if one.id in own else None)
            for one in written
        ]
        try:
            save_columns(workspace().store, actor, team, edits)
        except OrchflowError as error:
            problem(error)
            return
        notices.done("The columns are saved")
        EDITING_COLUMNS.clear()
        st.rerun()
