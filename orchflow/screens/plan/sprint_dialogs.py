"""The dialogs of the Sprints screen: new, edited, started, closed, reopened, deleted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import streamlit as st

from orchflow import clock
from orchflow.errors import OrchflowError
from orchflow.people.permissions import Actor
from orchflow.planning.names import PlanNames
from orchflow.planning.sprints.rows import SprintRow
from orchflow.planning.sprints.sprints import (
    close_sprint,
    create_sprint,
    delete_sprint,
    reopen_sprint,
    start_sprint,
    update_sprint,
)
from orchflow.screens.plan.sprints_data import held_tasks
from orchflow.screens.plan.sprints_state import NEXT
from orchflow.screens.session import workspace, zone
from orchflow.store.request import new_request
from orchflow.ui import acts, notices
from orchflow.ui import format as fmt
from orchflow.ui.states import problem

TWO_WEEKS = timedelta(days=11)
"""The sprint that the screen goes to after a dialog, in the session."""


@st.dialog("New sprint", icon=":material/sprint:")
def new_sprint(actor: Actor, sprints: list[SprintRow], names: PlanNames) -> None:
    """Ask for a sprint; it begins after the last one and its people are the team's."""
    team = st.selectbox(
        "Team", [None, *names.teams], index=1 if len(names.teams) == 1 else 0, key="new-sprint-team",
        format_func=lambda one: names.teams.get(one, "Everybody"),
    )  # fmt: skip
    start = next_monday([sprint for sprint in sprints if sprint.team_id == team])
    with st.form(f"new-sprint-{team}", border=False):
        name = st.text_input("Name", placeholder="numbered by itself", max_chars=200)
        days = st.date_input("First and last day", (start, start + TWO_WEEKS), format="YYYY-MM-DD")
        goal = st.text_area("Goal", placeholder="What is true at its end that is not true now?", height=80)
        if not acts.submit("Create the sprint", key="new-sprint-create", type="primary", width="stretch"):
            return
    first, last = both(days)
    known = names.members.get(team, ()) if team is not None else tuple(names.active)
    values = {
        "team_id": team, "goal": goal.strip(), "start": first, "end": last,
        "members": [number for number in known if number in names.active],
    }  # fmt: skip
    if name.strip():
        values["name"] = name.strip()

    def create() -> None:
        request = new_request()
        sprint = create_sprint(workspace().store, actor, request=request, **values)
        NEXT.set(sprint.id)
        notices.done(f"{sprint.name} is created; plan it from the backlog", request)

    attempt(create)


@st.dialog("Edit the sprint", icon=":material/edit:")
def edit_sprint(actor: Actor, sprint: SprintRow) -> None:
    """Its name, days and goal. The days of a running sprint may move; its burndown keeps its start."""
    with st.form(f"edit-sprint-{sprint.id}-{sprint.version}", border=False):
        name = st.text_input("Name", sprint.name, max_chars=200)
        days = st.date_input(
            "First and last day",
            [day for day in (sprint.start, sprint.end) if day],
            format="YYYY-MM-DD",
        )
        goal = st.text_area("Goal", sprint.goal, height=80)
        if not acts.submit("Save", key="edit-sprint-save", type="primary", width="stretch"):
            return
    first, last = both(days)

    def save() -> None:
        request = new_request()
        changes = {"name": name.strip(), "goal": goal.strip(), "start": first, "end": last}
        saved = update_sprint(workspace().store, actor, sprint.id, sprint.version, changes, request)
        notices.done(f"{saved.row.name} is saved", request)

    attempt(save)


@st.dialog("Start the sprint?", icon=":material/play_arrow:")
def start_dialog(actor: Actor, sprint: SprintRow) -> None:
    """Say what is committed from this instant on."""
    held = held_tasks(actor, sprint.id)
    points = sum(float(task.points or 0) for task in held)
    without = sum(task.points is None for task in held)
    st.markdown(
        f"**{len(held)} tasks with {points:g} points** become the commitment of {fmt.plain(sprint.name)} now\\. "
        "What is added or taken out later is shown as a change of scope\\."
    )
    if without:
        st.caption(f"{without} of them have no points and count only in the burndown of tasks\\.")
    if not held:
        st.warning("It holds no task yet\\. Plan it from the backlog first\\.", icon=":material/warning:")
    if acts.button("Start now", type="primary", key="sprint-start-now", width="stretch"):

        def start() -> None:
            request = new_request()
            start_sprint(workspace().store, actor, sprint.id, sprint.version, request)
            NEXT.set(sprint.id)
            notices.done(f"{sprint.name} has started", request)

        attempt(start)


@st.dialog("Close the sprint?", icon=":material/flag:")
def close_dialog(
    actor: Actor, sprint: SprintRow, sprints: list[SprintRow], unfinished: int, done: int
) -> None:
    """Ask where the unfinished tasks go."""
    later = [one for one in sprints if one.state != "closed" and one.id != sprint.id]
    later.sort(key=lambda one: (one.team_id != sprint.team_id, one.start or date.max))
    st.markdown(
        f"**{done} tasks are done and stay in {fmt.plain(sprint.name)}\\.**  \n{unfinished} are not finished\\."
    )
    target = None
    if unfinished and later:
        target = st.selectbox(
            "Carry the unfinished tasks over to", [*(one.id for one in later), None], key="carry-over",
            format_func=lambda one: next((other.name for other in later if other.id == one), "the backlog"),
        )  # fmt: skip
    elif unfinished:
        st.caption("They go back to the backlog; create the next sprint first to carry them over\\.")
    if acts.button("Close now", type="primary", key="sprint-close-now", width="stretch"):

        def close() -> None:
            request = new_request()
            moved = close_sprint(workspace().store, actor, sprint.id, target, sprint.version, request)
            notices.done(f"{sprint.name} is closed; {len(moved.tasks)} tasks were carried over", request)

        attempt(close)


@st.dialog("Reopen the sprint?", icon=":material/restart_alt:")
def reopen_dialog(actor: Actor, sprint: SprintRow) -> None:
    """Say what comes back."""
    st.markdown(
        f"{fmt.plain(sprint.name)} goes on as if it had paused\\. What its close carried over comes back, unless it was "
        "planned elsewhere since\\."
    )
    if acts.button("Reopen it", type="primary", key="sprint-reopen-now", width="stretch"):

        def reopen() -> None:
            request = new_request()
            moved = reopen_sprint(workspace().store, actor, sprint.id, sprint.version, request)
            notices.done(f"{sprint.name} runs again; {len(moved.tasks)} tasks came back", request)

        attempt(reopen)


@st.dialog("Delete the sprint?", icon=":material/delete:")
def delete_dialog(actor: Actor, sprint: SprintRow) -> None:
    """Name what is lost; it can be undone."""
    held = len(held_tasks(actor, sprint.id))
    st.markdown(
        f"**{fmt.plain(sprint.name)}** goes with its plan: {held} tasks return to the backlog\\. "
        "It was never started, so no figures are lost\\. Undo brings it back\\."
    )
    if acts.button("Delete it", type="primary", key="sprint-delete-now", width="stretch"):

        def delete() -> None:
            request = delete_sprint(workspace().store, actor, sprint.id, sprint.version)
            notices.done(f"{sprint.name} is deleted", request)

        attempt(delete)


def attempt(action: Callable[[], None]) -> None:
    """Do it and close the dialog, or show in it why not."""
    try:
        action()
    except OrchflowError as error:
        problem(error)
        return
    st.rerun()


def next_monday(sprints: list[SprintRow]) -> date:
    """The first Monday after the last sprint of the team, or after today."""
    last = max((sprint.end for sprint in sprints if sprint.end), default=clock.today(zone()))
    last = max(last, clock.today(zone()) - timedelta(days=1))
    return last + timedelta(days=7 - last.weekday())


def both(days: object) -> tuple[date | None, date | None]:
    """What a field for two days holds: both, or the first."""
    found = [day for day in days if isinstance(day, date)] if isinstance(days, tuple | list) else []
    return (found[0], found[-1]) if found else (None, None)
