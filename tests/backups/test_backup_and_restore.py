"""A backup holds everything, proves itself, and comes back whole, on either engine; what is none is one sentence."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from orchflow import clock
from orchflow.api.tokens import bearer_of, create_token
from orchflow.backups.journal import restoring
from orchflow.backups.known import newest
from orchflow.backups.manifest import LONGEST, MANIFEST, check
from orchflow.backups.restore import restore
from orchflow.backups.restored import last_restored
from orchflow.backups.scheduled import mark_of
from orchflow.config.settings import Settings, load_settings
from orchflow.disk.file_lock import locked
from orchflow.dispatch import standings
from orchflow.doctor import examine
from orchflow.errors import NewerDatabase, OrchflowError, StoreError, Unavailable, UsageError
from orchflow.operations.upkeep import warehouse_rebuild
from orchflow.people.permissions import SYSTEM
from orchflow.people.users import add_user, user_named
from orchflow.store.tables import Change
from orchflow.subscribers import dispatcher
from orchflow.warehouse.made_anew import made_anew_at
from orchflow.warehouse.migrate import migrations
from orchflow.warehouse.mirror import mirrored_position
from orchflow.workspace import open_workspace, plan_store_alone, store_url

from .conftest import Place, State, Steps, state_of

SETTINGS = """\
# the old password was hunter22
workspace: {name: Northwind}
sources:
  - {name: platform, kind: orchestrator_api, url: https://flow.example, email: a@example.com, password: hunter22}
  - {name: db, kind: orchestrator_db, url: 'postgresql://reader:${READER}@db.example/platform'}
  - {name: old, kind: orchestrator_db, url: 'postgresql://reader:sesame-street@db.example/platform'}
"""


def test_everything_comes_back(place: Place, tmp_path: Path) -> None:
    place.add("first")
    (place.home / "drafts").mkdir()
    (place.home / "drafts" / "1-tasks-a.json").write_text("{}")
    whole = place.state()
    made = place.back_up(tmp_path / "saved")
    assert made["attachments"] == 1
    assert made["bytes"] > 0
    place.add("second")
    shutil.rmtree(place.home / "uploads")
    shutil.rmtree(place.home / "drafts")

    restored = place.restore(tmp_path / "saved")

    assert place.state() == whole
    assert (place.home / "drafts" / "1-tasks-a.json").is_file()
    assert check(Path(restored["kept"])), "what was there before is a backup itself"
    assert tmp_path.joinpath("saved").stat().st_mode & 0o077 == 0, "password hashes are for their owner alone"


def test_a_restore_is_known_here_and_beside_the_backup(place: Place, tmp_path: Path) -> None:
    place.add("Claims")
    place.back_up(tmp_path / "disk" / "backup")
    with closing(open_workspace(place.settings)) as ws:
        assert last_restored(ws) is None
        name = f"restored-{mark_of(ws)}.json"
    before = clock.now()
    place.restore(tmp_path / "disk" / "backup")
    (place.home / name).unlink()  # as after a rehearsal elsewhere
    with closing(open_workspace(place.settings)) as ws:
        assert before <= (last_restored(ws) or before) <= clock.now()
        (tmp_path / "disk" / name).write_text("{}")
        assert last_restored(ws) is None


def test_what_a_restore_replaced_comes_back_by_the_same_command(place: Place, tmp_path: Path) -> None:
    place.add("first")
    place.back_up(tmp_path / "saved")
    place.add("second")
    before = place.state()
    kept = place.restore(tmp_path / "saved")["kept"]

    place.restore(Path(kept))

    assert place.state() == before


@pytest.mark.parametrize(("damaged", "teams", "calls"), [
    ("warehouse.duckdb", ("first", "second"), ("first",)), ("plan.sqlite", ("first",), ("first", "second")),
])  # fmt: skip
def test_what_a_restore_replaced_comes_back_although_one_store_was_damaged(
    make_settings: Callable[..., Settings],
    changed_since: Path,
    tmp_path: Path,
    damaged: str,
    teams: tuple[str, ...],
    calls: tuple[str, ...],
) -> None:
    shutil.copytree(changed_since, tmp_path, dirs_exist_ok=True)
    place = Place(make_settings())
    (place.home / damaged).write_bytes(b"not what it was" * 999)

    restored = place.restore(tmp_path / "saved")
    assert restored["damaged"] == [damaged]
    assert (Path(restored["kept"]) / "damaged" / damaged).read_bytes() == b"not what it was" * 999
    place.restore(Path(restored["kept"]))

    now = place.state()
    assert (now.teams, now.calls) == (teams, calls)


@pytest.mark.parametrize("other", ["sqlite", "postgresql"])
def test_a_workspace_moves_to_the_other_engine_with_people_tokens_history_and_what_is_still_to_be_followed(
    place: Place,
    tmp_path: Path,
    other: str,
    address_on: Callable[[str], str | None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place.add("first")
    with closing(open_workspace(place.settings)) as ws:
        add_user(ws.store, SYSTEM, username="ada", email="ada@example.com", role="manager")
        dispatcher(ws).deliver()
        secret = create_token(ws.store, SYSTEM, user_named(ws.store, "ada").id, "write")[1]
        ws.store.backup(tmp_path / "alone")
    place.add("not yet followed")
    place.back_up(tmp_path / "saved")
    address = address_on(other)
    values = {"database_url": address} if address else {}
    (tmp_path / "moved.yaml").write_text(json.dumps(values))
    settings = load_settings(home=tmp_path / "moved", config=tmp_path / "moved.yaml")

    restore(settings, tmp_path / "saved")

    with closing(open_workspace(place.settings)) as ws, closing(open_workspace(settings)) as moved:
        assert moved.store.engines.kind == other
        assert state_of(moved) == state_of(ws)
        bearer = bearer_of(moved.store, secret)
        assert bearer is not None
        assert bearer.actor.username == "ada"
        with ws.store.read() as here, moved.store.read() as there:
            past = sa.select(*Change.__table__.columns).order_by(Change.id)
            assert there.execute(past).all() == here.execute(past).all() != []
        waiting = {standing.subscriber: standing.waiting for standing in standings(ws.store)}
        assert {standing.subscriber: standing.waiting for standing in standings(moved.store)} == waiting
        assert mirrored_position(moved.warehouse) is None, "people and plan in the warehouse are made anew"
        dispatcher(moved).deliver()
        assert not any(standing.waiting for standing in standings(moved.store))


def test_the_copy_that_a_migration_sets_aside_is_restored_alone(place: Place, tmp_path: Path) -> None:
    place.add("first")
    with closing(open_workspace(place.settings)) as ws:
        ws.store.backup(place.home / "backups" / "plan-store-0007-20260101T000000Z")
    place.add("second")

    place.restore(place.home / "backups" / "plan-store-0007-20260101T000000Z")

    with closing(open_workspace(place.settings)) as ws:
        assert state_of(ws).teams == ("first",)
        assert state_of(ws).calls == ("first", "second"), "the warehouse stays"
        assert mirrored_position(ws.warehouse) is None


def test_an_older_warehouse_is_set_aside_before_it_is_migrated_and_can_be_restored(
    make_settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place(make_settings())
    place.add("first")
    with closing(open_workspace(place.settings)) as ws:
        schema = int(ws.warehouse.value("schema_version"))
    newer = {**migrations(), schema + 1: "create table later (id integer)"}
    for module in ("migrate", "backup"):
        monkeypatch.setattr(f"orchflow.warehouse.{module}.migrations", lambda: newer)
    place.add("after the upgrade")

    (aside,) = (place.home / "backups").iterdir()
    assert aside.name.startswith(f"warehouse-{schema:03}-")
    place.restore(aside)
    found = place.state()
    assert (found.calls, found.teams) == (("first",), ("after the upgrade", "first")), "the plan stays"


def test_secrets_of_the_settings_file_are_left_out_and_named(
    tmp_path: Path, migrated_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("READER", "from outside")
    (tmp_path / "orchflow.yaml").write_text(SETTINGS)
    place = Place(load_settings(home=tmp_path / "home", config=tmp_path / "orchflow.yaml"))
    place.add("first")
    (place.home / "cookie.key").write_text("k" * 40)

    made = place.back_up(tmp_path / "saved")

    everything = b"".join(file.read_bytes() for file in (tmp_path / "saved").rglob("*") if file.is_file())
    for secret in (b"hunter22", b"sesame-street", b"from outside", b"k" * 40):
        assert secret not in everything
    kept = (tmp_path / "saved" / "orchflow.yaml").read_text()
    assert "'postgresql://reader:${READER}@db.example/platform'" in kept
    assert [place.split()[0] for place in made["secrets_left_out"]] == [
        "sources.platform.password",
        "sources.old.url",
    ]

    monkeypatch.chdir(tmp_path / "home")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    restored = restore(load_settings(home=tmp_path / "new"), tmp_path / "saved")
    assert restored["settings"] == str(tmp_path / "new" / "orchflow.yaml")
    for name in ("SOURCES_PLATFORM_PASSWORD", "SOURCES_OLD_URL"):
        monkeypatch.setenv(name, "postgresql://a:b@c/d")
    assert load_settings(home=tmp_path / "new").source("platform")


def test_an_attachment_that_was_lost_before_is_named(place: Place, tmp_path: Path) -> None:
    place.add("first")
    place.add("second")
    one, other = sorted(file for file in (place.home / "uploads").rglob("*") if file.is_file())
    one.unlink()
    other.write_bytes(b"something else")

    assert sorted(place.back_up(tmp_path / "saved")["attachments_lost"]) == sorted([one.name, other.name])


def _without_manifest(folder: Path) -> None:
    (folder / MANIFEST).unlink()


def _manifest(**changes: object) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        file = folder / MANIFEST
        file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))

    return change


def _written(content: bytes) -> Callable[[Path], None]:
    return lambda folder: (folder / MANIFEST).write_bytes(content) and None  # type: ignore[return-value]


def _damaged(name: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        file = next(folder.glob(name))
        content = bytearray(file.read_bytes())
        content[-1] ^= 1
        file.write_bytes(content)

    return damage


def _missing(name: str) -> Callable[[Path], None]:
    return lambda folder: next(folder.glob(name)).unlink()


def _naming(name: str) -> Callable[[Path], None]:
    return _manifest(files={name: {"bytes": 1, "sha256": "0" * 64}})


def _too_long(folder: Path) -> None:
    with (folder / MANIFEST).open("r+b") as file:
        file.truncate(LONGEST + 1)


def _a_folder(folder: Path) -> None:
    (folder / MANIFEST).unlink()
    (folder / MANIFEST).mkdir()


def _a_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_bytes(b"PK\x03\x04")


def _shortened(name: str) -> Callable[[Path], None]:
    def shorten(folder: Path) -> None:
        file = next(folder.glob(name))
        os.truncate(file, file.stat().st_size // 2)

    return shorten


def _linked_in_a_ring(folder: Path) -> None:
    file = folder / "plan" / "plan.sqlite"
    file.unlink()
    file.symlink_to(file)


def _linked_outside(folder: Path) -> None:
    (folder / "plan" / "plan.sqlite").unlink()
    (folder / "plan" / "plan.sqlite").symlink_to(folder.parent / "home" / "plan.sqlite")


@pytest.fixture(scope="module")
def changed_since(tmp_path_factory: pytest.TempPathFactory, migrated_home: Path) -> Path:
    """A folder with a workspace, `home`, and a backup of it, `saved`, from before something was added; to be copied."""
    folder = tmp_path_factory.mktemp("changed")
    (folder / "orchflow.yaml").write_text("{}")
    shutil.copytree(migrated_home, folder / "home")
    place = Place(load_settings(home=folder / "home", config=folder / "orchflow.yaml"))
    place.add("first")
    place.back_up(folder / "saved")
    place.add("second")
    return folder


@pytest.mark.parametrize(
    "damage",
    [
        shutil.rmtree, _without_manifest, _written(b""), _written(b"{"), _written(b"[]"), _written(b"\xff\xfe\x00"),
        _written(b"{}"), _written(b"[" * 100_000), _manifest(product="something-else"), _manifest(form=99), _manifest(files=[]),
        _manifest(files={}), _manifest(form=0), _manifest(form="2x"), _manifest(made_at=5), _manifest(made_at="yesterday"),
        _manifest(made_at="2026-11-01T00:00:00"), _manifest(fles={}), _too_long, _a_folder, _a_file, _linked_in_a_ring,
        *map(_naming, ("../../etc/passwd", "/etc/passwd", "plan/../../x", "", ".", "a\0b", "x" * 5_000, "plan/\ud800")),
        _shortened(MANIFEST), _shortened("plan/plan.sqlite"), _shortened("warehouse/warehouse.duckdb"),
        _damaged("plan/plan.sqlite"), _damaged("warehouse/warehouse.duckdb"), _damaged("uploads/*/*"),
        _damaged("plan/plan-store.json"), _missing("plan/plan.sqlite"), _missing("warehouse/warehouse.duckdb"),
        _missing("warehouse/warehouse.json"), _missing("plan/plan-store.json"), _missing("uploads/*/*"), _linked_outside,
    ],
)  # fmt: skip
def test_what_is_no_whole_backup_is_one_sentence_and_leaves_everything_as_it_was(
    make_settings: Callable[..., Settings],
    changed_since: Path,
    tmp_path: Path,
    damage: Callable[[Path], None],
) -> None:
    shutil.copytree(changed_since, tmp_path, dirs_exist_ok=True)
    place = Place(make_settings())
    before = _contents(place.home)
    damage(tmp_path / "saved")

    with pytest.raises(OrchflowError) as refused:
        place.restore(tmp_path / "saved")

    assert str(refused.value)
    assert refused.value.hint
    for word in (*str(refused.value).split(), *refused.value.hint.split()):
        if word.startswith(str(tmp_path)) and "missing" not in str(refused.value):
            assert Path(word.rstrip(":.,;'")).exists() or damage is shutil.rmtree, word
    assert _contents(place.home) == before


def _contents(folder: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_what_a_backup_does_not_list_is_not_restored(
    make_settings: Callable[..., Settings], changed_since: Path, tmp_path: Path
) -> None:
    shutil.copytree(changed_since, tmp_path, dirs_exist_ok=True)
    (tmp_path / "secret").write_text("elsewhere")
    for folder in ("uploads/ab", "drafts"):
        (tmp_path / "saved" / folder).mkdir(exist_ok=True)
        (tmp_path / "saved" / folder / "planted").write_text("?")
        (tmp_path / "saved" / folder / "linked").symlink_to(tmp_path / "secret")

    Place(make_settings()).restore(tmp_path / "saved")

    assert not [file for file in (tmp_path / "home").rglob("*") if file.name in ("planted", "linked")]


def test_a_newer_form_is_told_whatever_stands_in_it(changed_since: Path, tmp_path: Path) -> None:
    shutil.copytree(changed_since / "saved", tmp_path / "saved")
    _manifest(form=3, made_at=["then"], files="in another file")(tmp_path / "saved")

    with pytest.raises(UsageError, match="was written by a newer version"):
        check(tmp_path / "saved")


def test_a_copy_that_a_kill_left_half_made_before_a_migration_goes(
    changed_since: Path,
    make_settings: Callable[..., Settings],
    tmp_path: Path,
    steps: Steps,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with closing(
        open_workspace(load_settings(home=changed_since / "home", config=changed_since / "orchflow.yaml"))
    ) as ws:
        schema = int(ws.warehouse.value("schema_version"))
    newer = {**migrations(), schema + 1: "create table later (id integer)"}
    for module in ("migrate", "backup"):
        monkeypatch.setattr(f"orchflow.warehouse.{module}.migrations", lambda: newer)
    shutil.copytree(changed_since / "home", tmp_path / "0")
    place = Place(make_settings().model_copy(update={"home": tmp_path / "0"}))
    assert steps.run(place.state)
    whole, count = place.state(), len(steps.names)

    for last in range(0, count, 2):
        shutil.copytree(changed_since / "home", tmp_path / f"home-{last}")
        place = Place(make_settings().model_copy(update={"home": tmp_path / f"home-{last}"}))
        steps.run(place.state, last)
        assert place.state() == whole
        for aside in (place.home / "backups").iterdir():
            assert check(aside), aside


def test_a_refused_restore_into_nothing_leaves_nothing(
    tmp_path: Path, make_settings: Callable[..., Settings]
) -> None:
    settings = make_settings()
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "photo.jpg").write_bytes(b"")

    with pytest.raises(UsageError, match="is not a backup"):
        restore(settings, tmp_path / "foreign")

    assert not settings.home.exists()


def test_a_backup_of_a_newer_version_is_refused(place: Place, tmp_path: Path) -> None:
    place.add("first")
    place.back_up(tmp_path / "saved")
    plan = tmp_path / "saved" / "plan"
    manifest = json.loads((plan / "plan-store.json").read_text())
    (plan / "plan-store.json").write_text(json.dumps({**manifest, "revision": "9999"}))
    shutil.copytree(plan, tmp_path / "alone")

    with pytest.raises(NewerDatabase, match="9999"):
        place.restore(tmp_path / "alone")


def test_a_full_disk_is_said_before_anything_is_touched(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.add("first")
    place.back_up(tmp_path / "saved")
    before = place.state()
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=1000))

    with pytest.raises(OrchflowError, match="MB are needed"):
        place.restore(tmp_path / "saved")

    assert place.state() == before
    assert not (place.home / "restoring").exists()
    assert not (place.home / "backups").exists()


def test_nobody_opens_a_workspace_while_it_is_being_restored(place: Place, tmp_path: Path) -> None:
    place.add("first")
    (place.home / "restoring").mkdir()
    with locked(place.home / "restoring" / "lock"), pytest.raises(Unavailable, match="is being restored"):
        place.state()
    assert place.state().teams == ("first",), "who held it is gone"


def test_no_backup_is_restored_while_a_command_works_on_the_plan_store(place: Place, tmp_path: Path) -> None:
    place.add("first")
    place.back_up(tmp_path / "saved")
    with plan_store_alone(place.settings) as store, plan_store_alone(place.settings):
        with pytest.raises(Unavailable, match="Another command is at work"):
            place.restore(tmp_path / "saved")
        assert not (place.home / "restoring").exists()
        add_user(store, SYSTEM, username="ada", email="ada@example.com", role="viewer")
    with (
        restoring(place.home, store_url(place.settings)),
        pytest.raises(Unavailable, match="is being restored"),
    ):
        plan_store_alone(place.settings).__enter__()
    with closing(open_workspace(place.settings)) as ws:
        assert user_named(ws.store, "ada")
    place.restore(tmp_path / "saved")
    with closing(open_workspace(place.settings)) as ws, pytest.raises(OrchflowError):
        user_named(ws.store, "ada")


@pytest.mark.parametrize("gone", [Path.unlink, lambda file: file.write_bytes(b"")])
def test_a_warehouse_that_is_gone_is_said_until_it_is_put_back_or_accepted(
    place: Place, tmp_path: Path, caplog: pytest.LogCaptureFixture, gone: Callable[[Path], None]
) -> None:
    place.add("first")
    assert "made anew" not in caplog.text, "a new workspace has lost nothing"
    with closing(open_workspace(place.settings)) as ws:
        dispatcher(ws).deliver()
    whole = place.state()
    place.back_up(tmp_path / "saved")
    gone(place.home / "warehouse.duckdb")

    with closing(open_workspace(place.settings)):
        assert "The warehouse was missing and was made anew" in caplog.text
    with closing(open_workspace(place.settings)) as ws:
        (told,) = [check for check in examine(ws) if check["name"] == "warehouse"]
        assert told["ok"] is False
        assert "orchflow restore DIR" in told["hint"]
        warehouse_rebuild(ws)
        assert made_anew_at(ws.warehouse) is None

    gone(place.home / "warehouse.duckdb")
    with closing(open_workspace(place.settings)) as ws:
        assert made_anew_at(ws.warehouse) is not None
    place.restore(tmp_path / "saved")
    assert place.state() == whole
    with closing(open_workspace(place.settings)) as ws:
        assert made_anew_at(ws.warehouse) is None


def test_a_warehouse_that_is_gone_is_said_even_when_the_first_start_without_it_failed(
    make_settings: Callable[..., Settings],
) -> None:
    place = Place(make_settings())
    place.add("first")
    with closing(open_workspace(place.settings)) as ws:
        dispatcher(ws).deliver()
    plan = place.home / "plan.sqlite"
    whole = plan.read_bytes()
    (place.home / "warehouse.duckdb").unlink()
    plan.write_bytes(b"these are no tables, and there are many of them " * 100)
    with pytest.raises(StoreError):
        open_workspace(place.settings)
    plan.write_bytes(whole)

    with closing(open_workspace(place.settings)) as ws:
        assert made_anew_at(ws.warehouse) is not None


def test_a_new_workspace_whose_first_start_failed_has_lost_nothing(
    make_settings: Callable[..., Settings],
) -> None:
    place = Place(make_settings())
    place.home.mkdir(exist_ok=True)
    plan = place.home / "plan.sqlite"
    plan.write_bytes(b"these are no tables, and there are many of them " * 100)
    with pytest.raises(StoreError):
        open_workspace(place.settings)
    plan.unlink()

    with closing(open_workspace(place.settings)) as ws:
        assert made_anew_at(ws.warehouse) is None


def test_a_home_that_cannot_be_written_is_said_by_what_needs_the_plan_alone(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(*_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    place.add("first")
    monkeypatch.setattr("orchflow.disk.file_lock.os.open", read_only)
    with pytest.raises(StoreError, match="cannot be written: Read-only file system"):
        plan_store_alone(place.settings).__enter__()


def test_a_decided_restore_into_another_plan_store_waits_for_that_one(
    place: Place, tmp_path: Path, make_settings: Callable[..., Settings]
) -> None:
    place.add("first")
    work = place.home / "restoring"
    work.mkdir()
    journal = {"place": "postgresql://elsewhere/plan", "mark": "ab", "moves": []}
    (work / "journal.json").write_text(json.dumps(journal))
    with pytest.raises(StoreError, match="was broken off"):
        place.state()
    (work / "journal.json").write_text("{")
    with pytest.raises(StoreError, match="cannot be read"):
        place.state()


@pytest.mark.parametrize("gone", [Path.unlink, lambda file: file.write_bytes(b"")])
def test_a_plan_store_that_is_gone_is_not_taken_for_a_new_workspace(
    make_settings: Callable[..., Settings], tmp_path: Path, gone: Callable[[Path], None]
) -> None:
    place = Place(make_settings())
    place.add("first")
    whole = place.state()
    place.back_up(place.home / "backups" / "saved")
    gone(place.home / "plan.sqlite")

    with pytest.raises(StoreError, match="is in use: it holds data in the warehouse") as refused:
        place.state()

    assert str(place.home / "backups" / "saved") in refused.value.hint
    assert not (place.home / "plan.sqlite").exists() or not (place.home / "plan.sqlite").stat().st_size
    place.restore(place.home / "backups" / "saved")
    assert place.state() == whole


@pytest.mark.parametrize("left", ["uploads/ab/abc", "drafts/1-tasks-a.json", "backups/saved"])
def test_files_without_either_store_are_not_taken_for_a_new_workspace(
    make_settings: Callable[..., Settings], changed_since: Path, left: str
) -> None:
    place = Place(make_settings())
    (place.home / left).parent.mkdir(parents=True)
    if left.startswith("backups"):
        shutil.copytree(changed_since / "saved", place.home / left)
    else:
        (place.home / left).touch()

    with pytest.raises(StoreError, match="is in use"):
        place.state()
    with pytest.raises(StoreError, match="is in use"), plan_store_alone(place.settings):
        pass

    assert not (place.home / "plan.sqlite").exists()


def test_an_empty_postgresql_beside_data_is_not_taken_for_a_new_workspace(
    make_settings: Callable[..., Settings], new_database: Callable[[], str]
) -> None:
    Place(make_settings()).add("first")

    with pytest.raises(StoreError, match="is in use") as refused:
        Place(make_settings(database_url=new_database())).state()
    assert "restore it here to move it" in refused.value.hint


def test_the_newest_backup_is_known_wherever_it_lies(place: Place, tmp_path: Path) -> None:
    place.add("first")
    assert newest(place.home) is None
    place.back_up(tmp_path / "far away")
    known = newest(place.home)
    assert known is not None
    assert known.folder == tmp_path / "far away"
    assert clock.now() - known.made_at < clock.now() - known.made_at.replace(year=2020)
    place.restore(tmp_path / "far away")
    assert newest(place.home) == known, "what a restore replaced is no backup of what is there now"
    shutil.rmtree(tmp_path / "far away")
    assert newest(place.home) is None


def test_what_killed_processes_left_is_removed_at_the_next_start(place: Place) -> None:
    place.add("first")
    for left in (".backup-abc", "backups/x.unfinished"):
        (place.home / left).mkdir(parents=True)
        os.utime(place.home / left, (0, 0))
    (place.home / "backups" / "new.unfinished").mkdir()
    (place.home / "backups" / "y.unfinished").mkdir()
    (place.home / "backups" / "y.unfinished" / ".writing").touch()
    (place.home / "backups" / "z.unfinished").mkdir()
    (place.home / "backups" / "z.unfinished" / "mine.txt").touch()
    (place.home / "uploads" / "part-1").touch()

    assert place.state() == State(("first",), ("first",), (b"first" * 999,))

    assert sorted(os.listdir(place.home / "backups")) == ["new.unfinished", "z.unfinished"], (
        "which somebody is just beginning, and which is no backup's"
    )
    assert not (place.home / ".backup-abc").exists()
    assert not (place.home / "uploads" / "part-1").exists()
