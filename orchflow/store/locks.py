"""Let one unit of work at a time through a passage where no row exists yet that could be locked."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session


def take(session: Session, name: str) -> None:
    """Hold the lock called `name` until the unit ends.

    PostgreSQL has advisory locks for it. On SQLite any statement of a unit holds the one write lock already, so
    the statement only has to be made.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(name))))
    else:
        session.execute(sa.select(1))
