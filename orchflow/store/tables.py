"""The base of every table of the plan store, and the tables that belong to the store itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Final

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from orchflow.store.columns import BigId, Json, UtcDateTime, field

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


KEPT_BY_THE_STORE: Final = frozenset({"id", "version", "created_at", "updated_at"})
"""Columns of every tracked table that nobody edits."""


class Base(DeclarativeBase):
    """Every table of the plan store, in whichever feature it is defined."""

    metadata = sa.MetaData(naming_convention=NAMES)


class Tracked:
    """A row that people edit. Every change of it is written to `change` and moves its topic's data version.

    `version` starts at 1 and rises by one with each recorded change; an update or delete of a row that has
    moved on since it was read fails instead of overwriting. The numbers of deleted rows are never used again,
    so that a history never belongs to two rows.
    """

    __topic__: ClassVar[str]
    __called__: ClassVar[str] = "name"
    """The field by which people call a row."""
    __undo__: ClassVar[str] = ""
    """The permission that taking back changes of its rows needs; without one they are not taken back."""

    id: Mapped[int] = mapped_column(BigId, primary_key=True, sort_order=-10)
    version: Mapped[int] = mapped_column(sa.Integer, default=1, sort_order=90)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, sort_order=91)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, sort_order=92)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version, "version_id_generator": False}

    @declared_attr.directive
    def __table_args__(cls) -> Any:
        return {"sqlite_autoincrement": True}


class Hung:
    """What hangs on a row of another table: `entity` is that table's name, `entity_id` the row's id."""

    entity: Mapped[str] = mapped_column(
        sa.String(32), sort_order=-9, info=field("On", fixed="once", about="The kind of row it hangs on.")
    )
    entity_id: Mapped[int] = mapped_column(
        BigId, sort_order=-8, info=field("Row", fixed="once", about="That row's id.")
    )


class Change(Base):
    """One field of one row that was inserted, updated or deleted. Append-only.

    `entity` is the table's name, `version` the row's version after the change (for a delete: one more than its
    last). An insert is recorded as its fields that are not null, `old` being null; a delete the other way round.
    """

    __tablename__ = "change"
    __table_args__ = (
        sa.Index(None, "entity", "entity_id", "version"),
        sa.Index(None, "occurred_at"),
        sa.Index(None, "request"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    entity: Mapped[str] = mapped_column(sa.String(64))
    entity_id: Mapped[int] = mapped_column(BigId)
    action: Mapped[str] = mapped_column(sa.String(6))
    field: Mapped[str] = mapped_column(sa.String(64))
    old: Mapped[Any | None] = mapped_column(Json)
    new: Mapped[Any | None] = mapped_column(Json)
    version: Mapped[int] = mapped_column(sa.Integer)
    actor: Mapped[str] = mapped_column(sa.String(150))
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    request: Mapped[str | None] = mapped_column(sa.String(64))


class DataVersion(Base):
    """One topic and how many committed units of work have changed it."""

    __tablename__ = "data_version"

    topic: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    version: Mapped[int] = mapped_column(BigId, autoincrement=False)


class Outbox(Base):
    """One event of a committed unit of work, until every subscriber has had it; see `store.events`."""

    __tablename__ = "outbox"

    position: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    topic: Mapped[str] = mapped_column(sa.String(32))
    entity: Mapped[str] = mapped_column(sa.String(64))
    ids: Mapped[list[int]] = mapped_column(Json)
    version: Mapped[int] = mapped_column(BigId)


class Subscription(Base):
    """How far a subscriber has followed: the last event, and the version of each topic of facts.

    `failures` counts its failed tries since it last succeeded; `error` and `failed_at` are of the last of them.
    """

    __tablename__ = "subscription"

    subscriber: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    position: Mapped[int] = mapped_column(BigId)
    facts: Mapped[dict[str, int]] = mapped_column(Json)
    failures: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(sa.Text)
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StoredAct(Base):
    """An act that was carried out, under the key that was made when it could be asked for. Kept for a day.

    `request` is under what its changes are recorded in the history, `outcome` what it was answered with.
    """

    __tablename__ = "stored_act"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(300), unique=True)
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    request: Mapped[str | None] = mapped_column(sa.String(64))
    outcome: Mapped[str | None] = mapped_column(sa.Text)


class Setting(Tracked, Base):
    """One value of the workspace that is kept in the store rather than in the settings file."""

    __tablename__ = "setting"
    __topic__ = "settings"

    key: Mapped[str] = mapped_column(sa.String(100), unique=True, info=field("Key", fixed="once"))
    value: Mapped[Any | None] = mapped_column(Json, info=field("Value", kind="other"))
