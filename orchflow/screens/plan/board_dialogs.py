"""The dialogs of the Board screen: why a task is blocked, a task opened, the columns of the board."""

from __future__ import annotations

import streamlit as st

from orchflow import format as fmt
from orchflow.people.permissions import Actor
from orchflow.planning.names import PlanNames
from orchflow.planning.tables import WorkflowColumn
from orchflow.planning.work.tasks import TASKS, get_task
from orchflow.planning.work.workflow import ColumnEdit, ColumnRow, save_columns
from orchflow.screens.plan.board_data import store_move
from orchflow.screens.plan.board_state import BLOCKING, EDITING_COLUMNS
from orchflow.screens.session import workspace
from orchflow.store.field import fields_of
from orchflow.ui import acts, board, notices
from orchflow.ui.field_input import field_form
from orchflow.ui.grid_values import GridColumn
from orchflow.ui.states import closing
from orchflow.ui.table_editor import table_editor

REASON = {
    "blocked_reason": GridColumn(
        TASKS.fields["blocked_reason"], "Reason", help="What has to happen before it goes on?"
    )
}


LINES = {
    "name": GridColumn(fields_of(WorkflowColumn)["name"]),
    "state": GridColumn(fields_of(WorkflowColumn)["state"], help="What the column means to the figures"),
    "wip_limit": GridColumn(
        fields_of(WorkflowColumn)["wip_limit"], "At most", help="The limit of work in progress; empty: none"
    ),
}
"""What is written of a column of the board."""


@st.dialog("What blocks it?", on_dismiss=BLOCKING.clear)
def ask_reason(actor: Actor, move: board.Move, workflow: list[ColumnRow]) -> None:
    task = get_task(workspace().store, actor, move.card_id)
    st.markdown(fmt.plain(task.title))
    written = field_form(REASON, {}, key="blocking", action="Block the task")
    if written is None:
        return
    if not written["blocked_reason"].strip():
        st.error("Say what blocks the task\\.", icon=":material/error:")
        return
    name = next(column.name for column in workflow if column.key == move.to)
    store_move(actor, "status", move, name, written["blocked_reason"].strip())
    BLOCKING.clear()
    st.rerun()


@st.dialog("Columns of the board", width="large", on_dismiss=EDITING_COLUMNS.clear)
def edit_columns(actor: Actor, workflow: list[ColumnRow], team: int | None, names: PlanNames) -> None:
    own = {column.id for column in workflow if column.team_id == team}
    whose = (
        f"the board of {names.teams[team]}"
        if team in names.teams
        else "every board without columns of its own"
    )
    st.caption(
        fmt.plain(f"For {whose}. What a column means to the figures stays; only an empty one can be removed.")
    )
    rows = [
        {"name": column.name, "state": column.state, "wip_limit": column.wip_limit}
        | ({"id": column.id, "version": column.version} if column.id in own else {})
        for column in workflow
    ]
    written = table_editor(rows, LINES, key="columns-editor", may_add=True)
    if acts.button("Save columns", type="primary", key="columns-save"):
        edits = [
            ColumnEdit(
                line["name"] or "",
                line["state"] or "",
                line["wip_limit"],
                line.get("id"),
                line.get("version"),
            )
            for line in written
        ]
        with closing():
            save_columns(workspace().store, actor, team, edits)
            notices.done("The columns are saved")
            EDITING_COLUMNS.clear()
