"""Teams and who is in them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from orchflow.errors import Invalid, Problem
from orchflow.people.permissions import Actor, Permission
from orchflow.people.tables import TOPIC, Team, TeamMember, User
from orchflow.store import removal
from orchflow.store.engine import Store
from orchflow.store.field import fields_of, read_changes
from orchflow.store.merge import save_changes, unchanged
from orchflow.store.request import unless_taken
from orchflow.store.rows import stored
from orchflow.store.rules import present, taken


@dataclass(frozen=True)
class TeamRow:
    """A team as a list shows it. `version` is what an edit sends back as its base."""

    id: int
    version: int
    name: str
    description: str
    lead_id: int | None
    member_ids: tuple[int, ...]


@dataclass(frozen=True)
class SavedTeam:
    """What was stored; `merged` when it also holds another person's changes since the base version."""

    team: TeamRow
    merged: bool


def list_teams(store: Store, actor: Actor) -> list[TeamRow]:
    """Every team, by name."""
    actor.require(Permission.PEOPLE_VIEW)
    with store.read() as session:
        teams = session.scalars(sa.select(Team).options(selectinload(Team.members)).order_by(Team.name))
        return [_row(team) for team in teams]


def add_team(
    store: Store,
    actor: Actor,
    *,
    name: str,
    description: str = "",
    lead_id: int | None = None,
    member_ids: Collection[int] = (),
) -> TeamRow:
    """Add a team with its members. Invalid names every refused value."""
    actor.require(Permission.PEOPLE_MANAGE)
    raw = {"name": name, "description": description, "lead_id": lead_id}
    with store.unit(actor, alone=TOPIC) as session:
        values = _read(session, None, raw)
        _check_people(session, None, member_ids)
        team = Team(**values, members=[TeamMember(user_id=user_id) for user_id in sorted(set(member_ids))])
        with _sent(session, None):
            session.add(team)
        return _row(team)


def update_team(
    store: Store,
    actor: Actor,
    team_id: int,
    base_version: int,
    changes: Mapping[str, Any],
    *,
    join: Collection[int] = (),
    leave: Collection[int] = (),
) -> SavedTeam:
    """Save the fields in `changes` (name, description, lead_id), and let people `join` and `leave`: all or nothing.

    Membership is said as what changes rather than how it ends, so that two people may change it at the same time: who
    is in already, or not in, stays so. Invalid names refused values, ConflictError the fields that someone else has changed since `base_version`.
    """
    actor.require(Permission.PEOPLE_MANAGE)
    with store.unit(actor, alone=TOPIC) as session:
        values = _read(session, team_id, changes)
        _check_people(session, team_id, join)
        with _sent(session, team_id):
            saved = save_changes(session, Team, team_id, base_version, values)
        _change(saved.row, join, leave)
        session.flush()
        return SavedTeam(_row(saved.row), saved.merged and bool(values))


def delete_team(store: Store, actor: Actor, team_id: int, base_version: int) -> None:
    """Delete a team; its people stay, its budgets and shares of costs go. ConflictError when someone has edited it since.

    Invalid while it has sprints, board columns or days off in the plan.
    """
    actor.require(Permission.PEOPLE_MANAGE)
    with store.unit(actor, alone=TOPIC) as session:
        unchanged(session, Team, team_id, base_version)
        try:
            removal.remove(session, Team, {team_id})
        except Invalid as used:
            raise Invalid(used.problems, "Delete or move these first, or rename the team.") from None


def change_teams_of(session: Session, user_id: int, join: Collection[int], leave: Collection[int]) -> None:
    """Put one person into some teams and take them out of others, in the unit that saves the person."""
    for team_id in sorted({*join, *leave}):
        team = stored(session, Team, team_id, lock=True)
        _change(team, [user_id] if team_id in join else [], [user_id] if team_id in leave else [])


def _change(team: Team, add: Collection[int], remove: Collection[int]) -> None:
    for member in [member for member in team.members if member.user_id in remove]:
        team.members.remove(member)
    present = {member.user_id for member in team.members}
    team.members.extend(TeamMember(user_id=user_id) for user_id in sorted(set(add) - present))


def _read(session: Session, team_id: int | None, changes: Mapping[str, Any]) -> dict[str, Any]:
    """`changes` as they are stored; Invalid names every refused value."""
    values, problems = read_changes(fields_of(Team), changes, team_id)
    name, lead_id = values.get("name"), values.get("lead_id")
    if name and taken(session, Team, ("name",), [(name,)]).get((name,), team_id) != team_id:
        problems.append(Problem(team_id, "name", f"there is a team {name!r} already"))
    if lead_id is not None and _unknown(session, [lead_id]):
        problems.append(Problem(team_id, "lead_id", f"there is no user {lead_id}"))
    if problems:
        raise Invalid(problems)
    return values


def _check_people(session: Session, team_id: int | None, user_ids: Collection[int]) -> None:
    if unknown := _unknown(session, user_ids):
        raise Invalid(
            [Problem(team_id, "members", f"there is no user {user_id}") for user_id in sorted(unknown)]
        )


def _unknown(session: Session, user_ids: Collection[int]) -> set[int]:
    return set(user_ids) - present(session, User, user_ids)


def _sent(session: Session, team_id: int | None) -> AbstractContextManager[None]:
    late = Problem(team_id, "name", "has just been taken by someone else")
    return unless_taken(session, Invalid([late]))


def _row(team: Team) -> TeamRow:
    members = sorted(member.user_id for member in team.members)
    return TeamRow(team.id, team.version, team.name, team.description, team.lead_id, tuple(members))
