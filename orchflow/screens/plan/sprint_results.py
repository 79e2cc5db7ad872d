"""Every closed sprint beside the others: velocity and predictability."""

from __future__ import annotations

import streamlit as st

from orchflow.people.permissions import Actor, Permission
from orchflow.screens.plan import sprints_data as screen
from orchflow.screens.plan import sprints_state as state
from orchflow.screens.session import currency, zone
from orchflow.ui.cards import figure_row
from orchflow.ui.charts import Point, chart
from orchflow.ui.page import HALF, heading
from orchflow.ui.states import empty
from orchflow.ui.table import data_table


def show_results(actor: Actor, team: int | None, unit: str) -> None:
    shown = screen.velocity_screen(actor, team, unit)
    if not shown.results.sprints:
        empty(
            "No sprint was closed yet",
            "Velocity and predictability begin with the first close.",
            icon="event_repeat",
        )
        return
    figure_row(shown.figures, currency=currency(), zone=zone(), key="velocity-figures")
    with st.grid(2, min_column_width=HALF):
        chart(
            shown.velocity, shown.sprints, key="velocity", columns=screen.SPRINT_COLUMNS, on_click=open_sprint,
            alt="Bars: committed and done in each closed sprint, with the average",
        )  # fmt: skip
        chart(
            shown.predictability, shown.sprints, key="predictability", columns=screen.SPRINT_COLUMNS,
            alt="Line: share of the commitment that was done in each closed sprint",
        )  # fmt: skip
    with st.container(border=True, key="every-sprint"):
        heading(
            "Every closed sprint",
            "Committed \\+ added − removed \\+ estimated anew \\= done \\+ carried over\\. Click a bar above to open a sprint\\.",
        )
        data_table(
            shown.sprints, key="sprints", name="sprints", columns=screen.fitted(screen.SPRINT_COLUMNS, shown.sprints.frame),
            downloads=actor.may(Permission.EXPORT), alt="Results of every closed sprint",
        )  # fmt: skip


def open_sprint(bar: Point) -> None:
    state.NEXT.set(int(bar.series))
