"""People: who works here, in which teams, with which role; and who Orchestrator AI knows that nobody has added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from orchflow.format import plain
from orchflow.people import credentials, platform_users, teams, users
from orchflow.people.job_roles import JobRole, job_roles
from orchflow.people.permissions import Actor, Permission
from orchflow.screens.filled import nothing_yet
from orchflow.screens.session import workspace
from orchflow.screens.team import people_grids
from orchflow.screens.team import people_state as state
from orchflow.screens.team.first_week import week_menu
from orchflow.screens.team.job_roles import show_job_roles
from orchflow.screens.team.people_dialogs import add_person, hand_over
from orchflow.ui import acts, notices
from orchflow.ui.choosers import segments, switch, words
from orchflow.ui.drafts import Drafts
from orchflow.ui.menus import menu
from orchflow.ui.overview import Entry, card, entries, overview
from orchflow.ui.page import boundary, on_a_phone, page
from orchflow.ui.sheet import MOST_ROWS
from orchflow.ui.sheet_review import full_sheet
from orchflow.ui.states import closing
from orchflow.ui.table import Column, data_table

ACCESS, DELETE_TEAM = "access", "delete-team"


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    page("People", "Who works here, in which teams and with which role")
    manages = actor.may(Permission.PEOPLE_MANAGE)
    view = segments("View", state.VIEWS, state.VIEW)
    with boundary():
        match view:
            case "teams":
                show_teams(actor, manages)
            case "unmatched":
                show_unmatched(actor, manages)
            case "roles":
                show_job_roles(actor)
            case _:
                show_people(actor, manages)


def show_people(actor: Actor, may_edit: bool) -> None:
    ws = workspace()
    everyone = sorted(users.list_users(ws.store, actor), key=lambda person: person.display_name.casefold())
    all_teams, roles = teams.list_teams(ws.store, actor), job_roles(ws.store)
    disabled = sum(not person.active for person in everyone)
    with st.container(horizontal=True, vertical_alignment="center"):
        if may_edit and st.button(
            "Add a person", icon=":material/person_add:", type="primary", key="add-person"
        ):
            add_person(ws.store, actor)
        if may_edit:
            access_menu(actor, everyone)
        week_menu(actor, everyone)
        wanted = words("Find", state.SEARCH, placeholder="Find a person", width=190).casefold().split()
        shown = [person for person in everyone if all(word in _called(person) for word in wanted)]
        if disabled and not switch(f"Show {disabled} disabled", state.DISABLED):
            shown = [person for person in shown if person.active]
    if on_a_phone() and not may_edit:
        overview(card(counted(len(shown), len(everyone)), people_lines(shown, roles)), key="people-list")
        return
    many = len(shown) > MOST_ROWS
    with st.container(key="people-whole" if many else "people-few"):
        full_sheet(
            people_grids.people_rows(shown, ws.zone), people_grids.people_columns(all_teams, roles), key="people", zone=ws.zone,
            view=f"{len(shown)} of {len(everyone)}", write=people_grids.people_saver(ws.store, actor), may_edit=may_edit,
            alt="People with their roles and teams", whole=many,
            drafts=Drafts(ws.settings.home / "drafts", actor.user_id, "people") if may_edit else None,
        )  # fmt: skip
    told = [counted(len(shown), len(everyone))]
    if may_edit:
        told.append(
            "write or paste in any row; rows below the last one are added, nothing is stored before you save"
        )
    st.caption(" · ".join(told))


def people_lines(people: Sequence[users.UserRow], roles: Mapping[str, JobRole]) -> str:
    """A line for each: who it is, what they are and where; and the access role at the right."""
    lines = []
    for person in people:
        job = roles.get(person.job_role or "")
        where = ", ".join(person.teams)
        said = " · ".join(filter(None, (job.name if job else "", where, "" if person.active else "disabled")))
        lines.append(Entry(person.display_name, said or person.username, person.role.capitalize()))
    return entries(lines, shown=len(lines), nothing="Nobody is called so.", marked=False)


def counted(shown: int, everyone: int) -> str:
    """How many of the people are in the sheet."""
    people = "1 person" if everyone == 1 else f"{everyone:,} people"
    return people if shown == everyone else f"{shown:,} of {people}"


def _called(person: users.UserRow) -> str:
    return f"{person.display_name} {person.username}".casefold()


def access_menu(actor: Actor, everyone: list[users.UserRow]) -> None:
    ws = workspace()
    with menu("New password", icon=":material/key:", key=ACCESS) as opened:
        if not opened:
            return
        st.caption("A one-time password replaces the person's own and ends their sessions.")
        names = {
            person.id: f"{person.display_name} ({person.username})" for person in everyone if person.active
        }
        chosen = st.selectbox(
            "Person", list(names), format_func=names.__getitem__, index=None, key="access-person"
        )
        if (
            acts.button("Make one-time password", disabled=chosen is None, key="access-reset")
            and chosen is not None
        ):
            password = acts.once(lambda: credentials.reset_password(ws.store, actor, chosen))
            hand_over(names[chosen], password)


def show_teams(actor: Actor, may_edit: bool) -> None:
    ws = workspace()
    known = teams.list_teams(ws.store, actor)
    if not known and not may_edit:
        nothing_yet("people", "No teams yet", "An administrator can add the first one.")
        return

    full_sheet(
        people_grids.team_rows(known), people_grids.team_columns(users.list_users(ws.store, actor)), key="teams",
        zone=ws.zone, write=people_grids.team_saver(ws.store, actor), may_edit=may_edit,
        alt="Teams with their leads and members",
        drafts=Drafts(ws.settings.home / "drafts", actor.user_id, "teams") if may_edit else None,
    )  # fmt: skip
    if not may_edit or not known:
        return
    with menu("Delete a team", icon=":material/delete:", type="tertiary", key=DELETE_TEAM) as opened:
        if not opened:
            return
        by_id = {team.id: team for team in known}
        chosen = st.selectbox(
            "Team", list(by_id), format_func=lambda at: by_id[at].name, index=None, key="delete-which"
        )
        if chosen is not None:
            team = by_id[chosen]
            st.caption(
                f"{plain(team.name)} goes, with its {len(team.member_ids)} memberships; the people stay."
            )
            if acts.button("Delete it", type="primary", key="delete-now"):
                with closing():
                    teams.delete_team(ws.store, actor, team.id, team.version)
                    notices.done(f"Deleted the team {team.name}")


def show_unmatched(actor: Actor, may_edit: bool) -> None:
    ws = workspace()
    unmatched = platform_users.match_platform_users(ws.store, actor, ws.warehouse).unmatched
    frame = pd.DataFrame(
        [(user.display_name, user.email, user.source, user.user_id) for user in unmatched],
        columns=["name", "email", "source", "user_id"],
    )
    chosen = data_table(
        frame,
        key="unmatched",
        columns={
            "name": Column("Name"),
            "email": Column("E-mail"),
            "source": Column("Source"),
            "user_id": Column("Id there"),
        },
        alt="Users of Orchestrator AI who are nobody here",
        downloads=actor.may(Permission.EXPORT),
        on_select="rerun" if may_edit else "ignore",
        nothing=(
            "Everybody is matched",
            "Users of Orchestrator AI who are not among the people here appear in this list.",
        ),
    )
    if may_edit and not frame.empty:
        user = unmatched[chosen[0]] if chosen else None
        st.caption(
            "Their use counts in every figure; add them to see it under their name and team. Select a row first."
        )
        label = f"Add {plain(user.display_name or user.email or user.user_id)}" if user else "Add as person"
        if (
            st.button(label, disabled=user is None, icon=":material/person_add:", key="add-unmatched")
            and user
        ):
            add_person(ws.store, actor, user.display_name, user.email or "", user.user_id)
