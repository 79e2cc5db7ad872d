"""What DuckDB's failures mean to the person who meets them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import duckdb

from orchflow.errors import NoSpace, Unavailable, WarehouseError

SPILL_BYTES = 50 << 20
_HOLDER = re.compile(r"held in (?P<program>.+?) \(PID (?P<pid>\d+)\)")
_FULL = ("no space left", "enospc", "disk quota exceeded", "could not write all bytes", "file too large")


def explain_open(error: duckdb.Error, path: Path) -> WarehouseError:
    """Why `path` could not be opened, and what to do."""
    text = str(error)
    lowered = text.lower()
    if "lock on file" in lowered or "conflicting lock" in lowered:
        holder = _HOLDER.search(text)
        who = f"process {holder['pid']} ({Path(holder['program']).name})" if holder else "another process"
        return Unavailable(
            f"The warehouse {path} is in use by {who}",
            "Stop that server first, or run the command against the running server; one process owns the file at a time.",
        )
    # DuckDB looks for an extension when the file belongs to another engine
    if any(sign in lowered for sign in ("not a valid duckdb", "unable to find database", "duckdb_extension")):
        return WarehouseError(
            f"{path} is not a DuckDB database",
            "Move the file away, or restore the warehouse with `orchflow restore DIR`.",
        )
    if "newer version of duckdb" in lowered or ("storage version" in lowered and "version number" in lowered):
        return WarehouseError(
            f"{path} was written by another version of DuckDB",
            "Use the version of Orchestrator Flow that wrote it, or restore a backup.",
        )
    known = None if type(error) is duckdb.IOException and not _is_full(lowered) else explain(error)
    return known or WarehouseError(
        f"The warehouse {path} could not be opened: {_first_line(text)}",
        "Check that the folder exists and may be written, or restore the warehouse with `orchflow restore DIR`.",
    )


def explain(error: duckdb.Error, path: Path | None = None) -> WarehouseError | None:
    """The user's error behind a failed statement, or None where the statement itself is at fault.

    `path` is the warehouse's: memory that cannot spill, because its disk has no room left, is a full disk.
    """
    text = str(error).lower()
    no_room = path is not None and shutil.disk_usage(path.parent).free < SPILL_BYTES
    if _is_full(text) or (isinstance(error, duckdb.OutOfMemoryException) and no_room):
        return NoSpace(
            "The disk that holds the warehouse is full",
            "Free some space (or move ORCHFLOW_HOME) and run it again: what was kept before is not counted twice.",
        )
    if isinstance(error, duckdb.OutOfMemoryException):
        return WarehouseError(
            "The warehouse ran out of the memory it may use",
            "Raise warehouse.memory_limit in orchflow.yaml, or ask for a shorter period.",
        )
    if isinstance(error, duckdb.FatalException) or "database has been invalidated" in text:
        return WarehouseError(
            f"The warehouse stopped after a failure: {_first_line(str(error))}",
            "Try again: it is opened anew, and committed data is safe. If it returns, restore a backup with"
            " `orchflow restore DIR`.",
        )
    if isinstance(error, duckdb.IOException):
        return WarehouseError(
            f"The warehouse could not be read or written: {_first_line(str(error))}",
            "Check the disk and the permissions of the data directory.",
        )
    return None


def _is_full(lowered: str) -> bool:
    return any(sign in lowered for sign in _FULL)


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0][:300] if text.strip() else "no reason given"
