"""The grids of people and teams: what each column may hold, and how one changed row is saved."""

from __future__ import annotations

from collections.abc import Sequence
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


def save_person(store: Store, actor: Actor, change: Change) -> str | None:
    """Write one row of people with their teams; a new one answers with its one-time password."""
    values = dict(change.values)
    now, before = _ids(values.pop("team_ids", None)), _ids(change.before.get("team_ids"))
    if change.row_id is None:
        values["role"] = values.get("role") or Role.MEMBER
        added, password = users.add_user(store, actor, **values, team_ids=now)
        return (
            f"{added.display_name} signs in as {added.username} with the one-time password {password} – "
            "it is shown only now."
        )
    saved = users.update_user(
        store, actor, change.row_id, change.base_version or 0, values, join=now - before, leave=before - now
    )
    return f"{change.title}: someone else's changes of other fields are kept too." if saved.merged else None


def _ids(chosen: Sequence[str] | None) -> set[int]:
    return {int(number) for number in chosen or ()}


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


def save_team(store: Store, actor: Actor, change: Change) -> None:
    """Write one row of teams with their members."""
    values = dict(change.values)
    now, before = _ids(values.pop("member_ids", None)), _ids(change.before.get("member_ids"))
    if "lead_id" in values:
        values["lead_id"] = int(values["lead_id"]) if values["lead_id"] else None
    if "description" in values:
        values["description"] = values["description"] or ""
    if change.row_id is None:
        teams.add_team(store, actor, **{"name": "", **values}, member_ids=now)
    else:
        teams.update_team(
            store,
            actor,
            change.row_id,
            change.base_version or 0,
            values,
            join=now - before,
            leave=before - now,
        )
