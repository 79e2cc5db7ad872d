"""Values of the workspace that are kept in the store."""

from __future__ import annotations

import sqlalchemy as sa

from orchflow.people.permissions import SYSTEM
from orchflow.store.engine import Store
from orchflow.store.settings import get_setting, put_setting
from orchflow.store.tables import Change


def test_a_value_is_kept_changed_and_forgotten(store: Store) -> None:
    assert get_setting(store, "workspace.start_date") is None
    for value in ("2026-05-01", "2026-05-04", None):
        put_setting(store, SYSTEM, "workspace.start_date", value)
        assert get_setting(store, "workspace.start_date") == value


def test_who_moved_day_one_is_on_record(store: Store) -> None:
    put_setting(store, SYSTEM, "workspace.start_date", "2026-05-01")
    put_setting(store, SYSTEM, "workspace.start_date", "2026-05-04")
    with store.read() as session:
        changed = sa.select(Change.actor, Change.old, Change.new).where(Change.action == "update")
        assert [tuple(row) for row in session.execute(changed)] == [("system", "2026-05-01", "2026-05-04")]
