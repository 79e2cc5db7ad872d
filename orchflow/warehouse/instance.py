"""One open DuckDB database and its cursors; it is opened anew after a failure that DuckDB itself does not survive."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import duckdb

from orchflow.disk.file_lock import unlink_empty
from orchflow.errors import Unavailable, WarehouseError
from orchflow.warehouse.failures import explain_open
from orchflow.warehouse.sql import load_query


class Instance:
    """The database at `path`, opened with every setting that keeps it safe.

    After a fatal error, such as a checkpoint that found the disk full, DuckDB refuses everything, reading too, until the
    database is opened anew. That is done as soon as nobody uses it any more; `reopened` is called with the new connection.
    """

    def __init__(self, path: Path, memory_limit: str, threads: int) -> None:
        self._open = partial(_connect, path, memory_limit, threads)
        self.connection = self._open()
        self.reopened: Callable[[duckdb.DuckDBPyConnection], object] = lambda connection: None
        self._guard = threading.Lock()
        self._users = 0
        self._broken = False

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor of its own for what is read or written in the block."""
        with self._guard:
            if self._broken:
                self._open_anew()
            cursor = self.connection.cursor()
            self._users += 1
        try:
            yield cursor
        except duckdb.FatalException:
            self._broken = True
            raise
        finally:
            cursor.close()
            with self._guard:
                self._users -= 1

    def _open_anew(self) -> None:
        if self._users:
            raise Unavailable("The warehouse is being opened anew after a failure", "Try again in a moment.")
        self.connection.close()
        self.connection = self._open()
        self.reopened(self.connection)
        self._broken = False


def _connect(path: Path, memory_limit: str, threads: int) -> duckdb.DuckDBPyConnection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        unlink_empty(path)
        connection = duckdb.connect(
            str(path),
            config={
                "memory_limit": memory_limit,
                "threads": threads,
                "preserve_insertion_order": False,
                "temp_directory": str(path.with_name(path.name + ".tmp")),
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "python_enable_replacements": False,
                "allow_community_extensions": False,
            },
        )
    except duckdb.Error as error:
        raise explain_open(error, path) from error
    except OSError as error:
        raise WarehouseError(
            f"The folder {path.parent} could not be made: {error.strerror}",
            "Check ORCHFLOW_HOME and its permissions.",
        ) from error
    connection.execute(
        load_query("orchflow.warehouse", "safe_settings").quoting(folder=str(path.parent)).text
    )
    return connection
