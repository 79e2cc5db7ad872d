"""Put a copy of the plan store into a PostgreSQL database, all of it or nothing, and know afterwards that it is there."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from orchflow.errors import StoreError
from orchflow.store import backup, schema, transfer
from orchflow.store.connect import Engines
from orchflow.store.failures import explained

_DROP = sa.text("select quote_ident(tablename) from pg_tables where schemaname = current_schema()")
_MARK = sa.text("select obj_description(to_regclass(:table), 'pg_class')")


def fill(engines: Engines, copy: Path, mark: str) -> None:
    """Make the tables anew in the form of the SQLite file `copy` and fill them, in one transaction.

    `mark` stands in the database from the moment at which it is committed.
    """
    with explained(), engines.migrator.begin() as target, backup.reading(copy) as source:
        refuse_another_programs(target)
        for table in target.scalars(_DROP).all():
            target.exec_driver_sql(f"drop table {table} cascade")
        revision = schema.revision(source)
        assert revision is not None, "an empty copy is refused when it is checked"
        schema.upgrade(target, revision)
        transfer.transfer(source, target)
        # a comment takes no bound parameter; the mark is hexadecimal digits
        target.exec_driver_sql(f"comment on table {schema.REVISION_TABLE} is 'restored {int(mark, 16):x}'")


def is_filled(engines: Engines, mark: str) -> bool:
    """Whether `fill` with this mark was committed."""
    with explained(), engines.reader.connect() as connection:
        found = connection.scalar(_MARK, {"table": schema.REVISION_TABLE})
    return bool(found == f"restored {int(mark, 16):x}")


def holds_anything(engines: Engines) -> bool:
    """Whether there is a plan store: its file may be missing or of no length, its database without tables."""
    if engines.file is not None and (not engines.file.is_file() or not engines.file.stat().st_size):
        return False
    with explained(), engines.reader.connect() as connection:
        return schema.revision(connection) is not None


def refuse_another_programs(connection: sa.Connection) -> None:
    """StoreError when the database holds tables of another program."""
    present = sa.inspect(connection).get_table_names()
    if present and schema.REVISION_TABLE not in present:
        raise StoreError(
            "The plan store's database holds tables of another program",
            "Give Orchestrator Flow a database of its own.",
        )
