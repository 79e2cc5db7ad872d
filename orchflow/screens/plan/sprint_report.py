"""The report of one sprint: burndown, burnup, what changed after its start and what it holds."""

from __future__ import annotations

import streamlit as st

from orchflow.people.permissions import Actor, Permission
from orchflow.planning.names import PlanNames
from orchflow.planning.work.rows import SprintRow
from orchflow.screens.plan import sprints_data as screen
from orchflow.screens.plan import sprints_state as state
from orchflow.screens.session import currency, zone
from orchflow.ui.cards import figure_row
from orchflow.ui.charts import Point, chart
from orchflow.ui.choosers import segments, select
from orchflow.ui.page import HALF
from orchflow.ui.states import empty
from orchflow.ui.table import ROW, data_table

TALLEST = 1250
"""Pixels of a sprint's tasks, which stand at the foot of the screen: whole there, and on paper."""


def show_report(actor: Actor, sprint: SprintRow, names: PlanNames, unit: str) -> None:
    if sprint.started_at is None:
        empty(
            "This sprint has not started",
            "Plan it from the backlog; its burndown begins with its start.",
            icon="event_repeat",
        )
        return
    shown = screen.sprint_screen(actor, sprint.id, unit)
    if shown.nothing:
        empty(*shown.nothing, icon="event_repeat")
    else:
        figure_row(shown.figures, currency=currency(), zone=zone(), key="sprint-figures")
        charts(sprint, shown)
    behind(actor, sprint, shown, names)


def charts(sprint: SprintRow, shown: screen.SprintScreen) -> None:
    """Burndown and burnup side by side."""
    with st.grid(2, min_column_width=HALF):
        chart(
            shown.burndown, shown.days, key="burndown", columns=screen.DAY_COLUMNS, on_click=open_marker, of=sprint.id,
            alt=f"Burndown of {sprint.name}: what is left at the end of each day, with the ideal line of the commitment",
        )  # fmt: skip
        chart(
            shown.burnup, shown.days, key="burnup", columns=screen.DAY_COLUMNS, of=sprint.id,
            alt=f"Burnup of {sprint.name}: scope, started and done at the end of each day",
        )  # fmt: skip


def behind(actor: Actor, sprint: SprintRow, shown: screen.SprintScreen, names: PlanNames) -> None:
    """What the charts are made of: the changes after the start, or the tasks that the sprint holds now."""
    with st.container(border=True, key="sprint-behind"):
        first = "changes" if len(shown.changes) else "tasks"
        detail = segments("Behind the charts", state.DETAILS, state.DETAIL, default=first)
        if detail == "tasks":
            tasks_now(actor, sprint, names)
        else:
            scope_changes(actor, shown)


def scope_changes(actor: Actor, shown: screen.SprintScreen) -> None:
    """What happened behind a marker: of the day clicked or chosen, or of all."""
    if shown.changes.empty:
        st.caption("Nothing was added, removed or estimated anew after the start\\.")
        return
    days = [str(day) for day in dict.fromkeys(shown.changes["day"])]
    day = None
    if len(days) > 1:
        day = select(
            "Day",
            dict(zip(days, days, strict=True)),
            state.DAY,
            index=None,
            placeholder="Every day",
            width=170,
        )
    changes = shown.changes if day is None else shown.changes[shown.changes["day"].astype(str) == day]
    data_table(
        changes, key="changes", name="scope-changes", columns=screen.fitted(screen.CHANGE_COLUMNS, changes),
        downloads=actor.may(Permission.EXPORT), alt="Changes of the scope after the start",
    )  # fmt: skip


def tasks_now(actor: Actor, sprint: SprintRow, names: PlanNames) -> None:
    held = screen.task_rows(actor, sprint, screen.held_tasks(actor, sprint.id), names)
    data_table(
        held, key="held", name="sprint-tasks", columns=screen.fitted(screen.TASK_COLUMNS, held),
        downloads=actor.may(Permission.EXPORT), alt=f"Tasks of {sprint.name}", height=min(ROW * (len(held) + 1) + 2, TALLEST),
        nothing=("No tasks", "Add some from the backlog under Plan."),
    )  # fmt: skip


def open_marker(marker: Point) -> None:
    """The day whose marker was clicked, as the choice below the chart."""
    state.DETAIL.set("changes")
    state.DAY.set(str(marker.x)[:10])
