"""Many edits in one unit, rows revived, a past from elsewhere, writers in turn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from orchflow.errors import FieldConflict, Problem
from orchflow.people.tables import Team
from orchflow.store.edits import Edit
from orchflow.store.engine import Store
from orchflow.store.merge import delete_row, save_changes, save_many
from orchflow.store.past import PastChange, write_past
from orchflow.store.revive import first_seen, revive
from orchflow.store.tables import Change
from tests.store.authors import ADA


@pytest.fixture
def teams(store: Store) -> list[int]:
    with store.unit(ADA) as session:
        rows = [Team(name=name, description="d") for name in ("a", "b", "c")]
        session.add_all(rows)
        session.flush()
        return [row.id for row in rows]


def names(store: Store) -> list[tuple[str, int]]:
    with store.read() as session:
        found = session.execute(sa.select(Team.name, Team.version).order_by(Team.id))
        return [(name, version) for name, version in found]


def test_of_many_edits_each_is_written_or_told_of(store: Store, teams: list[int]) -> None:
    a, b, c = teams
    with store.unit(ADA) as session:
        save_changes(session, Team, b, 1, {"name": "B"})
    edits = [
        Edit(a, 1, {"name": "A"}),
        Edit(b, 1, {"name": "mine"}),
        Edit(b, 1, {"description": "merged"}),
        Edit(99, 1, {"name": "x"}),
        Edit(c, 1, {"colour": "red"}),
        Edit(c, 1, {"name": "refused"}),
    ]

    def check(row: Team, values: dict[str, Any]) -> list[Problem]:
        return [Problem(row.id, "name", "no")] if values.get("name") == "refused" else []

    with store.unit(ADA) as session:
        outcomes = save_many(session, Team, edits, check)
    assert [outcome.stored for outcome in outcomes] == [True, False, True, False, False, False]
    assert outcomes[1].conflicts == (FieldConflict("name", "b", "B", "mine"),)
    assert outcomes[2].outcome == "merged"
    assert outcomes[3].gone
    assert outcomes[3].problems == (Problem(99, "id", "There is no team 99"),)
    assert outcomes[4].problems == (Problem(c, "colour", "cannot be changed"),)
    assert outcomes[5].problems == (Problem(c, "name", "no"),)
    assert names(store) == [("A", 2), ("B", 3), ("c", 1)]


def test_a_revived_row_goes_on_with_its_versions(store: Store, teams: list[int]) -> None:
    number = teams[0]
    with store.unit(ADA) as session:
        delete_row(session, Team, number, 1)
    with store.unit(ADA) as session:
        born = first_seen(session, Team, [number])[number]
        values = {"name": "a", "description": "d"}
        revive(session, Team, number, values, deleted_at_version=2, created_at=born)
    with store.read() as session:
        row = session.get_one(Team, number)
        assert (row.name, row.version, row.created_at) == ("a", 3, born)
        last = sa.select(Change.action, Change.version).order_by(Change.id.desc()).limit(1)
        assert session.execute(last).one() == ("insert", 3)
    with store.unit(ADA) as session:
        assert save_changes(session, Team, number, 1, {"name": "still fits"}).row.version == 4


def test_a_past_is_written_once_with_its_own_time_and_person(store: Store, teams: list[int]) -> None:
    at = datetime(2025, 3, 1, 9, tzinfo=UTC)
    past = {
        teams[0]: [
            PastChange(at + timedelta(days=1), "name", "x", "a", "eve"),
            PastChange(at, "name", None, "x", "dan"),
        ]
    }
    written = []
    for _ in range(2):
        version = store.version("people")
        with store.unit(ADA, request="import-1") as session:
            written.append(write_past(session, Team, past))
    assert written == [2, 0]
    assert store.version("people") == version
    with store.read() as session:
        found = sa.select(Change.actor, Change.occurred_at, Change.new, Change.version, Change.request)
        rows = session.execute(found.where(Change.action == "import").order_by(Change.id)).all()
    assert [tuple(row) for row in rows] == [
        ("dan", at, "x", 0, "import-1"),
        ("eve", at + timedelta(days=1), "a", 0, "import-1"),
    ]


def test_an_edit_based_on_a_version_before_the_past_was_written_is_no_conflict(
    store: Store, teams: list[int]
) -> None:
    past = {teams[0]: [PastChange(datetime(2025, 3, 1, tzinfo=UTC), "name", "old", "older", "eve")]}
    with store.unit(ADA) as session:
        write_past(session, Team, past)
    with store.unit(ADA) as session:
        assert not save_changes(session, Team, teams[0], 1, {"name": "new"}).merged
