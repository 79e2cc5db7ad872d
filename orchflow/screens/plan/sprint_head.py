"""The sprint that is looked at: what it is, and what can be done with it in its state."""

from __future__ import annotations

import streamlit as st

from orchflow import format as fmt
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.names import PlanNames
from orchflow.planning.sprints.schedule import departures
from orchflow.planning.tables import CLOSED, State
from orchflow.planning.work.rows import SprintRow
from orchflow.planning.work.workflow import states
from orchflow.screens.plan import sprint_dialogs as dialogs
from orchflow.screens.plan import sprints_data as screen
from orchflow.screens.plan.sprints_state import STATES
from orchflow.screens.session import workspace, zone


def head(actor: Actor, sprint: SprintRow, sprints: list[SprintRow], names: PlanNames) -> None:
    days = fmt.period(sprint.start, sprint.end) if sprint.start and sprint.end else "no days yet"
    team = names.teams.get(sprint.team_id or 0, "Everybody")
    facts = " · ".join([team, days, *departures(sprint, zone())])
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        state, colour = STATES[sprint.state]
        goal = f"  \n:small[:gray[{fmt.plain(sprint.goal)}]]" if sprint.goal else ""
        st.markdown(
            f"**{fmt.plain(sprint.name)}** :{colour}-badge[{state}] {fmt.plain(facts)}{goal}", width="stretch"
        )
        if actor.may(Permission.PLAN_EDIT):
            steps(actor, sprint, sprints, names)


def steps(actor: Actor, sprint: SprintRow, sprints: list[SprintRow], names: PlanNames) -> None:
    """What can be done with the sprint in its state."""
    match sprint.state:
        case "planned":
            if st.button("Start", type="primary", icon=":material/play_arrow:", key="sprint-start"):
                dialogs.start_dialog(actor, sprint)
        case "active":
            if st.button("Close", type="primary", icon=":material/flag:", key="sprint-close"):
                held, meaning = screen.held_tasks(actor, sprint.id), states(workspace().store, actor)
                left = sum(meaning.get(task.status) not in CLOSED for task in held)
                done = sum(meaning.get(task.status) is State.DONE for task in held)
                dialogs.close_dialog(actor, sprint, sprints, names, left, done)
        case _:
            if st.button("Reopen", icon=":material/restart_alt:", key="sprint-reopen"):
                dialogs.reopen_dialog(actor, sprint)
    if st.button("Edit", icon=":material/edit:", type="tertiary", key="sprint-edit"):
        dialogs.edit_sprint(actor, sprint)
    if sprint.started_at is None and st.button(
        "Delete", icon=":material/delete:", type="tertiary", key="sprint-delete"
    ):
        dialogs.delete_dialog(actor, sprint)
