"""Rows of people and teams are saved one by one, each with its memberships."""

from __future__ import annotations

import pytest

from orchflow.people import teams, users
from orchflow.people.permissions import SYSTEM
from orchflow.screens.team.people_grids import people_rows, people_saver, team_rows, team_saver
from orchflow.ui.sheet_stage import SheetChange
from orchflow.workspace import Workspace


@pytest.fixture
def ada(ws: Workspace) -> users.UserRow:
    return users.add_user(
        ws.store, SYSTEM, username="ada", display_name="Ada", password="correct horse battery"
    )[0]


def test_a_new_person_is_stored_with_teams_and_the_password_is_told_once(ws: Workspace) -> None:
    claims = teams.add_team(ws.store, SYSTEM, name="Claims")
    change = SheetChange("new-1", None, {"display_name": "Mark", "team_ids": [claims.id]})
    (outcome,) = people_saver(ws.store, SYSTEM)([change])

    assert outcome.fate == "saved"
    assert "one-time password" in outcome.note
    assert [person.team_ids for person in users.list_users(ws.store, SYSTEM)] == [(claims.id,)]


def test_one_refused_row_does_not_hold_back_the_others(ws: Workspace, ada: users.UserRow) -> None:
    rows = people_rows([ada], ws.zone)
    outcomes = people_saver(ws.store, SYSTEM)(
        [
            SheetChange("new-1", None, {"display_name": ""}),
            SheetChange(
                rows[0].key, rows[0].version, {"display_name": "Adele"}, {"display_name": "Ada"}, "Ada"
            ),
        ]
    )

    assert [outcome.fate for outcome in outcomes] == ["refused", "saved"]
    assert outcomes[0].problems
    assert users.get_user(ws.store, SYSTEM, ada.id).display_name == "Adele"


def test_the_same_field_changed_by_two_is_a_conflict_with_the_version_stored_now(ws: Workspace) -> None:
    team = teams.add_team(ws.store, SYSTEM, name="Claims")
    (row,) = team_rows([team])
    teams.update_team(ws.store, SYSTEM, team.id, team.version, {"name": "Claims EU"})
    (outcome,) = team_saver(ws.store, SYSTEM)(
        [SheetChange(row.key, row.version, {"name": "Claims US"}, {"name": "Claims"}, "Claims")]
    )

    assert (outcome.fate, outcome.version) == ("conflict", team.version + 1)
    assert [conflict.theirs for conflict in outcome.conflicts] == ["Claims EU"]
