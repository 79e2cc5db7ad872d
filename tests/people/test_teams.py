"""Teams and who is in them."""

from __future__ import annotations

import pytest

from orchflow.errors import ConflictError, Invalid, NotFound
from orchflow.people import teams, users
from orchflow.people.permissions import SYSTEM
from orchflow.people.teams import TeamRow
from orchflow.store.engine import Store
from tests.people.conftest import AddPerson


@pytest.fixture
def people(add_person: AddPerson) -> list[int]:
    return [add_person(name).user_id or 0 for name in ("ada", "bob", "cleo")]


@pytest.fixture
def engines(store: Store, people: list[int]) -> TeamRow:
    return teams.add_team(
        store, SYSTEM, name=" Engines ", description="Builds them", lead_id=people[0], member_ids=people[:2]
    )


def test_a_team_is_listed_with_its_lead_and_members(
    store: Store, engines: TeamRow, people: list[int]
) -> None:
    assert teams.list_teams(store, SYSTEM) == [
        TeamRow(engines.id, 1, "Engines", "Builds them", people[0], tuple(people[:2]))
    ]


def test_editors_of_different_fields_merge_and_of_one_field_conflict(store: Store, engines: TeamRow) -> None:
    teams.update_team(store, SYSTEM, engines.id, 1, {"name": "Engine room"})
    saved = teams.update_team(store, SYSTEM, engines.id, 1, {"description": "Runs them", "lead_id": None})
    assert saved.merged
    assert (saved.team.name, saved.team.description, saved.team.lead_id) == ("Engine room", "Runs them", None)
    with pytest.raises(ConflictError, match="name"):
        teams.update_team(store, SYSTEM, engines.id, 1, {"name": "Motors"})


def test_members_come_and_go_without_undoing_each_other(
    store: Store, engines: TeamRow, people: list[int]
) -> None:
    ada, bob, cleo = people
    teams.update_team(store, SYSTEM, engines.id, 1, {"name": "Engine room"}, join=[cleo, ada])
    saved = teams.update_team(store, SYSTEM, engines.id, 1, {}, leave=[bob])
    assert (saved.team.name, saved.team.member_ids, saved.merged) == ("Engine room", (ada, cleo), False)


def test_one_persons_teams_are_changed_from_their_side(
    store: Store, engines: TeamRow, people: list[int]
) -> None:
    motors = teams.add_team(store, SYSTEM, name="Motors")
    users.update_user(store, SYSTEM, people[0], 1, {}, join=[motors.id], leave=[engines.id])
    assert users.get_user(store, SYSTEM, people[0]).teams == ("Motors",)


def test_a_person_and_their_teams_are_saved_together_or_not_at_all(
    store: Store, engines: TeamRow, people: list[int]
) -> None:
    dora, _ = users.add_user(store, SYSTEM, display_name="Dora Maar", team_ids=[engines.id])
    assert (dora.username, dora.teams) == ("dora.maar", ("Engines",))
    before = users.list_users(store, SYSTEM)
    with pytest.raises(NotFound, match="no team 99"):
        users.add_user(store, SYSTEM, username="eve", team_ids=[99])
    with pytest.raises(NotFound, match="no team 99"):
        users.update_user(store, SYSTEM, people[0], 1, {"display_name": "Ada L."}, join=[99])
    assert users.list_users(store, SYSTEM) == before


def test_a_team_and_its_members_are_saved_together_or_not_at_all(
    store: Store, engines: TeamRow, people: list[int]
) -> None:
    with pytest.raises(Invalid, match="no user 99"):
        teams.update_team(store, SYSTEM, engines.id, 1, {"name": "Engine room"}, join=[99])
    assert teams.list_teams(store, SYSTEM) == [engines]


def test_deleting_a_team_leaves_its_people(store: Store, engines: TeamRow, people: list[int]) -> None:
    teams.delete_team(store, SYSTEM, engines.id, 1)
    assert teams.list_teams(store, SYSTEM) == []
    assert [row.id for row in users.list_users(store, SYSTEM)] == people
    with pytest.raises(NotFound, match="system deleted this team"):
        teams.update_team(store, SYSTEM, engines.id, 1, {"name": "Motors"})


def test_refused_values_are_named(store: Store, engines: TeamRow) -> None:
    with pytest.raises(Invalid) as refused:
        teams.update_team(store, SYSTEM, engines.id, 1, {"name": "", "lead_id": 99, "members": [1]})
    assert {problem.field for problem in refused.value.problems} == {"name", "lead_id", "members"}
    with pytest.raises(Invalid, match="already"):
        teams.add_team(store, SYSTEM, name="Engines")
    with pytest.raises(Invalid, match="no user 99"):
        teams.update_team(store, SYSTEM, engines.id, 1, {}, join=[99])
    with pytest.raises(NotFound, match="no team 99"):
        teams.update_team(store, SYSTEM, 99, 1, {})
