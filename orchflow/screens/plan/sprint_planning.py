"""The plan of one sprint: who has how much time, and what is taken from the backlog."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from orchflow import format as fmt
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.names import PlanNames
from orchflow.planning.sprints.capacity import Capacity, capacity
from orchflow.planning.sprints.sprints import plan_sprint, update_sprint
from orchflow.planning.work.rows import SprintRow
from orchflow.screens.plan import sprints_data as screen
from orchflow.screens.plan import sprints_state as state
from orchflow.screens.plan.plan_choices import by_key
from orchflow.screens.plan.sprint_results_data import velocity_screen
from orchflow.screens.session import workspace
from orchflow.ui import acts, notices
from orchflow.ui.choosers import select
from orchflow.ui.grid_values import plain_column
from orchflow.ui.menus import menu
from orchflow.ui.page import HALF, heading
from orchflow.ui.states import empty
from orchflow.ui.table import show_frame
from orchflow.ui.table_editor import table_editor

CAPACITY = {
    "name": plain_column("Person"),
    "works": plain_column("Works in it", "flag", editable=True),
    "days_off": plain_column("Days off", "number", editable=True),
    "hours": plain_column("Planned hours", "number"),
}


def show_plan(actor: Actor, sprint: SprintRow, names: PlanNames) -> None:
    """Capacity above; the backlog and what the sprint holds side by side, rows going from one to the other."""
    may = actor.may(Permission.PLAN_EDIT) and sprint.state != "closed"
    show_capacity(actor, sprint, names, may)
    with st.grid(2, min_column_width=HALF):
        with st.container(border=True, height="stretch", key="backlog"):
            backlog(actor, sprint, names, may)
        with st.container(border=True, height="stretch", key="planned"):
            held = screen.task_rows(actor, sprint, screen.held_tasks(actor, sprint.id), names)
            heading(f"In {sprint.name}", _size(held))
            pick(actor, sprint, held, "remove", "Take {n} out", may)


def backlog(actor: Actor, sprint: SprintRow, names: PlanNames, may: bool) -> None:
    head = st.container()
    project = select(
        "Project", by_key(names.projects), state.PROJECT, index=None, placeholder="Every project"
    )
    tasks = screen.backlog_tasks(actor, int(project) if project else None)
    rows = screen.task_rows(actor, sprint, tasks, names)
    with head:
        heading("Backlog", _size(rows))
    pick(actor, sprint, rows, "add", "Add {n} to the sprint", may)


def _size(tasks: pd.DataFrame) -> str:
    """How much there is in a list."""
    return fmt.plain(f"{fmt.quantity(len(tasks), 'task')}, {fmt.count(tasks['points'].sum())} points")


NOTHING = {
    "add": ("The backlog is empty", "Every open task is in a sprint."),
    "remove": ("Nothing planned yet", "Select tasks of the backlog and add them."),
}


def pick(actor: Actor, sprint: SprintRow, frame: pd.DataFrame, way: str, label: str, may: bool) -> None:
    """A list whose selected rows go into the sprint or out of it."""
    if frame.empty:
        empty(*NOTHING[way])
        return
    turn = state.TURN.get()
    frame = frame.assign(project=frame["project"].str.partition(" ")[0])
    chosen = show_frame(
        frame, key=f"{way}-{sprint.id}-{turn}", columns=screen.fitted(screen.PICK_COLUMNS, frame), alt="Backlog" if way == "add" else f"In {sprint.name}", height=380, many=True,
        on_select="rerun" if may else "ignore", known_by="id",
    )  # fmt: skip
    if not may:
        return
    ids = [int(number) for number in frame.iloc[chosen]["id"]]
    icon = ":material/add:" if way == "add" else ":material/remove:"
    acts.button(
        label.format(n=len(ids) or "selected"), disabled=not ids, icon=icon, key=f"{way}-chosen",
        on_click=partial(plan, actor, sprint, way, ids), type="primary" if way == "add" else "secondary",
    )  # fmt: skip


def plan(actor: Actor, sprint: SprintRow, way: str, ids: list[int]) -> None:
    with notices.attempt("Nothing was planned") as request:
        moved = plan_sprint(workspace().store, actor, sprint.id, **{way: ids}, request=request)
        state.TURN.set(state.TURN.get() + 1)
        where = f"added to {sprint.name}" if way == "add" else "back in the backlog"
        notices.done(f"{fmt.quantity(len(moved.tasks), 'task')} {where}", request)


def show_capacity(actor: Actor, sprint: SprintRow, names: PlanNames, may: bool) -> None:
    """How much time there is, and how much of it is planned."""
    planned = capacity(workspace().store, actor, sprint.id)
    share = planned.planned_hours / planned.hours if planned.hours else 0
    known = bool(planned.members and planned.working_days)
    with st.container(border=True, key="capacity", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            load = " · ".join(load_in_words(actor, sprint, planned))
            heading(
                "Capacity",
                fmt.plain(
                    load if known else "Choose who works in this sprint and its days to see what fits."
                ),
            )
            with menu("People and days off", icon=":material/group:", key=state.PEOPLE.name) as opened:
                if opened:
                    edit_capacity(actor, sprint, names, planned, may)
        if known:
            st.progress(min(share, 1.0), text=fmt.plain(capacity_in_words(planned, share)))
        if share > 1:
            st.warning(
                "More is planned than fits\\. Take something out, or expect to carry it over\\.",
                icon=":material/speed:",
            )


def capacity_in_words(planned: Capacity, share: float) -> str:
    """`140 of 336 hours planned (42 %): (8 people × 8 days − 4 off) × 70 % focus`."""
    off = sum(member.days_off for member in planned.members)
    count = len(planned.members)
    people = f"{count} {'person' if count == 1 else 'people'} × {fmt.days(planned.working_days)}"
    time = f"({people} − {fmt.count(off)} off)" if off else people
    hours = f"{fmt.count(planned.planned_hours)} of {fmt.count(planned.hours)} hours planned ({fmt.percent(share, digits=0)})"
    return f"{hours}: {time} × {fmt.percent(planned.focus, digits=0)} focus"


def load_in_words(actor: Actor, sprint: SprintRow, planned: Capacity) -> list[str]:
    """What is planned, beside what the team has done."""
    notes = [f"{fmt.quantity(planned.planned_tasks, 'task')}, {fmt.count(planned.planned_points)} points"]
    past = velocity_screen(actor, sprint.team_id, "points")
    if past.results.average is not None:
        notes.append(f"the last sprints did {fmt.count(past.results.average)} points on the mean")
    if planned.unestimated:
        notes.append(f"{planned.unestimated} without points")
    return notes


def edit_capacity(actor: Actor, sprint: SprintRow, names: PlanNames, planned: Capacity, may: bool) -> None:
    known = names.members.get(sprint.team_id or 0) or names.active
    hours = {member.user_id: member.planned_hours for member in planned.members}
    rows = [
        {
            "id": person, "name": name, "works": person in sprint.members, "hours": hours.get(person, 0.0),
            "days_off": float(sprint.days_off.get(str(person), 0)),
        }
        for person, name in names.people.items() if person in {*known, *sprint.members}
    ]  # fmt: skip
    key = f"capacity-{sprint.id}-{sprint.version}"
    written = table_editor(rows, CAPACITY, key=key, disabled=not may, width="content", height=256)
    focus = st.slider(
        "Focus", 10, 100, round(sprint.focus * 100), step=5, format="%d %%", disabled=not may, key=f"{key}-focus",
        help="The share of a working day that goes into the plan; the rest is meetings, support and the unforeseen",
    )  # fmt: skip
    if may and acts.button("Save", type="primary", key="capacity-save"):
        working = [line for line in written if line["works"]]
        changes = {
            "members": [line["id"] for line in working],
            "days_off": {line["id"]: line["days_off"] for line in working if line["days_off"]},
            "focus": focus / 100,
        }
        with notices.attempt("The capacity was not saved", "The capacity is saved") as request:
            update_sprint(workspace().store, actor, sprint.id, sprint.version, changes, request)
        st.rerun()
