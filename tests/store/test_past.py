"""The past: what happened earlier is recorded as having happened then, by whoever did it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from orchflow import clock
from orchflow.people.permissions import SYSTEM
from orchflow.planning.tables import Effort
from orchflow.store.engine import Store
from orchflow.store.past import happened
from orchflow.store.tables import Change

FIRST, SECOND = datetime(2025, 3, 3, 9, tzinfo=UTC), datetime(2025, 3, 4, 15, tzinfo=UTC)


def test_a_past_told_in_order_has_its_instants_people_and_versions(store: Store) -> None:
    with store.unit(SYSTEM) as session:
        happened(session, FIRST, "ada")
        effort = Effort(number=1, name="First name", position=1.0)
        session.add(effort)
        happened(session, SECOND, "ben")
        effort.name = "Second name"
    assert (effort.version, effort.created_at, effort.updated_at) == (2, FIRST, SECOND)
    named = sa.select(Change.occurred_at, Change.actor, Change.new, Change.version)
    with store.read() as session:
        told = session.execute(
            named.where(Change.entity == "effort", Change.field == "name").order_by(Change.id)
        )
        assert [tuple(row) for row in told] == [
            (FIRST, "ada", "First name", 1),
            (SECOND, "ben", "Second name", 2),
        ]


@pytest.mark.parametrize("at", [clock.now() + timedelta(days=2), FIRST.replace(tzinfo=None)])
def test_what_is_to_come_or_has_no_zone_has_not_happened(store: Store, at: datetime) -> None:
    with store.unit(SYSTEM) as session, pytest.raises(ValueError, match="not an instant of the past"):
        happened(session, at, "ada")
