"""The dialogs of the Sprints screen: new, edited, started, closed, reopened, deleted."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from orchflow import clock
from orchflow import format as fmt
from orchflow.people.permissions import Actor
from orchflow.planning.names import PlanNames
from orchflow.planning.sprints.schedule import days_ahead
from orchflow.planning.sprints.sprints import (
    SPRINTS,
    close_sprint,
    create_sprint,
    delete_sprint,
    reopen_sprint,
    start_sprint,
    update_sprint,
)
from orchflow.planning.work.rows import SprintRow
from orchflow.screens.plan.sprints_data import held_tasks
from orchflow.screens.plan.sprints_state import NEXT
from orchflow.screens.session import workspace, zone
from orchflow.ui import acts, notices
from orchflow.ui.choosers import distinct
from orchflow.ui.field_input import field_form
from orchflow.ui.grid_values import GridColumn
from orchflow.ui.states import closing

FIELDS = {
    "name": GridColumn(SPRINTS.fields["name"], help="numbered by itself"),
    "start": GridColumn(SPRINTS.fields["start"], "First day"),
    "end": GridColumn(SPRINTS.fields["end"], "Last day"),
    "goal": GridColumn(SPRINTS.fields["goal"], help="What is true at its end that is not true now?"),
}
"""What is written of a sprint."""
TWO_WEEKS = timedelta(days=11)
"""From a Monday to the Friday of the week after."""


@st.dialog("New sprint", icon=":material/sprint:")
def new_sprint(actor: Actor, sprints: list[SprintRow], names: PlanNames) -> None:
    """Ask for a sprint, of one's own team first; it begins after the last one and its people are the team's."""
    teams, mine = [None, *names.teams], names.teams_of(actor.user_id)
    own = next((place for place, team in enumerate(teams) if team in mine), int(len(names.teams) == 1))
    team = st.selectbox(
        "Team", teams, index=own, key="new-sprint-team",
        format_func=lambda team: names.teams.get(team, "Everybody"),
    )  # fmt: skip
    start = next_monday([sprint for sprint in sprints if sprint.team_id == team])
    days = {"start": start, "end": start + TWO_WEEKS}
    written = field_form(FIELDS, days, key=f"new-sprint-{team}", action="Create the sprint")
    if written is None:
        return
    if not written["name"]:
        del written["name"]
    known = names.members.get(team, ()) if team is not None else names.active
    written |= {"team_id": team, "members": sorted(names.active.intersection(known))}
    with closing() as request:
        sprint = create_sprint(workspace().store, actor, request=request, **written)
        NEXT.set(sprint.id)
        notices.done(f"{sprint.name} is created; plan it from the backlog", request)


@st.dialog("Edit the sprint", icon=":material/edit:")
def edit_sprint(actor: Actor, sprint: SprintRow) -> None:
    """Its name, days and goal. The days of a running sprint may move; its burndown keeps its start."""
    key = f"edit-sprint-{sprint.id}-{sprint.version}"
    changes = field_form(FIELDS, {name: getattr(sprint, name) for name in FIELDS}, key=key, action="Save")
    if changes is not None:
        with closing() as request:
            saved = update_sprint(workspace().store, actor, sprint.id, sprint.version, changes, request)
            notices.done(f"{saved.row.name} is saved", request)


@st.dialog("Start the sprint?", icon=":material/play_arrow:")
def start_dialog(actor: Actor, sprint: SprintRow) -> None:
    """Say what is committed from this instant on."""
    held = held_tasks(actor, sprint.id)
    points = sum(float(task.points or 0) for task in held)
    without = sum(task.points is None for task in held)
    st.markdown(
        f"The commitment of {fmt.plain(sprint.name)} is **{fmt.quantity(len(held), 'task')} with {fmt.plain(fmt.count(points))} points** from now on\\. "
        "What is added or taken out later is shown as a change of scope\\."
    )
    if without:
        st.caption(f"{without} of them have no points and count only in the burndown of tasks\\.")
    if not held:
        st.warning("It holds no task yet\\. Plan it from the backlog first\\.", icon=":material/warning:")
    ahead = days_ahead(sprint, "start", clock.now(), zone())
    if ahead:
        say_early(
            f"Its first day is {fmt.day(sprint.start)}, in {fmt.quantity(ahead, 'day')}. Started now, its burndown begins today "
            "and the ideal line has more days; its planned days stay as they are."
        )  # fmt: skip
    elif sprint.end and sprint.end < clock.today(zone()):
        say_early(
            f"Its last day was {fmt.day(sprint.end)}: it has no ideal line. Edit its days first if it is to have one."
        )
    label = f"Start {fmt.quantity(ahead, 'day')} early" if ahead else "Start now"
    if acts.button(label, type="primary", key="sprint-start-now", width="stretch"):
        with closing() as request:
            start_sprint(workspace().store, actor, sprint.id, sprint.version, request, early=ahead > 0)
            NEXT.set(sprint.id)
            notices.done(f"{sprint.name} has started", request)


@st.dialog("Close the sprint?", icon=":material/flag:")
def close_dialog(
    actor: Actor, sprint: SprintRow, sprints: list[SprintRow], names: PlanNames, unfinished: int, done: int
) -> None:
    """Ask where the unfinished tasks go."""
    targets = carry_over_targets(sprint, sprints, names)
    st.markdown(
        f"**{done} tasks are done and stay in {fmt.plain(sprint.name)}\\.**  \n{unfinished} are not finished\\."
    )
    target = None
    if unfinished and len(targets) > 1:
        target = st.selectbox(
            "Carry the unfinished tasks over to", list(targets), format_func=targets.__getitem__, key="carry-over",
        )  # fmt: skip
    elif unfinished:
        st.caption("They go back to the backlog; create the next sprint first to carry them over\\.")
    ahead = days_ahead(sprint, "close", clock.now(), zone())
    if ahead:
        say_early(
            f"Its last day is {fmt.day(sprint.end)}, in {fmt.quantity(ahead, 'day')}. Its velocity is what is done by now."
        )
    label = f"Close {fmt.quantity(ahead, 'day')} early" if ahead else "Close now"
    if acts.button(label, type="primary", key="sprint-close-now", width="stretch"):
        with closing() as request:
            moved = close_sprint(
                workspace().store, actor, sprint.id, target, sprint.version, request, early=ahead > 0
            )  # fmt: skip
            where = None if target is None else targets[target]
            notices.done(closed_in_words(sprint.name, len(moved.tasks), where), request)


def carry_over_targets(
    sprint: SprintRow, sprints: list[SprintRow], names: PlanNames
) -> dict[int | None, str]:
    """Where unfinished tasks may go: the next sprints of the same team, the backlog (None), then what other teams have."""
    later = [other for other in sprints if other.state != "closed" and other.id != sprint.id]
    later.sort(key=lambda other: other.start or date.max)
    own = {
        other.id: names.sprints.get(other.id, other.name)
        for other in later
        if other.team_id == sprint.team_id
    }
    rest = {other.id: names.sprints.get(other.id, other.name) for other in later if other.id not in own}
    return distinct({**own, None: "the backlog", **rest})


def say_early(words: str) -> None:
    """What is not as it was planned, before it is done all the same."""
    st.warning(fmt.plain(words), icon=":material/event_busy:")


def closed_in_words(name: str, tasks: int, target: str | None) -> str:
    """What closing the sprint `name` did to its unfinished tasks; without a `target` they are in the backlog."""
    if not tasks:
        return f"{name} is closed"
    where = "back to the backlog" if target is None else f"over to {target}"
    return f"{name} is closed; {fmt.quantity(tasks, 'task')} went {where}"


@st.dialog("Reopen the sprint?", icon=":material/restart_alt:")
def reopen_dialog(actor: Actor, sprint: SprintRow) -> None:
    """Say what comes back."""
    st.markdown(
        f"{fmt.plain(sprint.name)} goes on as if it had paused\\. What its close carried over comes back, unless it was "
        "planned elsewhere since\\."
    )
    if acts.button("Reopen it", type="primary", key="sprint-reopen-now", width="stretch"):
        with closing() as request:
            moved = reopen_sprint(workspace().store, actor, sprint.id, sprint.version, request)
            notices.done(
                f"{sprint.name} runs again; {fmt.quantity(len(moved.tasks), 'task')} came back", request
            )


@st.dialog("Delete the sprint?", icon=":material/delete:")
def delete_dialog(actor: Actor, sprint: SprintRow) -> None:
    """Name what is lost; it can be undone."""
    held = len(held_tasks(actor, sprint.id))
    st.markdown(
        f"**{fmt.plain(sprint.name)}** goes with its plan: {held} tasks return to the backlog\\. "
        "It was never started, so no figures are lost\\. Undo brings it back\\."
    )
    if acts.button("Delete it", type="primary", key="sprint-delete-now", width="stretch"):
        with closing() as request:
            delete_sprint(workspace().store, actor, sprint.id, sprint.version, request)
            notices.done(f"{sprint.name} is deleted", request)


def next_monday(sprints: list[SprintRow]) -> date:
    """The first Monday after the last sprint of the team, or after today."""
    last = max((sprint.end for sprint in sprints if sprint.end), default=clock.today(zone()))
    last = max(last, clock.today(zone()) - timedelta(days=1))
    return last + timedelta(days=7 - last.weekday())
