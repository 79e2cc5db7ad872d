"""Bring an older plan store to this version's form when it is opened."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import sqlalchemy as sa

from orchflow import clock
from orchflow.disk.unfinished import set_aside
from orchflow.errors import StoreError
from orchflow.store import backup, schema
from orchflow.store.connect import Engines

_LOCK = 0x0F10  # any number that nothing else in this database takes an advisory lock on


def migrate(engines: Engines, backups: Path) -> None:
    """Run the migrations that are missing, in one transaction, after a backup copy into `backups`.

    A new database gets its tables without a copy. Two programs that start at the same time wait for each other.
    NewerDatabase when the database's revision is not one of this version's.
    """
    with engines.migrator.connect() as connection:
        if engines.kind == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        revision = schema.revision(connection)
        if revision == schema.head():
            return
        if revision is None:
            if sa.inspect(connection).has_table("change"):
                raise StoreError(
                    "The plan store's database holds tables of another program",
                    "Give Orchestrator Flow a database of its own.",
                )
        else:
            schema.refuse_newer(revision, "The plan store")
            copy = backups / f"plan-store-{revision}-{clock.now():%Y%m%dT%H%M%S%f}Z"
            set_aside(copy, "The plan store", partial(backup.backup, engines))
        schema.upgrade(connection)
        connection.commit()
