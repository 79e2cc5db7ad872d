"""Values of the workspace that are kept in the plan store: those that nobody wrote into the settings file."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from orchflow.store.engine import Author, Store
from orchflow.store.tables import Setting


def get_setting(store: Store, key: str) -> Any | None:
    """The value kept under `key`, or None."""
    with store.read() as session:
        return session.scalar(sa.select(Setting.value).where(Setting.key == key))


def put_setting(store: Store, actor: Author, key: str, value: Any) -> None:
    """Keep `value` (anything JSON can hold) under `key`; None forgets it."""
    with store.unit(actor) as session:
        row = session.scalar(sa.select(Setting).where(Setting.key == key).with_for_update())
        if value is None:
            if row is not None:
                session.delete(row)
        elif row is None:
            session.add(Setting(key=key, value=value))
        else:
            row.value = value
