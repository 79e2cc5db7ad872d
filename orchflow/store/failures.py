"""What a database's errors mean for the person in front of the screen."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

from orchflow.errors import ConflictError, FieldConflict, NoSpace, StoreError, Unavailable

_AGAIN = "Try again in a moment."
_FREE_SPACE = "Free some space and try again."
_STARTED = "Start PostgreSQL, or wait until it has started; what was saved is safe."
_STOPPED = ("The plan store's PostgreSQL does not answer", _STARTED)
_FULL = ("The plan store cannot be written: the disk is full", _FREE_SPACE)

# What the message of the driver contains, in the order in which they are looked for: (our sentence, what to do).
_KNOWN: dict[type[StoreError], dict[str, tuple[str, str]]] = {
    NoSpace: dict.fromkeys(("disk is full", "No space left", "Disk quota exceeded", "SHMSIZE"), _FULL),
    StoreError: {
        "password authentication failed": (
            "PostgreSQL refused the plan store's user or password",
            "Correct ORCHFLOW_DATABASE_URL.",
        ),
        "does not exist": (
            "The plan store's database, user or table does not exist",
            "Create it, or correct ORCHFLOW_DATABASE_URL.",
        ),
        "permission denied": (
            "PostgreSQL does not allow the plan store's user to do that",
            "Grant it the database, or correct ORCHFLOW_DATABASE_URL.",
        ),
        "disk I/O error": (
            "The plan store's file cannot be read or written",
            "The disk may be full or failing: free some space and try again.",
        ),
        "readonly database": (
            "The plan store cannot be written",
            "Check the permissions of the data directory.",
        ),
        "read-only transaction": ("The plan store is open for reading only", "Write in a unit of work."),
        "unable to open": (
            "The plan store's file cannot be opened",
            "Check the permissions of the data directory.",
        ),
        "not a database": (
            "The plan store's file is not a SQLite database",
            "Restore it with: orchflow restore DIR",
        ),
        "malformed": ("The plan store's file is damaged", "Restore it with: orchflow restore DIR"),
    },
    Unavailable: {
        "database is locked": ("The plan store is busy: another program holds it", _AGAIN),
        "lock timeout": ("The plan store is busy: another program holds it", _AGAIN),
        "deadlock detected": ("The plan store is busy: two changes waited for each other", "Save again."),
        "could not serialize": ("The plan store is busy: two changes met", "Save again."),
        "too many clients": ("The plan store is busy: PostgreSQL takes no more connections", _AGAIN),
        "remaining connection slots": ("The plan store is busy: PostgreSQL takes no more connections", _AGAIN),
        **dict.fromkeys(
            (
                "connection refused", "Connection refused", "connection failed", "connection is closed",
                "connection timeout", "consuming input failed", "the connection is lost", "No such file or directory",
                "server closed the connection", "terminating connection", "database system is", "could not translate host",
                "failed to resolve host", "connection is bad", "could not receive data", "could not send data",
                "Connection reset", "Broken pipe", "connection pointer is NULL",
            ),
            _STOPPED,
        ),
    },
}  # fmt: skip


@contextmanager
def explained() -> Iterator[None]:
    """Turn a database's errors into StoreError or ConflictError; broken constraints pass, features name those."""
    try:
        yield
    except StaleDataError:
        conflict = FieldConflict("this row", None, None, None)
        raise ConflictError([conflict], "Read it again and repeat the change.") from None
    except sa.exc.IntegrityError:
        raise
    except sa.exc.TimeoutError:
        raise Unavailable("The plan store is busy: every connection is in use", _AGAIN) from None
    except sa.exc.DBAPIError as error:
        raise _explain(error.orig or error) from error
    except (sqlite3.Error, psycopg.Error) as error:
        raise _explain(error) from error


def _explain(error: BaseException) -> StoreError:
    # SQLite's own name of the error tells a full disk where its message does not
    message = f"{error} {getattr(error, 'sqlite_errorname', '')}"
    for kind, sentences in _KNOWN.items():
        for part, (sentence, hint) in sentences.items():
            if part in message:
                return kind(sentence, hint)
    first = str(error).strip().partition("\n")[0]
    return StoreError(
        f"The plan store failed: {first}", "Check that its database is running and can be reached."
    )
