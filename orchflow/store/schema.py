"""Which form the plan store's tables have, and how to bring them to another."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from orchflow.errors import NewerDatabase

SCRIPTS = Path(__file__).parent / "migrations"
REVISION_TABLE = "schema_revision"


def revision(connection: sa.Connection) -> str | None:
    """The migration that the database has reached; None for an empty one."""
    return MigrationContext.configure(
        connection, opts={"version_table": REVISION_TABLE}
    ).get_current_revision()


def head() -> str:
    """The last migration of this version."""
    newest = _migrations(SCRIPTS).get_current_head()
    assert newest is not None, f"no migrations in {SCRIPTS}"
    return newest


def refuse_newer(revision_there: str, database: str) -> None:
    """NewerDatabase when `revision_there` is no migration of this version; `database` begins the sentence."""
    known = {script.revision for script in _migrations(SCRIPTS).walk_revisions()}
    if revision_there not in known:
        raise NewerDatabase(
            f"{database} was written by a newer version of Orchestrator Flow (schema {revision_there})",
            "Install that version or a later one. Nothing was changed.",
        )


def upgrade(connection: sa.Connection, target: str = "head") -> None:
    """Run the migrations up to `target` in the connection's transaction, which the caller commits."""
    config = _config(SCRIPTS)
    config.attributes["connection"] = connection
    command.upgrade(config, target)


@cache
def _migrations(folder: Path) -> ScriptDirectory:
    """The migrations of this version, read once: every one is a module of its own."""
    return ScriptDirectory.from_config(_config(folder))


def _config(folder: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
