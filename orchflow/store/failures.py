"""What a database's errors mean for the person in front of the screen."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

from orchflow.errors import ConflictError, FieldConflict, StoreError

# What the message of the driver contains, in the order in which they are looked for: (our sentence, what to do).
_KNOWN = {
    "database is locked": ("The plan store is busy: another program holds it", "Try again in a moment."),
    "lock timeout": ("The plan store is busy: another program holds it", "Try again in a moment."),
    "deadlock detected": ("The plan store is busy: two changes waited for each other", "Save again."),
    "could not serialize": ("The plan store is busy: two changes met", "Save again."),
    "disk is full": ("The plan store cannot be written: the disk is full", "Free some space and try again."),
    "No space left": ("The plan store cannot be written: the disk is full", "Free some space and try again."),
    "disk I/O error": (
        "The plan store's file cannot be read or written",
        "The disk may be full or failing: free some space and try again.",
    ),
    "readonly database": ("The plan store cannot be written", "Check the permissions of the data directory."),
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
}


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
        raise StoreError(
            "The plan store is busy: every connection is in use", "Try again in a moment."
        ) from None
    except sa.exc.DBAPIError as error:
        raise _explain(str(error.orig)) from error
    except (sqlite3.Error, psycopg.Error) as error:
        raise _explain(str(error)) from error


def _explain(message: str) -> StoreError:
    for part, (sentence, hint) in _KNOWN.items():
        if part in message:
            return StoreError(sentence, hint)
    first = message.strip().partition("\n")[0]
    return StoreError(
        f"The plan store failed: {first}", "Check that its database is running and can be reached."
    )
