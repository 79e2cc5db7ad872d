"""The past: what the features write while it is told is recorded as having happened then, by whoever did it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from orchflow import clock
from orchflow.errors import Forbidden
from orchflow.people.newcomers import Newcomer, add_people
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.planning.tables import Effort
from orchflow.planning.work.efforts import create_effort, list_efforts, update_effort
from orchflow.store.engine import Store
from orchflow.store.retelling import retell
from orchflow.store.tables import Change

FIRST, SECOND = datetime(2025, 3, 3, 9, tzinfo=UTC), datetime(2025, 3, 4, 15, tzinfo=UTC)


def test_a_past_told_in_order_has_its_instants_people_and_versions(store: Store) -> None:
    (user_id,) = add_people(store, SYSTEM, [Newcomer("ada", "Ada", role=Role.MANAGER)])
    ada = Actor(user_id, "ada", "Ada", Role.MANAGER)
    with retell(store, SYSTEM) as past:
        past.at(FIRST)
        effort = create_effort(past, ada, number=1, name="First name")
        past.at(SECOND)
        update_effort(past, SYSTEM, effort.id, effort.version, {"name": "Second name"})
    named = sa.select(Change.occurred_at, Change.actor, Change.new, Change.version)
    with store.read() as session:
        told = session.get_one(Effort, effort.id)
        assert (told.version, told.created_at, told.updated_at) == (2, FIRST, SECOND)
        changes = session.execute(
            named.where(Change.entity == "effort", Change.field == "name").order_by(Change.id)
        )
        assert [tuple(row) for row in changes] == [
            (FIRST, "ada", "First name", 1),
            (SECOND, "system", "Second name", 2),
        ]


def test_what_fails_ends_the_whole(store: Store) -> None:
    nobody = Actor(999, "nobody", "Nobody", Role.MANAGER)

    def tell() -> None:
        with retell(store, SYSTEM) as past:
            past.at(FIRST)
            create_effort(past, SYSTEM, number=1, name="An effort")
            create_effort(past, nobody, number=2, name="Another one")

    with pytest.raises(Forbidden):
        tell()
    assert list_efforts(store, SYSTEM) == []


@pytest.mark.parametrize("at", [clock.now() + timedelta(days=2), FIRST.replace(tzinfo=None)])
def test_what_is_to_come_or_has_no_zone_has_not_happened(store: Store, at: datetime) -> None:
    with retell(store, SYSTEM) as past, pytest.raises(ValueError, match="not an instant of the past"):
        past.at(at)
