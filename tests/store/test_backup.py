"""Copies of the plan store, made while it is in use, and put back."""

from __future__ import annotations

import stat
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

import orchflow.guidance.check_tables
import orchflow.people.token_tables
import orchflow.planning.tables  # noqa: F401 - their tables belong to the store as well
from orchflow.backups.restore import restore
from orchflow.config.settings import Settings
from orchflow.errors import OrchflowError, StoreError, UsageError
from orchflow.people.permissions import SYSTEM
from orchflow.people.tables import Team
from orchflow.store import connect
from orchflow.store.columns import UtcDateTime
from orchflow.store.engine import Store, open_store
from orchflow.store.settings import get_setting, put_setting
from orchflow.store.tables import Base, Change

TRICKY = 'tab\there, line\nbreak, \\N, "quotes", ünïcode 🚀'


Restore = Callable[[str, Path], Path | None]


@pytest.fixture
def restore_store(make_settings: Callable[..., Settings]) -> Restore:
    """Put a copy in the place of the plan store at an address; the folder in which what was there is kept."""

    def put_back(address: str, folder: Path) -> Path | None:
        kept = restore(make_settings(database_url=address), folder)["kept"]
        return Path(kept) if kept else None

    return put_back


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
    store: Store, store_address: str, tmp_path: Path, restore_store: Restore
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
    store: Store, store_address: str, tmp_path: Path, restore_store: Restore
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


def test_what_was_there_is_kept_and_can_be_restored(
    store: Store, store_address: str, tmp_path: Path, restore_store: Restore
) -> None:
    store.backup(tmp_path / "copy")
    add_team(store, "Later")
    store.dispose()
    kept = restore_store(store_address, tmp_path / "copy")
    assert kept is not None
    restore_store(store_address, kept)
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


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """The address of a new, empty place on an engine."""

    def make(engine: str) -> str:
        if engine == "sqlite":
            return f"sqlite:///{tmp_path / 'elsewhere' / 'plan.sqlite'}"
        address: str = request.getfixturevalue("new_database")()
        return address

    return make


def some_value(column: sa.Column[object]) -> object:
    """A value that is hard to carry, for any column."""
    if column.foreign_keys:
        return 1
    match column.type:
        case sa.Enum(enums=[first, *_]):
            return first
        case sa.String(length=length):
            return TRICKY[:length]
        case sa.JSON():
            return {"a": [1, None, "ü\\n", 0.1, {"b": True}]}
        case sa.Boolean():
            return True
        case sa.Numeric():
            return Decimal("1.25")
        case sa.Date():
            return date(2026, 2, 28)
        case UtcDateTime():
            return datetime(2026, 11, 22, 23, 59, 59, 123456, tzinfo=UTC)
    return 1


def fill_every_table(store: Store) -> None:
    """Put a row into every table that is empty; of tasks the first hangs below the second, which comes later."""
    with store.engines.writer.begin() as connection:
        for table in Base.metadata.sorted_tables:
            if connection.scalar(sa.select(sa.func.count()).select_from(table)):
                continue
            row = {column.name: some_value(column) for column in table.columns}
            own = [
                column.name for column in table.columns if "id" in table.c and column.references(table.c.id)
            ]
            rows = [row | dict.fromkeys(own)]
            if table.name == "task":
                rows.append(rows[0] | {"id": 2, "external_id": "2", "reference": 2})
            connection.execute(sa.insert(table), [{k: v for k, v in r.items() if k in table.c} for r in rows])
            if table.name == "task":
                connection.execute(sa.update(table).where(table.c.id == 1).values(parent_id=2))


def everything(store: Store) -> dict[str, list[dict[str, object]]]:
    """Every row of every table, as the program sees it."""
    with store.read() as session:
        return {
            table.name: sorted(map(dict, session.execute(sa.select(table)).mappings()), key=str)
            for table in Base.metadata.sorted_tables
        }


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_store_moves_to_either_engine_with_everything(
    store: Store, tmp_path: Path, restore_store: Restore, elsewhere: Callable[[str], str], engine: str
) -> None:
    add_team(store, "Moving")
    add_team(store, "Deleted")
    fill_every_table(store)
    before = everything(store)
    assert all(before[table] for table in before), [table for table in before if not before[table]]
    store.backup(tmp_path / "copy")
    address = elsewhere(engine)
    assert restore_store(address, tmp_path / "copy") is None, "there was nothing to keep"

    moved = open_store(address, backups=tmp_path / "backups")

    assert everything(moved) == before
    assert add_team(moved, "After") == add_team(store, "After"), "numbers go on as they would have"
    moved.backup(tmp_path / "back")
    moved.dispose()
    store.dispose()


def test_a_damaged_store_is_replaced_and_kept_as_it_was(tmp_path: Path, restore_store: Restore) -> None:
    file = tmp_path / "plan.sqlite"
    store = open_store(f"sqlite:///{file}", backups=tmp_path / "backups")
    add_team(store, "Engines")
    store.backup(tmp_path / "copy")
    store.dispose()
    file.write_bytes(b"overwritten by something else " * 500)
    kept = restore_store(f"sqlite:///{file}", tmp_path / "copy")
    again = open_store(f"sqlite:///{file}", backups=tmp_path / "backups")
    assert teams(again) == [("Engines", TRICKY)]
    again.dispose()
    assert kept is not None
    assert (kept / "damaged" / "plan.sqlite").read_bytes().startswith(b"overwritten")


def half(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def one_byte(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 3] ^= 0xFF
    file.write_bytes(content)


@pytest.mark.parametrize("damage", [half, one_byte, Path.unlink])
@pytest.mark.parametrize("file", ["plan.sqlite", "plan-store.json"])
def test_a_damaged_copy_is_refused_and_the_store_stays(
    store: Store,
    store_address: str,
    tmp_path: Path,
    restore_store: Restore,
    file: str,
    damage: Callable[[Path], None],
) -> None:
    add_team(store, "Engines")
    store.backup(tmp_path / "copy")
    damage(tmp_path / "copy" / file)
    store.dispose()
    with pytest.raises(OrchflowError, match=r"damaged|missing|holds no|not a backup"):
        restore_store(store_address, tmp_path / "copy")
    again = open_store(store_address, backups=tmp_path / "backups")
    assert teams(again) == [("Engines", TRICKY)]
    again.dispose()
    assert not (tmp_path / "home").exists()


def test_a_folder_without_a_copy_is_named(store_address: str, tmp_path: Path, restore_store: Restore) -> None:
    with pytest.raises(UsageError, match="is not a backup"):
        restore_store(store_address, tmp_path)
    if (file := connect.engines(store_address).file) is not None:
        assert not file.exists(), "a refused restore leaves nothing behind"


def test_a_folder_that_cannot_be_written_is_named(store: Store, tmp_path: Path) -> None:
    (tmp_path / "occupied").write_text("a file")
    with pytest.raises(StoreError, match="cannot be copied to"):
        store.backup(tmp_path / "occupied")
