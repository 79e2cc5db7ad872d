"""Connections to the plan store's database, with every safety each engine needs."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from orchflow.errors import ConfigError, disk_error

BUSY_SECONDS = 30
AT_ONCE = 4
"""So many read from SQLite at a time, others wait for their turn: it keeps the file open as often as it ever was at a
time. Whoever reads must not ask for a second connection before the first is given back, nor read for long: that is what
`long_reader` is for."""


@dataclass(frozen=True)
class Engines:
    """Where to write and where to read; `file` is the SQLite file.

    The `long_reader` is for whoever keeps a session open while a file is written: nobody waits for their connections.
    """

    kind: Literal["sqlite", "postgresql"]
    writer: sa.Engine
    reader: sa.Engine
    long_reader: sa.Engine
    migrator: sa.Engine
    file: Path | None

    def make_file(self) -> None:
        """Make the SQLite file where there is none; StoreError when that cannot be."""
        if self.file is None:
            return
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Made here so that nobody else can read it: it holds password hashes. SQLite's side files follow its mode.
            os.close(os.open(self.file, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            raise disk_error(
                error,
                f"The plan store's file {self.file} cannot be opened",
                "Set ORCHFLOW_HOME to a folder that can be written.",
            ) from None

    def dispose(self) -> None:
        """Close every connection."""
        for engine in (self.writer, self.reader, self.long_reader, self.migrator):
            engine.dispose()


def insert_into(session: Session, table: type[Any]) -> sqlite.Insert | postgresql.Insert:
    """The engine's own `insert`, which knows what to do where a row is there already."""
    own = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return own(table)


def engines(url: str) -> Engines:
    """Engines for `url`; nothing is connected yet. ConfigError when it is neither SQLite nor PostgreSQL."""
    try:
        address = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise ConfigError("The plan store's address is not a URL", "Correct ORCHFLOW_DATABASE_URL.") from None
    match address.get_backend_name():
        case "sqlite":
            return _sqlite(address)
        case "postgresql" | "postgres":
            return _postgres(address.set(drivername="postgresql+psycopg"))
    raise ConfigError(
        f"The plan store cannot be kept in {address.drivername}",
        "Give a PostgreSQL address (postgresql://user:password@host:5432/database), or none for SQLite.",
    )


def _sqlite(address: sa.URL) -> Engines:
    if not address.database or address.database == ":memory:":
        raise ConfigError(
            "The plan store needs a file", "Write its address like sqlite:////path/to/plan.sqlite."
        )
    file = Path(address.database).absolute()
    address = sa.URL.create("sqlite", database=str(file))
    return Engines(
        kind="sqlite",
        writer=_sqlite_engine(address, "begin immediate"),
        reader=_sqlite_engine(address, "begin", "pragma query_only = on"),
        long_reader=_sqlite_engine(address, "begin", "pragma query_only = on", poolclass=NullPool),
        # A migration that rebuilds a table must not cascade into the tables that point to it.
        migrator=_sqlite_engine(address, "begin immediate", "pragma foreign_keys = off", poolclass=NullPool),
        file=file,
    )


def _sqlite_engine(address: sa.URL, begin: str, *pragmas: str, **options: Any) -> sa.Engine:
    """An engine whose transactions start with `begin`.

    A writer takes SQLite's write lock at once: a transaction that reads first and asks for the lock later fails
    when another one has written in between, however long it is willing to wait.
    """
    if not options:
        options = {"pool_size": 2, "max_overflow": AT_ONCE - 2}
    engine = sa.create_engine(address, connect_args={"timeout": BUSY_SECONDS}, **options)

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions by itself
        for pragma in (
            "pragma journal_mode = wal",
            "pragma synchronous = full",
            "pragma foreign_keys = on",
            *pragmas,
        ):
            connection.execute(pragma).close()

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _postgres(address: sa.URL) -> Engines:
    engine = sa.create_engine(
        address,
        pool_size=8,
        max_overflow=24,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": 10,
            "application_name": "orchflow",
            "options": "-c timezone=UTC -c lock_timeout=30s",
        },
    )
    # Every statement of a reading session sees the same state, as on SQLite.
    reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Engines(
        kind="postgresql", writer=engine, reader=reader, long_reader=reader, migrator=engine, file=None
    )
