"""Opening the plan store: made, migrated after a copy, refused when newer."""

from __future__ import annotations

import json
import shutil
import sqlite3
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

import orchflow.alerts.tables
import orchflow.costs.tables
import orchflow.guidance.check_tables
import orchflow.guidance.tables
import orchflow.people.token_tables
import orchflow.planning.figure_index
import orchflow.planning.tables
import orchflow.risks.tables  # noqa: F401  their tables and indexes belong to the store as well
from orchflow import clock
from orchflow.errors import ConfigError, NewerDatabase, StoreError, Unavailable
from orchflow.people.permissions import SYSTEM, Role
from orchflow.people.tables import Team, TeamMember, User
from orchflow.store import connect, schema
from orchflow.store.engine import Store, open_store
from orchflow.store.tables import Base

NEXT_MIGRATION = '''
"""Rebuild the users' table, as a later version might."""
import sqlalchemy as sa
from alembic import op

revision, down_revision = "next", "{head}"

def upgrade() -> None:
    with op.batch_alter_table("user_account", recreate="auto") as batch:
        batch.add_column(sa.Column("nickname", sa.String(20)))
        batch.alter_column("display_name", type_=sa.String(200))
'''


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Calling it makes the program one migration newer."""

    def install() -> None:
        scripts = tmp_path / "migrations 100%"
        shutil.copytree(schema.SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
        newer = NEXT_MIGRATION.replace("{head}", schema.head())
        (scripts / "versions" / "next.py").write_text(newer, encoding="utf-8")
        monkeypatch.setattr(schema, "SCRIPTS", scripts)

    return install


def add_people(store: Store) -> None:
    with store.unit(SYSTEM) as session:
        user = User(username="ada", display_name="Ada", role=Role.ADMIN, sessions_valid_from=clock.now())
        session.add(user)
        session.flush()
        session.add(Team(name="Engines", members=[TeamMember(user_id=user.id)]))


def test_the_migrations_make_exactly_the_tables_of_the_models(store: Store, store_address: str) -> None:
    engines = connect.engines(store_address)
    with engines.reader.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": schema.REVISION_TABLE, "compare_type": True}
        )
        assert compare_metadata(context, Base.metadata) == []
    engines.dispose()
    assert store.revision() == schema.head()


def test_a_new_store_needs_no_backup_and_opens_again(
    store: Store, store_address: str, tmp_path: Path
) -> None:
    add_people(store)
    again = open_store(store_address, backups=tmp_path / "backups")
    with again.read() as session:
        assert session.scalars(sa.select(User.username)).all() == ["ada"]
    again.dispose()
    assert not (tmp_path / "backups").exists()


def test_an_older_store_is_copied_before_it_is_migrated(
    store: Store, store_address: str, tmp_path: Path, next_version: Callable[[], None]
) -> None:
    add_people(store)
    before = store.revision()
    store.dispose()
    next_version()
    migrated = open_store(store_address, backups=tmp_path / "backups")
    with migrated.read() as session:
        assert session.execute(sa.text("select username, nickname from user_account")).all() == [
            ("ada", None)
        ]
        assert session.execute(sa.text("select count(*) from team_member")).scalar() == 1
    assert migrated.revision() == "next"
    migrated.dispose()
    (copy,) = (tmp_path / "backups").iterdir()
    assert json.loads((copy / "plan-store.json").read_text())["revision"] == before


def test_a_newer_store_is_refused_and_left_alone(
    store: Store,
    store_address: str,
    tmp_path: Path,
    next_version: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store.dispose()
    present = schema.SCRIPTS
    next_version()
    open_store(store_address, backups=tmp_path / "backups").dispose()
    monkeypatch.setattr(schema, "SCRIPTS", present)
    with pytest.raises(NewerDatabase, match=r"newer version of Orchestrator Flow \(schema next\)") as refused:
        open_store(store_address, backups=tmp_path / "backups")
    assert "Install that version" in refused.value.hint


def test_programs_that_start_together_migrate_once(store_address: str, tmp_path: Path) -> None:
    errors: list[BaseException] = []

    def start() -> None:
        try:
            open_store(store_address, backups=tmp_path / "backups").dispose()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_sqlite_is_opened_with_every_safety(tmp_path: Path) -> None:
    file = tmp_path / "deeper" / "plan.sqlite"
    store = open_store(f"sqlite:///{file}", backups=tmp_path / "backups")
    with store.unit(SYSTEM) as session:
        pragmas = {
            name: session.execute(sa.text(f"pragma {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    store.dispose()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_that_is_no_database_is_named_so(tmp_path: Path) -> None:
    (tmp_path / "plan.sqlite").write_bytes(b"these are no tables, and there are many of them " * 100)
    with pytest.raises(StoreError, match="not a SQLite database"):
        open_store(f"sqlite:///{tmp_path / 'plan.sqlite'}", backups=tmp_path / "backups")


def test_another_programs_database_is_not_touched(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "plan.sqlite") as other:
        other.execute("create table change (id integer)")
    with pytest.raises(StoreError, match="another program"):
        open_store(f"sqlite:///{tmp_path / 'plan.sqlite'}", backups=tmp_path / "backups")


@pytest.mark.parametrize("address", ["mysql://localhost/plan", "plan.sqlite", "sqlite://"])
def test_other_addresses_are_refused(address: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        open_store(address, backups=tmp_path / "backups")


def test_an_unreachable_server_is_said_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="does not answer") as refused:
        open_store("postgresql://orchflow:hush-hush@127.0.0.1:9/plan", backups=tmp_path / "backups")
    assert "hush-hush" not in str(refused.value) + refused.value.hint
