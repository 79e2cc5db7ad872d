"""The sheets of people and teams: what each column may hold, and how changed rows are saved."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from orchflow.people import teams, users
from orchflow.people.job_roles import JOB_ROLES
from orchflow.people.permissions import Actor, Role
from orchflow.people.tables import Team, User
from orchflow.people.teams import TeamRow
from orchflow.people.users import UserRow
from orchflow.screens.row_saving import row_by_row, row_id
from orchflow.store.engine import Store
from orchflow.store.field import fields_of
from orchflow.ui.format import moment
from orchflow.ui.grid_values import GridColumn, choice_column, plain_column
from orchflow.ui.sheet_stage import SheetChange, SheetRow
from orchflow.ui.sheet_state import RowOutcome, SaveAll

PERSON, TEAM = fields_of(User), fields_of(Team)


def people_columns(all_teams: Sequence[TeamRow]) -> dict[str, GridColumn]:
    """The columns of the sheet of people."""
    jobs = {key: role.name for key, role in JOB_ROLES.items()}
    names = {str(team.id): team.name for team in all_teams}
    return {
        "display_name": GridColumn(PERSON["display_name"], width=170),
        "username": GridColumn(
            PERSON["username"], editable=False, help="What the person signs in with", width=120
        ),
        "email": GridColumn(PERSON["email"], width=210),
        "role": choice_column(PERSON["role"], width=95),
        "job_role": GridColumn(PERSON["job_role"], options=list(jobs), names=jobs, width=165),
        "team_ids": plain_column(
            "Teams", options=list(names), names=names, several=True, width=150, editable=True
        ),
        "active": GridColumn(
            PERSON["active"], help="Off ends every session of this person at once", width=75
        ),
        "last_sign_in": plain_column("Last sign-in", width=150),
    }


def people_rows(people: Sequence[UserRow], zone: ZoneInfo) -> list[SheetRow]:
    """`people` as rows of that sheet."""
    return [
        SheetRow(
            f"person-{person.id}",
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


def people_saver(store: Store, actor: Actor) -> SaveAll:
    """What the sheet of people calls to save: each row with its teams; a new one answers with its one-time password."""

    def save(change: SheetChange) -> RowOutcome:
        values = dict(change.values)
        now, before = _ids(values.pop("team_ids", None)), _ids(change.before.get("team_ids"))
        if change.version is None:
            values["role"] = values.get("role") or Role.MEMBER
            added, password = users.add_user(store, actor, **values, team_ids=now)
            note = f"{added.display_name} signs in as {added.username} with the one-time password {password}; it is shown only now."
            return RowOutcome(change.key, "saved", note=note)
        saved = users.update_user(
            store, actor, row_id(change.key), change.version, values, join=now - before, leave=before - now
        )
        return RowOutcome(change.key, "merged" if saved.merged else "saved", saved.user.version)

    return row_by_row(save, lambda number: users.get_user(store, actor, number).version)


def team_saver(store: Store, actor: Actor) -> SaveAll:
    """What the sheet of teams calls to save: each row with its members."""

    def save(change: SheetChange) -> RowOutcome:
        values = dict(change.values)
        now, before = _ids(values.pop("member_ids", None)), _ids(change.before.get("member_ids"))
        if "lead_id" in values:
            values["lead_id"] = int(values["lead_id"]) if values["lead_id"] else None
        if "description" in values:
            values["description"] = values["description"] or ""
        if change.version is None:
            teams.add_team(store, actor, **{"name": "", **values}, member_ids=now)
            return RowOutcome(change.key, "saved")
        saved = teams.update_team(
            store, actor, row_id(change.key), change.version, values, join=now - before, leave=before - now
        )
        return RowOutcome(change.key, "merged" if saved.merged else "saved", saved.team.version)

    def version_now(number: int) -> int:
        return next(team.version for team in teams.list_teams(store, actor) if team.id == number)

    return row_by_row(save, version_now)


def _ids(chosen: Sequence[str] | None) -> set[int]:
    return {int(number) for number in chosen or ()}


def team_columns(people: Sequence[UserRow]) -> dict[str, GridColumn]:
    """The columns of the sheet of teams."""
    names = {str(person.id): person.display_name for person in people}
    return {
        "name": GridColumn(TEAM["name"], "Team", width="medium"),
        "description": GridColumn(TEAM["description"], "What it is for", width="large"),
        "lead_id": GridColumn(TEAM["lead_id"], options=list(names), names=names, width="medium"),
        "member_ids": plain_column(
            "Members", options=list(names), names=names, several=True, width="large", editable=True
        ),
    }


def team_rows(found: Sequence[TeamRow]) -> list[SheetRow]:
    """Teams as rows of that sheet."""
    return [
        SheetRow(
            f"team-{team.id}",
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
