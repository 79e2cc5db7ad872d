"""What is kept beside the work: views, what imports know, and the plan as it stood."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from orchflow.people.tables import User
from orchflow.planning.tables.planned import Planned
from orchflow.store.columns import UNRECORDED, BigId, Json, UtcDateTime, field
from orchflow.store.tables import Base


class SavedView(Planned, Base):
    """A way of looking at the plan that somebody named; `query` is the page's part of the URL."""

    __tablename__ = "saved_view"

    owner_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(User.id), index=True, info=field("Owner", fixed="who made it")
    )
    name: Mapped[str] = mapped_column(sa.String(100), info=field("Name"))
    query: Mapped[str] = mapped_column(sa.Text, info=field("View", empty="", required=False, length=10_000))
    shared: Mapped[bool] = mapped_column(default=False, info=field("Shared"))


class ImportMapping(Planned, Base):
    """Which column of a kind of file holds which field, remembered under a name."""

    __tablename__ = "import_mapping"

    name: Mapped[str] = mapped_column(sa.String(100), unique=True, info=field("Name"))
    mapping: Mapped[dict[str, Any]] = mapped_column(Json, info=field("Columns"))


class ImportedState(Base):
    """What the last import of a row from `origin` (a program, an exported file) gave each of its fields.

    It is the common base by which the next import tells what changed there from what changed here. No history:
    people do not edit it.
    """

    __tablename__ = "imported_state"
    __table_args__ = (sa.UniqueConstraint("entity", "entity_id", "origin"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    entity: Mapped[str] = mapped_column(sa.String(32))
    entity_id: Mapped[int] = mapped_column(BigId)
    origin: Mapped[str] = mapped_column(sa.String(64))
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    given: Mapped[dict[str, Any]] = mapped_column(Json)


class Baseline(Planned, Base):
    """The plan as it was at one instant, to compare with; its rows never change and stay out of the history."""

    __tablename__ = "baseline"

    name: Mapped[str] = mapped_column(sa.String(100), info=field("Name"))
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime, info=field("Taken", fixed="when it was made"))
    rows: Mapped[list[dict[str, Any]]] = mapped_column(
        Json, info=UNRECORDED | field("Rows", fixed="the plan as it was")
    )


class Forecast(Base):
    """The forecast of a scope as it stood on a day, to see later whether it held. Not an edit of the plan: no history."""

    __tablename__ = "forecast"
    __table_args__ = (sa.Index(None, "kind", "made_at"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(32))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    scope: Mapped[dict[str, Any]] = mapped_column(Json)
    result: Mapped[dict[str, Any]] = mapped_column(Json)
