"""Copies of the plan store, made while it is in use, and put back."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from orchflow.errors import StoreError
from orchflow.people.permissions import SYSTEM
from orchflow.people.tables import Team
from orchflow.store.engine import Store, open_store, restore_store
from orchflow.store.settings import get_setting, put_setting
from orchflow.store.tables import Change

TRICKY = 'tab\there, line\nbreak, \\N, "quotes", ünïcode 🚀'


def add_team(store: Store, name: str) -> int:
    with store.unit(SYSTEM) as session:
        team = Team(name=name, description=TRICKY)
        session.add(team)
        session.flush()
        return team.id


def teams(store: Store) -> list[tuple[str, str]]:
    with store.read() as session:
        return [
            tuple(row) for row in session.execute(sa.select(Team.name, Team.description).order_by(Team.id))
        ]


def test_a_copy_puts_everything_back_and_later_work_is_gone(
    store: Store, store_address: str, tmp_path: Path
) -> None:
    add_team(store, "Engines")
    put_setting(store, SYSTEM, "nested", {"a": [1, None, "x"]})
    store.backup(tmp_path / "copy")
    add_team(store, "Later")
    store.dispose()
    restore_store(store_address, tmp_path / "copy")
    again = open_store(store_address, backups=tmp_path / "backups")
    assert teams(again) == [("Engines", TRICKY)]
    assert get_setting(again, "nested") == {"a": [1, None, "x"]}
    with again.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Change)) == 4
    again.dispose()


def test_numbers_go_on_after_a_restore_and_never_return(
    store: Store, store_address: str, tmp_path: Path
) -> None:
    add_team(store, "Engines")
    deleted = add_team(store, "Deleted")
    with store.unit(SYSTEM) as session:
        session.delete(session.get_one(Team, deleted))
    store.backup(tmp_path / "copy")
    store.dispose()
    restore_store(store_address, tmp_path / "copy")
    again = open_store(store_address, backups=tmp_path / "backups")
    assert add_team(again, "After") == deleted + 1
    again.dispose()


def test_what_was_there_is_kept_and_can_be_restored(store: Store, store_address: str, tmp_path: Path) -> None:
    store.backup(tmp_path / "copy")
    add_team(store, "Later")
    store.dispose()
    restore_store(store_address, tmp_path / "copy", kept=tmp_path / "kept")
    restore_store(store_address, tmp_path / "kept" / "plan")
    again = open_store(store_address, backups=tmp_path / "backups")
    assert teams(again) == [("Later", TRICKY)]
    again.dispose()


def test_a_copy_is_taken_while_someone_writes(store: Store, tmp_path: Path) -> None:
    with store.unit(SYSTEM) as session:
        session.add(Team(name="Not yet committed"))
        session.flush()
        manifest = store.backup(tmp_path / "copy")
    assert manifest.is_file()
    for file in (tmp_path / "copy").rglob("plan*.sqlite"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_copy_of_an_empty_place_can_be_restored_into_a_new_one(
    store: Store, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    add_team(store, "Moving")
    store.backup(tmp_path / "copy")
    if store.engines.kind == "sqlite":
        address = f"sqlite:///{tmp_path / 'elsewhere.sqlite'}"
    else:
        make: Callable[[], str] = request.getfixturevalue("new_database")
        address = make()
    restore_store(address, tmp_path / "copy", kept=tmp_path / "kept")
    moved = open_store(address, backups=tmp_path / "backups")
    assert teams(moved) == [("Moving", TRICKY)]
    moved.dispose()


def test_a_damaged_store_is_replaced_and_kept_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "plan.sqlite"
    store = open_store(f"sqlite:///{file}", backups=tmp_path / "backups")
    add_team(store, "Engines")
    store.backup(tmp_path / "copy")
    store.dispose()
    file.write_bytes(b"overwritten by something else " * 500)
    restore_store(f"sqlite:///{file}", tmp_path / "copy", kept=tmp_path / "kept")
    again = open_store(f"sqlite:///{file}", backups=tmp_path / "backups")
    assert teams(again) == [("Engines", TRICKY)]
    again.dispose()
    assert (tmp_path / "kept" / "plan" / "plan.sqlite").read_bytes().startswith(b"overwritten")


def test_half_a_copy_is_refused_and_the_store_stays(store: Store, store_address: str, tmp_path: Path) -> None:
    add_team(store, "Engines")
    manifest = store.backup(tmp_path / "copy")
    for file in (tmp_path / "copy").rglob("*"):
        if file.is_file() and file != manifest and file.stat().st_size:
            file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    store.dispose()
    with pytest.raises(StoreError):
        restore_store(store_address, tmp_path / "copy")
    again = open_store(store_address, backups=tmp_path / "backups")
    assert teams(again) == [("Engines", TRICKY)]
    again.dispose()


def test_a_folder_without_a_copy_is_named(store_address: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="holds no complete copy"):
        restore_store(store_address, tmp_path)


def test_a_copy_of_the_other_engine_is_refused(
    store: Store, tmp_path: Path, new_database: Callable[[], str]
) -> None:
    store.backup(tmp_path / "copy")
    other = new_database() if store.engines.kind == "sqlite" else f"sqlite:///{tmp_path / 'other.sqlite'}"
    with pytest.raises(StoreError, match="was made of"):
        restore_store(other, tmp_path / "copy")


def test_a_folder_that_cannot_be_written_is_named(store: Store, tmp_path: Path) -> None:
    (tmp_path / "occupied").write_text("a file")
    with pytest.raises(StoreError, match="cannot be copied to"):
        store.backup(tmp_path / "occupied")
