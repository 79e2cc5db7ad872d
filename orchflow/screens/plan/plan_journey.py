"""Start the journey: choose the first day and what to lay out, look at it, and put it into the plan in one go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from orchflow import clock
from orchflow.errors import OrchflowError
from orchflow.format import day, number, plain, quantity
from orchflow.people.job_roles import job_roles
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.calendar import add_day_off, list_days_off, remove_day_off
from orchflow.planning.exchange.records import Level
from orchflow.planning.journey.content import Journey, load_flows
from orchflow.planning.journey.journey import JourneyPreview, Lay, lay_out, preview_journey
from orchflow.planning.tables import CalendarDay
from orchflow.screens import filled
from orchflow.screens.plan.plan_state import JOURNEY_FAILED
from orchflow.screens.plan.plan_transfer import import_dialog
from orchflow.screens.session import workspace, zone
from orchflow.store.field import fields_of
from orchflow.store.request import new_request
from orchflow.ui import acts, notices
from orchflow.ui.field_input import field_form
from orchflow.ui.grid_values import GridColumn
from orchflow.ui.menus import menu
from orchflow.ui.states import problem
from orchflow.ui.table import Column, show_frame
from orchflow.workspace import Workspace

COLUMNS = {
    "level": Column("Level", width=70), "number": Column("No.", width=56), "name": Column("What", width=330),
    "role": Column("Role", width=120), "points": Column("Points", "count", width=64), "start": Column("Start", "day", width=104),
    "due": Column("Due", "day", width=104), "there": Column("In the plan", "flag", width=90, if_any=True),
}  # fmt: skip
DAY_OFF = {
    "day": GridColumn(fields_of(CalendarDay)["day"], "Nobody works on"),
    "name": GridColumn(fields_of(CalendarDay)["name"], "Because of"),
}
SHOWN = (Level.EFFORT, Level.PROJECT, Level.GOAL, Level.TASK, Level.SPRINT)


def nothing_yet(ws: Workspace, actor: Actor) -> None:
    """The screen of a workspace without a plan: what to do first."""
    if not actor.may(Permission.PLAN_EDIT):
        filled.nothing_yet(
            "plan",
            "There is no plan yet",
            "A manager starts the journey or imports a plan; then it stands here.",
        )
        return
    journey = load_flows()
    projects = len(journey.projects)
    tasks = sum(len(project.tasks) for project in journey.projects)
    with st.container(border=True, horizontal_alignment="center", gap="small", key="journey-empty"):
        st.space("small")
        st.markdown(":material/account_tree: **There is no plan yet**", text_alignment="center")
        st.caption(
            f"The journey lays out {len(journey.flows)} efforts, {projects} projects and {tasks} tasks from the day you "
            "choose. You see all of it first, leave out what you do not need, and can take it back.",
            text_alignment="center",
        )
        with st.container(horizontal=True, horizontal_alignment="center"):
            if st.button("Lay out the journey", type="primary", icon=":material/flag:", key="journey-start"):
                journey_dialog(ws, actor)
            if st.button("Import a plan", icon=":material/upload:", key="journey-import"):
                import_dialog(ws, actor)
        filled.lead_to_step("plan")
        st.space("small")


def journey_button(ws: Workspace, actor: Actor) -> None:
    """The way to the same dialog once there is a plan."""
    if st.button(
        "Journey",
        icon=":material/flag:",
        type="tertiary",
        key="journey-open",
        help="Lay out more of the six flows",
    ):
        journey_dialog(ws, actor)


@st.dialog("Lay out the journey", width="large", icon=":material/flag:")
def journey_dialog(ws: Workspace, actor: Actor) -> None:
    """Choose, look, lay out."""
    journey = load_flows()
    today = clock.today(zone())
    with st.container(horizontal=True, vertical_alignment="bottom"):
        start = st.date_input(
            "Day 1", value=ws.start_date or today + timedelta(days=-today.weekday() % 7), format="YYYY-MM-DD",
            key="journey-day", width=150, help="The first day of flow 1; the days of all others follow from it",
        )  # fmt: skip
        _days_off(ws, actor)
    chosen = _choice(journey)
    if not isinstance(start, date) or not chosen:
        st.caption("Choose a day and at least one project.")
        return
    try:
        preview = preview_journey(ws.store, actor, start, chosen)
    except OrchflowError as error:
        problem(error)
        return
    _summary(preview)
    frame = _frame(preview)
    show_frame(frame, key="journey-rows", columns=COLUMNS, alt="What would be laid out", height=330)
    tasks = preview.missing(Level.TASK)
    failed = JOURNEY_FAILED.take()
    if failed is not None:
        problem(failed)
    if acts.button(
        f"Lay out {tasks} tasks" if tasks else "Everything chosen is there already", type="primary",
        disabled=preview.nothing_missing, key="journey-lay", icon=":material/flag:", width="stretch",
    ):  # fmt: skip
        _lay(ws, actor, start, chosen, tasks)


def _lay(ws: Workspace, actor: Actor, start: date, chosen: Sequence[str], tasks: int) -> None:
    request = new_request()
    try:
        lay_out(ws.store, actor, start, projects=chosen, request=request)
    except OrchflowError as error:
        JOURNEY_FAILED.set(error)
        st.rerun(scope="fragment")
    notices.done(f"The journey is laid out: {tasks} tasks from {day(start)}", request)
    st.rerun()


def _choice(journey: Journey) -> list[str]:
    """The projects to lay out: whole flows, or some of their projects."""
    flows = {flow.flow: f"{flow.flow} {flow.name}" for flow in journey.flows}
    picked = st.pills(
        "Flows", list(flows), selection_mode="multi", default=list(flows), format_func=flows.__getitem__,
        key="journey-flows", wrap=True,
    )  # fmt: skip
    offered = {
        project.number: f"{project.number} {project.name}"
        for flow in journey.flows
        if flow.flow in picked
        for project in flow.effort.projects
    }
    without = st.multiselect(
        "Leave out",
        list(offered),
        format_func=offered.__getitem__,
        key="journey-without",
        placeholder="Nothing",
    )
    return [project for project in offered if project not in without]


def _days_off(ws: Workspace, actor: Actor) -> None:
    days = list_days_off(ws.store, actor)
    count = f"{quantity(len(days), 'more day')} off" if days else "no other days off"
    with menu(
        f"Weekends and {count}", icon=":material/calendar_month:", key="journey-calendar"
    ) as opened:  # fmt: skip
        if not opened:
            return
        for free in days:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"{plain(day(free.day))} {plain(free.name)}", width="stretch")
                if acts.button("Remove", key=f"day-off-{free.id}", type="tertiary"):
                    remove_day_off(ws.store, actor, free.id)
                    st.rerun(scope="fragment")
        written = field_form(DAY_OFF, {}, key="day-off", action="Add")
        if written is not None:
            try:
                add_day_off(ws.store, actor, **written)
            except OrchflowError as error:
                problem(error)
            else:
                st.rerun(scope="fragment")


def _summary(preview: JourneyPreview) -> None:
    points = sum((row.points for row in preview.of(Level.TASK) if row.points is not None), start=0)
    parts = [
        f"**{preview.missing(level)}** of {len(preview.of(level))} {level.value}s"
        if preview.missing(level) != len(preview.of(level))
        else f"**{len(preview.of(level))}** {level.value}s"
        for level in SHOWN
    ]
    st.markdown(
        f"{', '.join(parts)} · **{number(points)}** points · {plain(day(preview.start))} to {plain(day(preview.end))}"
    )


def _frame(preview: JourneyPreview) -> pd.DataFrame:
    roles = job_roles(workspace().store)
    rows = sorted(
        (row for row in preview.rows if row.level is not Level.SPRINT),
        key=lambda row: (_place(row), SHOWN.index(row.level)),
    )
    return pd.DataFrame(
        [
            (
                row.level.value.capitalize(), row.number if row.level in (Level.EFFORT, Level.PROJECT) else None, row.name,
                roles[row.role].name if row.role and row.role in roles else row.role, None if row.points is None else float(row.points), row.start, row.due, row.present,
            )
            for row in rows
        ],
        columns=list(COLUMNS),
    )  # fmt: skip


def _place(row: Lay) -> tuple[int, ...]:
    where = row.number if row.level in (Level.EFFORT, Level.PROJECT) else row.project or "0"
    return tuple(int(part) for part in where.split(".") if part.isdecimal())
