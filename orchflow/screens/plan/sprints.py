"""Sprints: planned from the backlog, started, closed; burndown, burnup, velocity and predictability."""

from __future__ import annotations

from functools import partial

import streamlit as st

from orchflow.people.permissions import Actor, Permission
from orchflow.planning.names import PlanNames
from orchflow.planning.sprints.rows import SprintRow
from orchflow.planning.sprints.sprints import list_sprints
from orchflow.screens.plan import sprint_dialogs as dialogs
from orchflow.screens.plan import sprints_data as screen
from orchflow.screens.plan import sprints_state as state
from orchflow.screens.plan.board_data import take_back
from orchflow.screens.plan.plan_data import names_now
from orchflow.screens.plan.sprint_head import head
from orchflow.screens.plan.sprint_planning import show_plan
from orchflow.screens.plan.sprint_report import show_report
from orchflow.screens.plan.sprint_results import show_results
from orchflow.screens.session import workspace
from orchflow.ui import notices
from orchflow.ui.page import page
from orchflow.ui.states import empty


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    store = workspace().store
    names, sprints = names_now(workspace(), actor), list_sprints(store, actor)
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
            show_results(actor, team, unit)
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
