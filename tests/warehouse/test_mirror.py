"""People and teams of the plan store, as figures see them."""

from __future__ import annotations

from orchflow.people.permissions import SYSTEM, Role
from orchflow.people.tables import Team, TeamMember, User
from orchflow.warehouse.mirror import mirror_people
from orchflow.warehouse.sql import Query
from orchflow.workspace import Workspace

from .conftest import NOW

PEOPLE = Query.of("people", "select username, role, active, platform_user_id from people order by 1")
TEAMS = Query.of("teams", "select team, username from people_teams join people using (user_id) order by 1, 2")


def add(ws: Workspace, username: str, team: str | None = None) -> None:
    with ws.store.unit(SYSTEM) as session:
        user = User(
            username=username, display_name=username.title(), role=Role.MEMBER, platform_user_id=f"p-{username}",
            sessions_valid_from=NOW,
        )  # fmt: skip
        session.add(user)
        session.flush()
        if team:
            session.add(Team(name=team, members=[TeamMember(user_id=user.id)]))


def test_people_and_their_teams_are_mirrored(ws: Workspace) -> None:
    add(ws, "ada", "Platform")
    add(ws, "bob")
    assert mirror_people(ws) is True
    assert ws.warehouse.rows(PEOPLE) == [("ada", "member", True, "p-ada"), ("bob", "member", True, "p-bob")]
    assert ws.warehouse.rows(TEAMS) == [("Platform", "ada")]


def test_nothing_is_copied_while_nobody_changed(ws: Workspace) -> None:
    add(ws, "ada")
    mirror_people(ws)
    version = ws.warehouse.version("people")
    assert mirror_people(ws) is False
    assert ws.warehouse.version("people") == version


def test_a_change_in_the_plan_store_shows_after_the_next_mirror(ws: Workspace) -> None:
    add(ws, "ada", "Platform")
    mirror_people(ws)
    with ws.store.unit(SYSTEM) as session:
        session.query(User).filter_by(username="ada").one().active = False
        session.delete(session.query(Team).one())
    assert mirror_people(ws) is True
    assert ws.warehouse.rows(PEOPLE) == [("ada", "member", False, "p-ada")]
    assert ws.warehouse.rows(TEAMS) == []
