"""Sprints: planned from the backlog, started, closed; burndown, burnup, velocity and predictability."""

from __future__ import annotations

from functools import partial

import streamlit as st

from orchflow.people.permissions import Actor, Permission
from orchflow.planning.names import PlanNames
from orchflow.planning.sprints.sprints import list_sprints
from orchflow.planning.work.rows import SprintRow
from orchflow.screens.plan import sprint_dialogs as dialogs
from orchflow.screens.plan import sprints_data as screen
from orchflow.screens.plan import sprints_state as state
from orchflow.screens.plan.plan_actions import undo_button
from orchflow.screens.plan.plan_choices import by_key
from orchflow.screens.plan.plan_data import names_now
from orchflow.screens.plan.sprint_head import STATES, head
from orchflow.screens.plan.sprint_planning import show_plan
from orchflow.screens.plan.sprint_report import show_report
from orchflow.screens.plan.sprint_results import show_results
from orchflow.screens.session import workspace
from orchflow.ui import notices
from orchflow.ui.choosers import segments, select
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
        first = "plan" if sprint.state == "planned" else "report"
        view = segments("View", state.VIEWS, state.VIEW, default=first)
        unit = segments("Unit", state.UNITS, state.UNIT) if view != "plan" else "points"
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
    undo_button(workspace().store, actor, key="sprints")
    if st.button("New sprint", icon=":material/add:", key="sprint-new"):
        dialogs.new_sprint(actor, sprints, names)


def choose_team(sprints: list[SprintRow], names: PlanNames) -> int | None:
    """The team looked at; None while there is only one, or for all."""
    teams = {sprint.team_id for sprint in sprints}
    if len(teams) < 2:
        return None
    known = {"all": "Every team", **by_key(names.teams, teams)}
    chosen = select("Team", known, state.TEAM, width=170) or "all"
    return int(chosen) if chosen.isdecimal() else None


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
    known = {
        number: f"{names.sprints.get(sprint.id, number)} ({STATES[sprint.state][0]})"
        for number, sprint in by_id.items()
    }
    chosen = select(
        "Sprint", known, state.SPRINT, index=list(known).index(first), width=230, on_change=follow
    )
    return by_id.get(chosen or first, by_id[first])


def nothing_yet(actor: Actor) -> None:
    manages = actor.may(Permission.PLAN_EDIT)
    todo = "Create the first one with New sprint, plan it from the backlog, then start it."
    waits = "A manager creates the first one; its burndown appears here."
    empty("No sprints yet", todo if manages else waits, icon="event_repeat")
