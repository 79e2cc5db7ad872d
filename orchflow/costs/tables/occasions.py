"""What figures are held against: events of a day, targets, and what the business did in a month."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from orchflow.costs.tables.topic import TOPIC
from orchflow.inputs.columns import LONGEST_NAME, NOTE, agent_field, provider_field, read_month
from orchflow.people.tables import User
from orchflow.store.columns import Exact, field, text_enum
from orchflow.store.tables import Base, Tracked


class EventKind(StrEnum):
    """What happened."""

    LAUNCH = "launch"
    PRICE_CHANGE = "price_change"
    INCIDENT = "incident"
    TRAINING = "training"
    OTHER = "other"


class TimelineEvent(Tracked, Base):
    """Something that happened on a day and explains what charts show: a launch, another price, an incident."""

    __tablename__ = "timeline_event"
    __topic__ = TOPIC
    __undo__ = "costs.edit"
    __called__ = "title"
    __table_args__ = (sa.UniqueConstraint("day", "title"), {"sqlite_autoincrement": True})

    day: Mapped[date] = mapped_column(
        info=field("Day", example="2026-11-01", about="The day on which it happened.")
    )
    kind: Mapped[EventKind] = mapped_column(
        text_enum(EventKind), default=EventKind.OTHER, info=field("Kind", about="What kind of thing it was.")
    )
    title: Mapped[str] = mapped_column(
        sa.String(LONGEST_NAME),
        info=field("Title", example="Contract review launched", about="What happened."),
    )
    agent: Mapped[str | None] = mapped_column(
        sa.String(LONGEST_NAME), info=agent_field("The agent that it is about.")
    )
    provider: Mapped[str | None] = mapped_column(
        sa.String(LONGEST_NAME), info=provider_field("The provider that it is about.")
    )
    note: Mapped[str | None] = mapped_column(sa.String(1000), info=NOTE)


class Target(Tracked, Base):
    """What a figure is to reach, from a day on until the next target of the same figure."""

    __tablename__ = "target"
    __topic__ = TOPIC
    __undo__ = "costs.edit"
    __called__ = "figure"
    __table_args__ = (sa.UniqueConstraint("figure", "valid_from"), {"sqlite_autoincrement": True})

    figure: Mapped[str] = mapped_column(
        sa.String(100), info=field("Figure", example="error_rate", about="The figure's key in the catalogue.")
    )
    value: Mapped[Decimal] = mapped_column(
        Exact(24, 8),
        info=field(
            "Target", least=-99_999_999_999, most=99_999_999_999, example=0.02,
            about="What it is to reach, as the figure is counted: a share is from 0 to 1.",
        ),
    )  # fmt: skip
    valid_from: Mapped[date] = mapped_column(
        info=field(
            "Valid from", file="from", example="2026-11-01",
            about="The first day on which it holds; it holds until the next one. Past days keep theirs.",
        )
    )  # fmt: skip
    owner_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(User.id), info=field("Owner", about="The user who answers for it.")
    )
    note: Mapped[str | None] = mapped_column(sa.String(1000), info=NOTE)


class BusinessMeasure(Tracked, Base):
    """What the business did in a month, such as claims handled: what costs are told per unit of."""

    __tablename__ = "business_measure"
    __topic__ = TOPIC
    __undo__ = "costs.edit"
    __table_args__ = (sa.UniqueConstraint("name", "month"), {"sqlite_autoincrement": True})

    name: Mapped[str] = mapped_column(
        sa.String(LONGEST_NAME), info=field("Name", example="Claims handled", about="What is counted.")
    )
    month: Mapped[date] = mapped_column(
        info=field("Month", parse=read_month, example="2026-11-01", about="The first day of the month.")
    )
    value: Mapped[Decimal] = mapped_column(
        Exact(18, 4), info=field("Value", least=0, most=99_999_999_999, example=1250)
    )
    unit: Mapped[str] = mapped_column(
        sa.String(40), default="", info=field("Unit", example="claims", about="What one of them is called.")
    )
