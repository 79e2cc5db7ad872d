"""The sheets of people and teams: what each column may hold, and how changed rows are saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from orchflow.format import moment
from orchflow.people import teams, users
from orchflow.people.job_roles import JobRole
from orchflow.people.naming import Naming
from orchflow.people.permissions import Actor
from orchflow.people.tables import Team, User
from orchflow.people.teams import TeamRow
from orchflow.people.users import UserRow
from orchflow.screens.row_saving import row_by_row, row_id
from orchflow.store.engine import Store
from orchflow.store.field import fields_of
from orchflow.ui.grid_values import GridColumn, plain_column
from orchflow.ui.sheet_stage import SheetChange, SheetRow
from orchflow.ui.sheet_state import RowOutcome, SaveAll

PERSON, TEAM = fields_of(User), fields_of(Team)


def people_columns(all_teams: Sequence[TeamRow], roles: Mapping[str, JobRole]) -> dict[str, GridColumn]:
    """The columns of the sheet of people."""
    jobs = {key: role.name for key, role in roles.items()}
    return {
        "display_name": GridColumn(PERSON["display_name"], width=152),
        "username": GridColumn(
            PERSON["username"], editable=False, help="What the person signs in with", width=118
        ),
        "email": GridColumn(PERSON["email"], width=264),
        "role": GridColumn(PERSON["role"], width=88),
        "job_role": GridColumn(PERSON["job_role"], options=list(jobs), names=jobs, width=160),
        "team_ids": _several("Teams", {team.id: team.name for team in all_teams}, 150),
        "active": GridColumn(
            PERSON["active"], help="Off ends every session of this person at once", width=70
        ),
        "last_sign_in": plain_column("Last sign-in", width=142),
    }


def team_columns(people: Sequence[UserRow]) -> dict[str, GridColumn]:
    """The columns of the sheet of teams."""
    names = {person.id: person.display_name for person in people}
    called = Naming((each.id, each.display_name, (each.username, each.email)) for each in people).called
    return {
        "name": GridColumn(TEAM["name"], "Team", width="medium"),
        "description": GridColumn(TEAM["description"], "What it is for", width="large"),
        "lead_id": GridColumn(
            TEAM["lead_id"], options=list(names), names=names, called=called, width="medium"
        ),
        "member_ids": _several("Members", names, "large", called),
    }


def _several(
    label: str, names: Mapping[int, str], width: Any, called: Callable[[str], int] | None = None
) -> GridColumn:
    return plain_column(
        label, options=list(names), names=names, called=called, several=True, width=width, editable=True
    )


def people_rows(people: Sequence[UserRow], zone: ZoneInfo) -> list[SheetRow]:
    """`people` as rows of that sheet."""
    return [
        SheetRow(
            f"person-{person.id}",
            person.version,
            {**vars(person), "last_sign_in": moment(person.last_sign_in_at, zone)},
            person.display_name,
        )
        for person in people
    ]


def team_rows(teams_: Sequence[TeamRow]) -> list[SheetRow]:
    """Teams as rows of that sheet."""
    return [SheetRow(f"team-{team.id}", team.version, vars(team), team.name) for team in teams_]


def people_saver(store: Store, actor: Actor) -> SaveAll:
    """What the sheet of people calls to save: each row with its teams; a new one answers with its one-time password."""

    def add(values: dict[str, Any], team_ids: set[int]) -> tuple[str, str]:
        added, password = users.add_user(store, actor, **values, team_ids=team_ids)
        told = f"{added.display_name} signs in as {added.username} with the one-time password {password}; it is shown only now."
        return f"person-{added.id}", told

    def version_now(number: int) -> int:
        return users.get_user(store, actor, number).version

    return row_by_row(store, _saver("team_ids", add, partial(users.update_user, store, actor)), version_now)


def team_saver(store: Store, actor: Actor) -> SaveAll:
    """What the sheet of teams calls to save: each row with its members."""

    def add(values: dict[str, Any], member_ids: set[int]) -> tuple[str, str]:
        added = teams.add_team(store, actor, **{"name": "", **values}, member_ids=member_ids)
        return f"team-{added.id}", ""

    def version_now(number: int) -> int:
        return next(team.version for team in teams.list_teams(store, actor) if team.id == number)

    return row_by_row(store, _saver("member_ids", add, partial(teams.update_team, store, actor)), version_now)


def _saver(
    members: str, add: Callable[[dict[str, Any], set[int]], tuple[str, str]], update: Callable[..., Any]
) -> Callable[[SheetChange], RowOutcome]:
    """Saves one row with those who join and leave in its column `members`; `add` returns the key of a new one and what
    is told of it."""

    def save(change: SheetChange) -> RowOutcome:
        values = dict(change.values)
        now, before = set(values.pop(members, None) or ()), set(change.before.get(members) or ())
        if change.version is None:
            made, note = add(values, now)
            return RowOutcome(change.key, "saved", note=note, made=made)
        saved = update(row_id(change.key), change.version, values, join=now - before, leave=before - now)
        return RowOutcome(change.key, "merged" if saved.merged else "saved")

    return save
