"""The composition root: one workspace is its settings, its plan store and its warehouse."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from orchflow.backups.journal import no_restore, place_of, settle
from orchflow.backups.known import FOLDER, in_folder, newest
from orchflow.backups.leftovers import remove_leftovers, signs_of_use
from orchflow.config.settings import Settings, load_settings
from orchflow.disk.private_files import FOLDER_MODE, require_writable, take_back
from orchflow.dispatch import Dispatcher, was_followed
from orchflow.errors import StoreError, disk_error
from orchflow.store import connect
from orchflow.store.engine import Store, open_store
from orchflow.store.restore import holds_anything
from orchflow.store.settings import get_setting
from orchflow.warehouse import made_anew
from orchflow.warehouse.database import Warehouse

PLAN_FILE = "plan.sqlite"
SETTING_SECONDS = 5.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Workspace:
    """Everything a feature function needs; made once for a process by `open_workspace`."""

    settings: Settings
    store: Store
    warehouse: Warehouse
    dispatcher: Dispatcher = field(init=False, repr=False, compare=False)
    _kept: dict[str, tuple[float, Any]] = field(default_factory=dict, repr=False, compare=False)
    _followers: list[Callable[[], object]] = field(default_factory=list, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "dispatcher", Dispatcher(self))
        self.store.facts = self.warehouse

    @property
    def zone(self) -> ZoneInfo:
        """The zone whose days the figures are counted in."""
        return ZoneInfo(self.settings.workspace.timezone)

    @property
    def currency(self) -> str:
        """The currency that costs are counted and shown in."""
        return self.settings.workspace.currency

    @property
    def name(self) -> str:
        """The organisation's name: the settings file's, else the one kept in the plan store."""
        return self.settings.workspace.name or str(self._setting("workspace.name") or "My workspace")

    @property
    def start_date(self) -> date | None:
        """Day 1 of the journey, or None while nobody has said."""
        if self.settings.workspace.start_date:
            return self.settings.workspace.start_date
        kept = self._setting("workspace.start_date")
        return date.fromisoformat(str(kept)) if kept else None

    def _setting(self, key: str) -> Any | None:
        # Asked several times in every run of every page, changed once in a workspace's life.
        read_at, value = self._kept.get(key, (0.0, None))
        if value is None or time.monotonic() - read_at > SETTING_SECONDS:
            value = get_setting(self.store, key)
            self._kept[key] = (time.monotonic(), value)
        return value

    def follow_sources(self, told: Callable[[], object]) -> None:
        """Have `told` called whenever the sources of the settings change."""
        self._followers.append(told)

    def take_sources(self, settings: Settings) -> None:
        """From now on the sources are those of `settings`, which were read anew; all else stays as it was opened."""
        changed = {"sources": settings.sources, "config_file": settings.config_file}
        object.__setattr__(self, "settings", self.settings.model_copy(update=changed))
        for told in self._followers:
            told()

    def close(self) -> None:
        """Stop delivering and close both stores; the workspace is of no use afterwards."""
        self.dispatcher.stop()
        self.warehouse.close()
        self.store.dispose()


def store_url(settings: Settings) -> str:
    """Where the plan store is: PostgreSQL when set, else SQLite in the home folder."""
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    return f"sqlite:///{settings.home / PLAN_FILE}"


def warehouse_path(settings: Settings) -> Path:
    """The warehouse's file."""
    return settings.home / "warehouse.duckdb"


def open_warehouse(settings: Settings, path: Path | None = None) -> Warehouse:
    """Open the warehouse alone, or another one at `path`, as the settings say."""
    return Warehouse.open(
        path or warehouse_path(settings),
        timezone=settings.workspace.timezone,
        currency=settings.workspace.currency,
        memory_limit=settings.warehouse.memory_limit,
        threads=settings.warehouse.threads,
        backups=settings.home / FOLDER if path is None else None,
    )


def open_workspace(settings: Settings) -> Workspace:
    """Open both stores, migrating older ones after a backup copy; a restore that was killed is finished or undone first.

    NewerDatabase when a newer version wrote one of them, WarehouseError when another process owns the warehouse,
    StoreError when the plan store is gone while the warehouse holds data.
    """
    _make_home(settings)
    settle(settings.home, store_url(settings))
    new = not holds_warehouse(settings)
    warehouse = open_warehouse(settings)
    try:
        if new:  # noted before anything can fail: at the next start it is no longer new
            made_anew.note(warehouse)
        remove_leftovers(settings.home, backups_folder(settings))
        store = _open_store(settings, warehouse)
        _take_back(settings)
        if made_anew.made_anew_at(warehouse) is not None:
            if was_followed(store):
                log.warning("%s. %s", made_anew.SAID, made_anew.HINT)
            else:
                made_anew.accept(warehouse)
    except BaseException:
        warehouse.close()
        raise
    return Workspace(settings, store, warehouse)


@contextmanager
def plan_store_alone(settings: Settings) -> Iterator[Store]:
    """The plan store alone, opened as `open_workspace` does: a server may own the warehouse.

    Until the block ends no backup is restored: what is written would go into the file that is replaced.
    """
    _make_home(settings)
    with no_restore(settings.home):
        settle(settings.home, store_url(settings))
        asked = not holds_plan(settings) and holds_warehouse(settings)
        with closing(open_warehouse(settings)) if asked else nullcontext() as warehouse:
            store = _open_store(settings, warehouse)
        try:
            yield store
        finally:
            store.dispose()


def holds_plan(settings: Settings) -> bool:
    """Whether there is a plan store already."""
    engines = connect.engines(store_url(settings))
    try:
        return holds_anything(engines)
    finally:
        engines.dispose()


def holds_warehouse(settings: Settings) -> bool:
    """Whether there is a warehouse already: its file may be missing or of no length."""
    file = warehouse_path(settings)
    return file.is_file() and file.stat().st_size > 0


def backups_folder(settings: Settings) -> Path:
    """Where scheduled backups lie."""
    return settings.backups.folder or settings.home / FOLDER


def _make_home(settings: Settings) -> None:
    try:
        settings.home.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
    except OSError as error:
        raise disk_error(
            error,
            f"The data directory {settings.home} cannot be made",
            "Set ORCHFLOW_HOME to a folder that can be written.",
        ) from None
    require_writable(settings.home, (settings.home / PLAN_FILE, warehouse_path(settings)))
    take_back(settings.home)


def _take_back(settings: Settings) -> None:
    """What was made just now, and the backups that lie elsewhere, are for the owner alone as well."""
    take_back(settings.home)
    if settings.backups.folder is not None:
        for backup in in_folder(settings.backups.folder):
            take_back(backup.folder)


def _open_store(settings: Settings, warehouse: Warehouse | None) -> Store:
    """Open the plan store; a new one is made only where nothing says that there was one."""
    if not holds_plan(settings) and (signs := signs_of_use(settings.home, warehouse)):
        raise StoreError(
            f"The plan store ({place_of(store_url(settings))}) is empty, though the workspace in {settings.home} is in use:"
            f" it holds {signs}",
            _put_back(settings),
        )
    zone = ZoneInfo(settings.workspace.timezone)
    place = settings.workspace.place
    return open_store(store_url(settings), backups=settings.home / FOLDER, zone=zone, place=place)


def _put_back(settings: Settings) -> str:
    last = newest(settings.home)
    which = f"{last.folder}, made {last.made_at:%Y-%m-%d %H:%M} UTC" if last else "the folder of a backup"
    return (
        f"Put the plan back with `orchflow restore DIR` ({which}); if it is kept elsewhere, correct ORCHFLOW_DATABASE_URL,"
        " or make a backup there and restore it here to move it. To begin anew, use another ORCHFLOW_HOME."
    )


_current: Workspace | None = None
_opening = threading.Lock()


def current_workspace() -> Workspace:
    """The workspace of this process, opened from the settings when it is first asked for.

    The warehouse belongs to one process, and its locks and data versions to one object: everything in a
    process (pages, schedule, control door) shares this one.
    """
    global _current
    with _opening:
        if _current is None:
            _current = open_workspace(load_settings())
        return _current


def use_workspace(workspace: Workspace | None) -> Workspace | None:
    """Make `workspace` the one of this process (None: open anew when next asked); returns the one before."""
    global _current
    with _opening:
        before, _current = _current, workspace
        return before
