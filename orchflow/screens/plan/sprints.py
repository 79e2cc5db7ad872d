"""Sprints: planned from the backlog, started, closed; burndown, burnup, velocity and predictability."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from orchflow import clock
from orchflow.errors import OrchflowError
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.names import PlanNames, plan_names
from orchflow.planning.sprints.capacity import Capacity, capacity
from orchflow.planning.sprints.rows import SprintRow
from orchflow.planning.sprints.sprints import list_sprints, plan_sprint, update_sprint
from orchflow.planning.tables import State
from orchflow.planning.work.workflow import states
from orchflow.screens.plan import sprint_dialogs as dialogs
from orchflow.screens.plan import sprints_data as screen
from orchflow.screens.plan import sprints_state as state
from orchflow.screens.plan.board_data import take_back
from orchflow.screens.session import currency, workspace, zone
from orchflow.store.request import new_request
from orchflow.ui import acts, notices
from orchflow.ui import format as fmt
from orchflow.ui.capacity_editor import MemberLine, capacity_editor
from orchflow.ui.cards import figure_row
from orchflow.ui.charts import Point, chart
from orchflow.ui.page import page
from orchflow.ui.states import empty
from orchflow.ui.table import data_table, show_frame

BADGES = {
    "planned": ":gray-badge[planned]",
    "active": ":blue-badge[running]",
    "closed": ":green-badge[closed]",
}


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    store = workspace().store
    names, sprints = plan_names(store, actor), list_sprints(store, actor)
    page(
        "Sprints",
        "Plan them from the backlog, run and close them; every figure comes from the history of the tasks",
        actions=partial(actions, actor, sprints, names) if actor.may(Permission.PLAN_EDIT) else None,
    )
    notices.show_notice()
    if not sprints:
        nothing_yet(actor)
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        team = choose_team(sprints, names)
        mine = [sprint for sprint in sprints if team is None or sprint.team_id == team]
        sprint = choose_sprint(mine, names)
        view = st.segmented_control(
            "View", list(state.VIEWS), default="plan" if sprint.state == "planned" else "report", required=True, key=state.VIEW.name,
            format_func=state.VIEWS.__getitem__, bind="query-params", label_visibility="collapsed",
        )  # fmt: skip
        unit = choose_unit() if view != "plan" else "points"
    match view:
        case "all":
            show_all(actor, team, unit)
        case "plan":
            head(actor, sprint, sprints, names)
            show_plan(actor, sprint, names)
        case _:
            head(actor, sprint, sprints, names)
            show_report(actor, sprint, names, unit)


def actions(actor: Actor, sprints: list[SprintRow], names: PlanNames) -> None:
    notices.undo_button(partial(take_back, actor))
    if st.button("New sprint", icon=":material/add:", key="sprint-new"):
        dialogs.new_sprint(actor, sprints, names)


def choose_team(sprints: list[SprintRow], names: PlanNames) -> int | None:
    """The team looked at; None while there is only one, or for all."""
    teams = {sprint.team_id for sprint in sprints}
    if len(teams) < 2:
        return None
    chosen = st.selectbox(
        "Team", ["all", *(str(one) for one in names.teams if one in teams)], key=state.TEAM.name, bind="query-params", width=170,
        format_func=lambda one: names.teams[int(one)] if one.isdigit() else "Every team", label_visibility="collapsed",
    )  # fmt: skip
    return int(chosen) if chosen and chosen.isdigit() else None


def choose_sprint(sprints: list[SprintRow], names: PlanNames) -> SprintRow:
    by_id = {str(sprint.id): sprint for sprint in reversed(sprints)}

    def follow() -> None:
        """The view that fits the sprint: what is not started is planned."""
        now = by_id.get(state.SPRINT.get())
        if now is not None:
            state.VIEW.set("plan" if now.state == "planned" else "report")

    wanted = str(state.NEXT.take())
    if wanted in by_id:
        state.SPRINT.set(wanted)
        follow()
    first = str(screen.first_shown(sprints))
    chosen = st.selectbox(
        "Sprint", list(by_id), index=list(by_id).index(first), key=state.SPRINT.name, bind="query-params", width=230,
        format_func=lambda one: f"{names.sprints.get(int(one), one)} ({by_id[one].state})",
        label_visibility="collapsed", on_change=follow,
    )  # fmt: skip
    return by_id.get(chosen or first, by_id[first])


def choose_unit() -> str:
    chosen = st.segmented_control(
        "Unit", list(state.UNITS), default="points", required=True, format_func=state.UNITS.__getitem__, key=state.UNIT.name,
        bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    return chosen or "points"


def head(actor: Actor, sprint: SprintRow, sprints: list[SprintRow], names: PlanNames) -> None:
    days = fmt.period(sprint.start, sprint.end) if sprint.start and sprint.end else "no days yet"
    team = names.teams.get(sprint.team_id or 0, "Everybody")
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        with st.container(width="stretch", gap="xsmall"):
            st.markdown(
                f"**{fmt.plain(sprint.name)}** {BADGES[sprint.state]} {fmt.plain(f'{team} · {days}')}"
            )
            if sprint.goal:
                st.caption(fmt.plain(sprint.goal))
        if actor.may(Permission.PLAN_EDIT):
            with st.container(horizontal=True, width="content"):
                steps(actor, sprint, sprints)


def steps(actor: Actor, sprint: SprintRow, sprints: list[SprintRow]) -> None:
    """What can be done with the sprint in its state."""
    match sprint.state:
        case "planned":
            if st.button("Start", type="primary", icon=":material/play_arrow:", key="sprint-start"):
                dialogs.start_dialog(actor, sprint)
        case "active":
            if st.button("Close", type="primary", icon=":material/flag:", key="sprint-close"):
                held, meaning = screen.held_tasks(actor, sprint.id), states(workspace().store)
                left = sum(meaning.get(task.status) not in (State.DONE, State.CANCELLED) for task in held)
                done = sum(meaning.get(task.status) is State.DONE for task in held)
                dialogs.close_dialog(actor, sprint, sprints, left, done)
        case _:
            if st.button("Reopen", icon=":material/restart_alt:", key="sprint-reopen"):
                dialogs.reopen_dialog(actor, sprint)
    if st.button("Edit", icon=":material/edit:", type="tertiary", key="sprint-edit"):
        dialogs.edit_sprint(actor, sprint)
    if sprint.started_at is None and st.button(
        "Delete", icon=":material/delete:", type="tertiary", key="sprint-delete"
    ):
        dialogs.delete_dialog(actor, sprint)


def show_report(actor: Actor, sprint: SprintRow, names: PlanNames, unit: str) -> None:
    if sprint.started_at is None:
        empty(
            "This sprint has not started",
            "Plan it from the backlog; its burndown begins with its start.",
            icon="event_repeat",
        )
        return
    store = workspace().store
    shown = screen.sprint_screen(actor, sprint.id, unit, store.version("plan"), clock.today(zone()))
    figure_row(shown.figures, currency=currency(), zone=zone(), key="sprint-figures")
    left, right = st.columns(2)
    with left:
        chart(
            shown.burndown, shown.days, key="burndown", columns=screen.day_columns(), on_click=open_marker,
            alt=f"Burndown of {sprint.name}: what is left at the end of each day, with both ideal lines",
        )  # fmt: skip
    with right:
        chart(
            shown.burnup, shown.days, key="burnup", columns=screen.day_columns(),
            alt=f"Burnup of {sprint.name}: scope, started and done at the end of each day",
        )  # fmt: skip
    scope_changes(actor, shown)
    meaning = states(store)
    with st.container(border=True, key="sprint-tasks"):
        st.subheader("Tasks in it now", anchor=False)
        held = screen.task_rows(screen.held_tasks(actor, sprint.id), names, meaning)
        data_table(
            held, key="held", name="sprint-tasks",
            columns=screen.fitted(screen.task_columns(), held), downloads=actor.may(Permission.EXPORT), alt=f"Tasks of {sprint.name}",
            nothing=("No tasks", "Add some from the backlog under Plan."),
        )  # fmt: skip


def scope_changes(actor: Actor, shown: screen.SprintScreen) -> None:
    """What happened behind a marker: of the day clicked or chosen, or of all."""
    days = [str(day) for day in dict.fromkeys(shown.changes["day"])]
    with st.container(border=True, key="scope-changes"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.subheader("What changed after the start", anchor=False, width="stretch")
            day = st.selectbox(
                "Day", days, index=None, key=state.DAY.name, bind="query-params", placeholder="Every day", width=170,
                label_visibility="collapsed",
            )  # fmt: skip
        found = shown.changes if day is None else shown.changes[shown.changes["day"].astype(str) == day]
        data_table(
            found, key="changes", name="scope-changes", columns=screen.fitted(screen.change_columns(), found),
            downloads=actor.may(Permission.EXPORT), alt="Changes of the scope after the start",
            nothing=("Nothing changed after the start", "Added, removed and re-estimated tasks appear here."),
        )  # fmt: skip


def open_marker(marker: Point) -> None:
    """The day whose marker was clicked, as the choice below the chart."""
    state.DAY.set(str(marker.x)[:10])


def show_all(actor: Actor, team: int | None, unit: str) -> None:
    shown = screen.velocity_screen(actor, team, unit, workspace().store.version("plan"))
    if not shown.found.sprints:
        empty(
            "No sprint was closed yet",
            "Velocity and predictability begin with the first close.",
            icon="event_repeat",
        )
        return
    figure_row(shown.figures, currency=currency(), zone=zone(), key="velocity-figures")
    left, right = st.columns(2)
    with left:
        chart(
            shown.velocity, shown.sprints, key="velocity", columns=screen.sprint_columns(), on_click=open_sprint,
            alt="Bars: committed and done in each closed sprint, with the average",
        )  # fmt: skip
    with right:
        chart(
            shown.predictability, shown.sprints, key="predictability", columns=screen.sprint_columns(),
            alt="Line: share of the commitment that was done in each closed sprint",
        )  # fmt: skip
    with st.container(border=True, key="every-sprint"):
        st.subheader("Every closed sprint", anchor=False)
        st.caption(
            "Committed \\+ added − removed \\+ estimated anew \\= done \\+ carried over\\. Click a bar above to open a sprint\\."
        )
        data_table(
            shown.sprints, key="sprints", name="sprints", columns=screen.fitted(screen.sprint_columns(), shown.sprints.frame),
            downloads=actor.may(Permission.EXPORT), alt="Results of every closed sprint",
        )  # fmt: skip


def open_sprint(bar: Point) -> None:
    state.NEXT.set(int(bar.series))


def show_plan(actor: Actor, sprint: SprintRow, names: PlanNames) -> None:
    may = actor.may(Permission.PLAN_EDIT) and sprint.state != "closed"
    meaning = states(workspace().store)
    show_capacity(actor, sprint, names, may)
    left, right = st.columns(2)
    with left, st.container(border=True, height="stretch", key="backlog"):
        st.subheader("Backlog", anchor=False)
        projects = {str(number): name for number, name in names.projects.items()}
        project = st.selectbox(
            "Project", list(projects), index=None, format_func=projects.__getitem__, placeholder="Every project",
            key=state.PROJECT.name, bind="query-params", label_visibility="collapsed",
        )  # fmt: skip
        frame = screen.task_rows(
            screen.backlog_tasks(actor, meaning, int(project) if project else None), names, meaning
        )
        pick(
            actor,
            sprint,
            frame,
            "add",
            "Add {n} to the sprint",
            may,
            "The backlog is empty",
            "Every open task is in a sprint.",
        )
    with right, st.container(border=True, height="stretch", key="planned"):
        st.subheader(fmt.plain(f"In {sprint.name}"), anchor=False)
        held = screen.task_rows(screen.held_tasks(actor, sprint.id), names, meaning)
        st.caption(fmt.plain(f"{len(held)} tasks, {held['points'].sum():g} points"))
        pick(
            actor,
            sprint,
            held,
            "remove",
            "Take {n} out",
            may,
            "Nothing planned yet",
            "Select tasks of the backlog and add them.",
        )


def pick(
    actor: Actor,
    sprint: SprintRow,
    frame: pd.DataFrame,
    way: str,
    label: str,
    may: bool,
    nothing: str,
    hint: str,
) -> None:
    """A list whose selected rows go into the sprint or out of it."""
    if frame.empty:
        empty(nothing, hint)
        return
    turn = state.TURN.get()
    chosen = show_frame(
        frame, key=f"{way}-{sprint.id}-{turn}", columns=screen.fitted(screen.pick_columns(), frame), alt=nothing, height=380, many=True,
        on_select="rerun" if may else "ignore",
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
    try:
        moved = plan_sprint(
            workspace().store, actor, sprint.id,
            add=ids if way == "add" else (), remove=ids if way == "remove" else (),
        )  # fmt: skip
    except OrchflowError as error:
        notices.refused(error, "Nothing was planned")
        return
    state.TURN.set(state.TURN.get() + 1)
    where = f"added to {sprint.name}" if way == "add" else "back in the backlog"
    notices.done(f"{len(moved.tasks)} tasks {where}", moved.request)


def show_capacity(actor: Actor, sprint: SprintRow, names: PlanNames, may: bool) -> None:
    found = capacity(workspace().store, actor, sprint.id)
    with st.container(border=True, key="capacity"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.subheader("Capacity", anchor=False, width="stretch")
            with st.popover(
                "People and days off", icon=":material/group:", key="capacity-people", width="content"
            ):
                edit_capacity(actor, sprint, names, found, may)
        people = f"{len(found.members)} people × {found.working_days} days − {sum(m.days_off for m in found.members):g} off"
        if not found.members or not found.working_days:
            st.caption("Choose who works in this sprint and its days to see what fits\\.")
            return
        share = found.planned_hours / found.hours if found.hours else 0
        st.progress(
            min(share, 1.0),
            text=fmt.plain(
                f"{found.planned_hours:g} of {found.hours:g} hours planned ({share:.0%}): ({people}) × {found.focus:.0%} focus"
            ),
        )
        notes = [f"{found.planned_tasks} tasks, {found.planned_points:g} points"]
        average = screen.velocity_screen(
            actor, sprint.team_id, "points", workspace().store.version("plan")
        ).found.average
        if average is not None:
            notes.append(f"the last sprints did {average:.0f} points")
        if found.unestimated:
            notes.append(f"{found.unestimated} without points")
        st.caption(fmt.plain(" · ".join(notes)))
        if share > 1:
            st.warning(
                "More is planned than fits\\. Take something out, or expect to carry it over\\.",
                icon=":material/speed:",
            )


def edit_capacity(actor: Actor, sprint: SprintRow, names: PlanNames, found: Capacity, may: bool) -> None:
    known = names.members.get(sprint.team_id or 0) or tuple(names.active)
    loads = {member.user_id: member for member in found.members}
    lines = [
        MemberLine(
            number, names.people.get(number, ""), number in sprint.members, float(sprint.days_off.get(str(number), 0)),
            loads[number].planned_hours if number in loads else 0.0,
        )
        for number in sorted({*known, *sprint.members}, key=lambda one: names.people.get(one, ""))
    ]  # fmt: skip
    written, focus = capacity_editor(
        lines, float(sprint.focus), key=f"capacity-{sprint.id}-{sprint.version}", disabled=not may
    )
    if may and acts.button("Save", type="primary", key="capacity-save"):
        request = new_request()
        changes = {
            "members": [line.id for line in written if line.works],
            "days_off": {line.id: line.days_off for line in written if line.works and line.days_off},
            "focus": focus,
        }
        try:
            update_sprint(workspace().store, actor, sprint.id, sprint.version, changes, request)
        except OrchflowError as error:
            notices.refused(error, "The capacity was not saved")
        else:
            notices.done("The capacity is saved", request)
        st.rerun()


def nothing_yet(actor: Actor) -> None:
    if actor.may(Permission.PLAN_EDIT):
        empty(
            "No sprints yet",
            "Create the first one with New sprint, plan it from the backlog, then start it.",
            icon="event_repeat",
        )
    else:
        empty(
            "No sprints yet",
            "A manager creates the first one; its burndown appears here.",
            icon="event_repeat",
        )
