"""The grids of people and teams: what each column may hold, and how one changed row is saved."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from zoneinfo import ZoneInfo

from orchflow.people import teams, users
from orchflow.people.job_roles import JOB_ROLES
from orchflow.people.permissions import Actor, Role
from orchflow.people.teams import TeamRow
from orchflow.people.users import UserRow
from orchflow.store.engine import Store
from orchflow.ui.format import moment
from orchflow.ui.grid_edits import Change, GridColumn, GridRow

ROLES = {role.value: role.value.capitalize() for role in Role}
JOBS = {key: role.name for key, role in JOB_ROLES.items()}


def people_columns(all_teams: Sequence[TeamRow]) -> dict[str, GridColumn]:
    """The columns of the grid of people."""
    names = {str(team.id): team.name for team in all_teams}
    return {
        "display_name": GridColumn("Name", required=True, max_length=120, width=170),
        "username": GridColumn("User name", editable=False, help="What the person signs in with", width=120),
        "email": GridColumn("E-mail", "email", max_length=254, width=210),
        "role": GridColumn("Role", "choice", required=True, options=list(ROLES), names=ROLES, width=95),
        "job_role": GridColumn("Job role", "choice", options=list(JOBS), names=JOBS, width=165),
        "team_ids": GridColumn("Teams", "choices", options=list(names), names=names, width=150),
        "active": GridColumn(
            "Active", "flag", help="Off ends every session of this person at once", width=75
        ),
        "last_sign_in": GridColumn("Last sign-in", editable=False, width=150),
    }


def people_rows(people: Sequence[UserRow], zone: ZoneInfo) -> list[GridRow]:
    """`people` as rows of that grid."""
    return [
        GridRow(
            person.id,
            person.version,
            {
                "display_name": person.display_name,
                "username": person.username,
                "email": person.email,
                "role": person.role.value,
                "job_role": person.job_role,
                "team_ids": [str(team) for team in person.team_ids],
                "active": person.active,
                "last_sign_in": moment(person.last_sign_in_at, zone),
            },
            person.display_name,
        )
        for person in people
    ]


def save_person(store: Store, actor: Actor, people: Sequence[UserRow], change: Change) -> str | None:
    """Write one row of people; a new one answers with its one-time password."""
    values = dict(change.values)
    wanted = values.pop("team_ids", None)
    if change.row_id is None:
        name = str(values.get("display_name") or "")
        username = suggested_username(name, values.get("email"), {person.username for person in people})
        added, password = users.add_user(
            store,
            actor,
            username=username,
            display_name=name,
            email=values.get("email"),
            role=values.get("role") or Role.MEMBER,
            job_role=values.get("job_role"),
        )
        if wanted:
            teams.change_teams_of(store, actor, added.id, add=[int(team) for team in wanted])
        return f"{name} signs in as {username} with the one-time password {password} – it is shown only now."
    if values:
        saved = users.update_user(store, actor, change.row_id, change.base_version or 0, values)
        merged = saved.merged
    else:
        merged = False
    if wanted is not None:
        before = {int(team) for team in change.before.get("team_ids") or ()}
        now = {int(team) for team in wanted}
        teams.change_teams_of(store, actor, change.row_id, add=now - before, remove=before - now)
    return f"{change.title}: someone else's changes of other fields are kept too." if merged else None


def team_columns(people: Sequence[UserRow]) -> dict[str, GridColumn]:
    """The columns of the grid of teams."""
    names = {str(person.id): person.display_name for person in people}
    return {
        "name": GridColumn("Team", required=True, max_length=120, width="medium"),
        "description": GridColumn("What it is for", max_length=400, width="large"),
        "lead_id": GridColumn("Lead", "choice", options=list(names), names=names, width="medium"),
        "member_ids": GridColumn("Members", "choices", options=list(names), names=names, width="large"),
    }


def team_rows(found: Sequence[TeamRow]) -> list[GridRow]:
    """Teams as rows of that grid."""
    return [
        GridRow(
            team.id,
            team.version,
            {
                "name": team.name,
                "description": team.description,
                "lead_id": None if team.lead_id is None else str(team.lead_id),
                "member_ids": [str(member) for member in team.member_ids],
            },
            team.name,
        )
        for team in found
    ]


def save_team(store: Store, actor: Actor, change: Change) -> str | None:
    """Write one row of teams."""
    values = dict(change.values)
    members = {int(member) for member in values.pop("member_ids", None) or ()}
    if "lead_id" in values:
        values["lead_id"] = int(values["lead_id"]) if values["lead_id"] else None
    if "description" in values:
        values["description"] = values["description"] or ""
    if change.row_id is None:
        teams.add_team(store, actor, **{"name": "", **values}, member_ids=members)
        return None
    if values:
        teams.update_team(store, actor, change.row_id, change.base_version or 0, values)
    if "member_ids" in change.values:
        before = {int(member) for member in change.before.get("member_ids") or ()}
        teams.change_members(store, actor, change.row_id, add=members - before, remove=before - members)
    return None


def suggested_username(name: str, email: object, taken: Collection[str]) -> str:
    """A free user name: what stands before the @, else the name in plain letters, numbered when it is taken."""
    start = str(email).split("@")[0] if email else ".".join(name.split())
    ascii_only = unicodedata.normalize("NFKD", start).encode("ascii", "ignore").decode().lower()
    wanted = re.sub(r"[^a-z0-9._+-]", "", ascii_only).strip("._+-")[:60] or "person"
    number = 2
    found = wanted
    while found in taken:
        found, number = f"{wanted}{number}", number + 1
    return found
