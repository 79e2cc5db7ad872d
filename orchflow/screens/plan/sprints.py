"""Sprints: planned from the backlog, started, closed; burndown, burnup, velocity and predictability."""

from __future__ import annotations

from functools import partial

import streamlit as st

from orchflow.people.permissions import Actor, Permission
from orchflow.people.small_groups import withheld_teams
from orchflow.planning.names import PlanNames
from orchflow.planning.sprints.sprints import list_sprints
from orchflow.planning.work.rows import SprintRow
from orchflow.screens import filled
from orchflow.screens.plan import sprint_dialogs as dialogs
from orchflow.screens.plan import sprints_data as screen
from orchflow.screens.plan import sprints_state as state
from orchflow.screens.plan.nothing_planned import nothing_planned
from orchflow.screens.plan.plan_actions import undo_button
from orchflow.screens.plan.plan_choices import by_key
from orchflow.screens.plan.plan_data import names_now
from orchflow.screens.plan.sprint_head import head
from orchflow.screens.plan.sprint_planning import show_plan
from orchflow.screens.plan.sprint_report import show_report
from orchflow.screens.plan.sprint_results import show_results, teams_of
from orchflow.screens.plan.sprint_results_data import unit_of_teams
from orchflow.screens.session import workspace
from orchflow.screens.withheld import withheld_box
from orchflow.store.reading import row_id
from orchflow.ui import notices
from orchflow.ui.choosers import segments, select
from orchflow.ui.page import on_a_phone, page


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
        nothing_yet(actor, names)
        return
    withheld = withheld_teams(store, actor)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        mine = of_team(sprints, choose_team(sprints, names))
        sprint = choose_sprint(actor, mine, names)
        first = "plan" if sprint.state == "planned" else "report"
        view = segments("View", state.VIEWS, state.VIEW, default=first)
        told = [one for one in mine if one.team_id not in withheld] if view == "all" else mine
        unseen = not told or (view == "report" and sprint.team_id in withheld)
        unit = "points" if view == "plan" or unseen else choose_unit(actor, sprint, told, names, view)
    match view:
        case "all" if unseen:
            withheld_box()
        case "all":
            show_results(actor, told, names, unit)
        case "plan":
            head(actor, sprint, sprints, names)
            show_plan(actor, sprint, names)
        case _ if unseen:
            head(actor, sprint, sprints, names)
            withheld_box()
        case _:
            head(actor, sprint, sprints, names)
            show_report(actor, sprint, names, unit)


def actions(actor: Actor, sprints: list[SprintRow], names: PlanNames) -> None:
    undo_button(workspace().store, actor, key="sprints")
    if st.button("New sprint", icon=":material/add:", key="sprint-new"):
        dialogs.new_sprint(actor, sprints, names)


def choose_team(sprints: list[SprintRow], names: PlanNames) -> str:
    """The team looked at: its id, `none` for what is everybody's, `all` for every team, or while there is only one."""
    teams = {sprint.team_id for sprint in sprints}
    if len(teams) < 2:
        return "all"
    everybody = {"none": "Everybody"} if None in teams else {}
    known = {"all": "Every team", **everybody, **by_key(names.teams, teams)}
    return select("Team", known, state.TEAM, width=128 if on_a_phone() else 170) or "all"


def of_team(sprints: list[SprintRow], team: str) -> list[SprintRow]:
    """The sprints of the team that is looked at."""
    wanted = None if team == "none" else row_id(team) or "all"
    return [sprint for sprint in sprints if wanted in ("all", sprint.team_id)]


def choose_unit(actor: Actor, sprint: SprintRow, mine: list[SprintRow], names: PlanNames, view: str) -> str:
    """What is counted: points, but tasks where nothing has points."""
    first = unit_of_teams(actor, teams_of(mine, names)) if view == "all" else screen.unit_of(actor, sprint)
    return segments("Unit", state.UNITS, state.UNIT, default=first)


def choose_sprint(actor: Actor, sprints: list[SprintRow], names: PlanNames) -> SprintRow:
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
    first = str(screen.first_shown(sprints, names.teams_of(actor.user_id)))
    # by its name alone: a link to it holds when it starts and closes
    known = {number: names.sprints.get(sprint.id, number) for number, sprint in by_id.items()}
    chosen = select(
        "Sprint",
        known,
        state.SPRINT,
        index=list(known).index(first),
        width=216 if on_a_phone() else 230,
        on_change=follow,
    )
    return by_id.get(chosen or first, by_id[first])


def nothing_yet(actor: Actor, names: PlanNames) -> None:
    if not names.projects:
        nothing_planned(actor, "sprints", "No sprints yet", "The journey comes with its sprints.")
        return
    manages = actor.may(Permission.PLAN_EDIT)
    todo = "Create the first one with New sprint, plan it from the backlog, then start it."
    waits = "A manager creates the first one; its burndown appears here."
    filled.nothing_yet("sprints", "No sprints yet", todo if manages else waits)
