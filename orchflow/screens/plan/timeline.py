"""Timeline: efforts, projects, tasks and milestones over time; critical path, slack, and a baseline to compare with."""

from __future__ import annotations

from functools import partial

import streamlit as st

from orchflow import clock
from orchflow import format as fmt
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.names import PlanNames
from orchflow.planning.tables import Baseline
from orchflow.planning.timeline.baseline import BaselineRow, delete_baseline, list_baselines, take_baseline
from orchflow.screens.plan import timeline_data as screen
from orchflow.screens.plan import timeline_state as state
from orchflow.screens.plan.nothing_planned import nothing_planned
from orchflow.screens.plan.plan_choices import choice, projects_in
from orchflow.screens.plan.plan_data import names_now
from orchflow.screens.session import currency, workspace, zone
from orchflow.store.field import fields_of
from orchflow.ui import acts, notices
from orchflow.ui.cards import figure_row
from orchflow.ui.charts import chart
from orchflow.ui.choosers import segments, select, switch
from orchflow.ui.field_input import field_form
from orchflow.ui.filters import filter_popover
from orchflow.ui.grid_values import GridColumn
from orchflow.ui.page import heading, page
from orchflow.ui.states import closing, empty
from orchflow.ui.table import data_table

FIELDS = {"name": GridColumn(fields_of(Baseline)["name"])}


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    store = workspace().store
    names, baselines = names_now(workspace(), actor), list_baselines(store, actor)
    manages = actor.may(Permission.PLAN_EDIT)
    page(
        "Timeline",
        "What happens when, what it waits for, and what cannot slip without moving the end",
        actions=partial(actions, actor, baselines) if manages and names.projects else None,
    )
    notices.show_notice()
    if not names.projects:
        then = "Efforts and projects with days appear here."
        nothing_planned(actor, "Nothing planned yet", then, "view_timeline")
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        level = segments("Rows", state.LEVELS, state.LEVEL)
        efforts, projects = narrowed(names)
        finished = level == "tasks" and switch(
            "Finished", state.FINISHED, "Show done and cancelled tasks too"
        )
        baseline = choose_baseline(baselines)
    version, today = store.version("plan"), clock.today(zone())
    tasks = level == "tasks"
    shown = screen.timeline_screen(actor, efforts, projects, tasks, finished, baseline, version, today)
    figure_row(shown.figures, currency=currency(), zone=zone(), key="timeline-figures")
    draw(shown)
    if baseline is not None:
        show_drift(actor, baseline, baselines)
    with st.container(border=True, key="every-row"):
        heading("Every row")
        data_table(
            shown.rows, key="rows", name="timeline", columns=screen.ROW_COLUMNS, height=360,
            downloads=actor.may(Permission.EXPORT), alt="Every effort, project and task with its days and slack",
        )  # fmt: skip


def actions(actor: Actor, baselines: list[BaselineRow]) -> None:
    if st.button("Take a baseline", icon=":material/photo_camera:", key="baseline-take"):
        take(actor)
    if baselines and st.button(
        "Delete a baseline", icon=":material/delete:", type="tertiary", key="baseline-delete"
    ):
        remove(actor, baselines)


def narrowed(names: PlanNames) -> tuple[tuple[int, ...], tuple[int, ...]]:
    picked = {int(effort) for effort in state.EFFORTS.get() if effort.isdecimal()} & names.efforts.keys()
    chosen = filter_popover(
        {
            "effort": choice("Effort", names.efforts),
            "project": choice("Project", projects_in(names, picked)),
        },
        state.KEYS,
    )
    efforts, projects = (tuple(int(number) for number in chosen[name]) for name in ("effort", "project"))
    return efforts, projects


def choose_baseline(baselines: list[BaselineRow]) -> int | None:
    if not baselines:
        return None
    known = {
        str(row.id): f"{row.name} ({fmt.day(row.taken_at.astimezone(zone()).date())})" for row in baselines
    }
    chosen = select(
        "Baseline", known, state.BASELINE, index=None, placeholder="Compare with a baseline", width=260
    )
    return int(chosen) if chosen else None


def draw(shown: screen.TimelineScreen) -> None:
    if shown.rows.empty or (shown.height and not shown.gantt.get("data")):
        empty(
            "Nothing here has days yet",
            "Give efforts, projects or tasks a start or a due day on the Plan screen.",
            icon="event_busy",
        )
        return
    notes = []
    if shown.too_many:
        notes.append(
            f"The first {screen.MOST_ROWS} of {shown.too_many} rows: choose an effort or a project to see its tasks."
        )
    if shown.left_out:
        notes.append(f"Not drawn, for want of days: {fmt.quantity(shown.left_out, 'row')}.")
    chart(
        shown.gantt, shown.rows, key="gantt", columns=screen.ROW_COLUMNS, height=shown.height, note=fmt.plain(" ".join(notes)),
        alt="Bars: what happens when, with milestones, dependencies, the critical path and today",
    )  # fmt: skip


def show_drift(actor: Actor, baseline: int, baselines: list[BaselineRow]) -> None:
    name = next(row.name for row in baselines if row.id == baseline)
    with st.container(border=True, key="drift"):
        st.subheader(fmt.plain(f"What moved since {name}"), anchor=False)
        data_table(
            screen.drift_rows(actor, baseline), key="drifted", name="baseline-drift", columns=screen.DRIFT_COLUMNS,
            downloads=actor.may(Permission.EXPORT), alt="Rows that differ from the baseline",
            nothing=("Nothing moved", "Every row is as the baseline kept it."),
        )  # fmt: skip


@st.dialog("Take a baseline", icon=":material/photo_camera:")
def take(actor: Actor) -> None:
    st.caption("Keeps the days and points of everything planned as they are now, to compare with later\\.")
    written = field_form(FIELDS, {}, key="baseline", action="Keep it")
    if written is None:
        return
    with closing():
        kept = take_baseline(workspace().store, actor, **written)
        notices.done(f"{kept.name} is kept: {kept.rows} rows")


@st.dialog("Delete a baseline", icon=":material/delete:")
def remove(actor: Actor, baselines: list[BaselineRow]) -> None:
    known = {row.id: row for row in baselines}
    chosen = st.selectbox(
        "Baseline", list(known), index=None, format_func=lambda row: known[row].name, key="baseline-which"
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
