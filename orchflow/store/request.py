"""What belongs together in the history, and what happens when two units of work race for the same thing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import ConflictError, FieldConflict, Invalid

UNDOING: Final = "undo-"
"""How the names of requests begin that take another one back."""


def new_request(kind: str = "") -> str:
    """A name for what belongs together in the history and can be undone together; `kind` is how it begins."""
    return kind + uuid4().hex


@contextmanager
def races_explained() -> Iterator[None]:
    """ConflictError when, between our look and our write, somebody deleted what is pointed to or took a name."""
    try:
        yield
    except sa.exc.IntegrityError:
        conflict = FieldConflict("what this row refers to", None, None, None)
        raise ConflictError([conflict], "Read it again and repeat the change.") from None


@contextmanager
def unless_taken(session: Session, taken: Invalid) -> Iterator[None]:
    """Send what is done in the block to the database; `taken` when somebody took a unique name in this very moment."""
    try:
        yield
        session.flush()
    except sa.exc.IntegrityError:
        raise taken from None
