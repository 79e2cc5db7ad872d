"""The baselines of the Timeline: chosen to compare with, taken, deleted, and what moved since."""

from __future__ import annotations

import streamlit as st

from orchflow import format as fmt
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.tables import Baseline
from orchflow.planning.timeline.baseline import BaselineRow, delete_baseline, take_baseline
from orchflow.screens.plan import timeline_data as screen
from orchflow.screens.plan import timeline_state as state
from orchflow.screens.session import workspace, zone
from orchflow.store.field import fields_of
from orchflow.ui import acts, notices
from orchflow.ui.choosers import distinct, select
from orchflow.ui.field_input import field_form
from orchflow.ui.grid_values import GridColumn
from orchflow.ui.page import heading
from orchflow.ui.states import closing
from orchflow.ui.table import data_table

FIELDS = {"name": GridColumn(fields_of(Baseline)["name"])}


def keeping(actor: Actor, baselines: list[BaselineRow]) -> None:
    """The baseline to compare with; for who plans, to take one and to delete one."""
    if baselines:
        known = {str(row.id): dated(row) for row in baselines}
        select(
            "Baseline", known, state.BASELINE, index=None, placeholder="Compare with a baseline", width=230
        )
    if not actor.may(Permission.PLAN_EDIT):
        return
    if st.button("Take a baseline", icon=":material/photo_camera:", key="baseline-take"):
        take(actor)
    if baselines and st.button(
        "", icon=":material/delete:", type="tertiary", key="baseline-delete", help="Delete a baseline"
    ):
        remove(actor, baselines)


def dated(baseline: BaselineRow) -> str:
    """Its name with the day on which it was taken."""
    return f"{baseline.name} ({fmt.day(baseline.taken_at.astimezone(zone()).date())})"


def chosen_baseline(baselines: list[BaselineRow]) -> int | None:
    """The one that is compared with, if it is still there."""
    chosen = state.BASELINE.get()
    return next((row.id for row in baselines if str(row.id) == chosen), None)


def show_drift(actor: Actor, baseline: int, baselines: list[BaselineRow]) -> None:
    """What is not as the baseline kept it."""
    name = next(row.name for row in baselines if row.id == baseline)
    with st.container(border=True, key="drift"):
        heading(f"What moved since {name}")
        data_table(
            screen.drift_rows(actor, baseline), key="drifted", name="baseline-drift", columns=screen.DRIFT_COLUMNS,
            downloads=actor.may(Permission.EXPORT), alt="Rows that differ from the baseline",
            nothing=("Nothing moved", "Every row is as the baseline kept it."),
        )  # fmt: skip


@st.dialog("Take a baseline", icon=":material/photo_camera:")
def take(actor: Actor) -> None:
    """Keep the plan as it is."""
    st.caption("Keeps the days and points of everything planned as they are now, to compare with later\\.")
    written = field_form(FIELDS, {}, key="baseline", action="Keep it")
    if written is None:
        return
    with closing():
        kept = take_baseline(workspace().store, actor, **written)
        notices.done(f"{kept.name} is kept: {kept.rows} rows")


@st.dialog("Delete a baseline", icon=":material/delete:")
def remove(actor: Actor, baselines: list[BaselineRow]) -> None:
    """Choose one, and delete it for good."""
    known = {row.id: row for row in baselines}
    called = distinct({number: dated(row) for number, row in known.items()})
    chosen = st.selectbox(
        "Baseline", list(called), index=None, format_func=called.__getitem__, key="baseline-which"
    )
    if chosen is None:
        return
    doomed = known[chosen]
    goes = f"{doomed.name} of {fmt.moment(doomed.taken_at, zone())} goes with its {doomed.rows} rows."
    st.warning(
        fmt.plain(
            f"{goes} It cannot be brought back: download the timeline with it first if you may need it."
        ),
        icon=":material/warning:",
    )
    if acts.button("Delete it for good", type="primary", key="baseline-gone", width="stretch"):
        with closing():
            delete_baseline(workspace().store, actor, chosen)
            notices.done(f"{doomed.name} is deleted")
            state.BASELINE.clear()
