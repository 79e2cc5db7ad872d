"""Incidents: what did go wrong."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from orchflow.inputs.columns import LONGEST_NAME, Money, agent_field, money, read_currency
from orchflow.people.tables import User
from orchflow.risks.tables.risk import Risk
from orchflow.risks.tables.topic import TOPIC
from orchflow.store.columns import UtcDateTime, field, text_enum
from orchflow.store.tables import Base, Tracked


class Severity(StrEnum):
    """How bad an incident was."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class Incident(Tracked, Base):
    """Something went wrong on a day: how bad it was, of which risk, and when it was over."""

    __tablename__ = "incident"
    __topic__ = TOPIC
    __undo__ = "inputs.edit"
    __called__ = "title"

    title: Mapped[str] = mapped_column(
        sa.String(LONGEST_NAME), info=field("Incident", file="title", example="Triage sent claims to the wrong queue")
    )  # fmt: skip
    day: Mapped[date] = mapped_column(
        info=field("Day", example="2026-11-02", about="The day on which it began.")
    )
    hour: Mapped[int | None] = mapped_column(
        info=field("Hour", least=0, most=23, example=9, about="The hour in which it began, of the workspace's clock.")
    )  # fmt: skip
    severity: Mapped[Severity] = mapped_column(
        text_enum(Severity), default=Severity.MEDIUM, info=field("Severity", about="How bad it was.")
    )
    agent: Mapped[str | None] = mapped_column(
        sa.String(LONGEST_NAME), info=agent_field("The agent that it happened to.")
    )
    risk_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(Risk.id),
        index=True,
        info=field("Risk", about="The risk of the register that came true."),
    )
    description: Mapped[str | None] = mapped_column(
        sa.String(2000), info=field("What happened", own=True, about="What people saw, why it was so, and what was done.")
    )  # fmt: skip
    resolved_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, info=field("Resolved", own=True, example="2026-11-02T15:30:00Z", about="When it was over; empty: it is not.")
    )  # fmt: skip
    cost: Mapped[Decimal | None] = mapped_column(
        Money, info=money("Cost", least=0, example=900, about="What it cost beside what figures of cost tell, if anybody counted.")
    )  # fmt: skip
    currency: Mapped[str | None] = mapped_column(
        sa.String(3), info=field("Currency", parse=read_currency, example="EUR", about="The currency of its cost.")
    )  # fmt: skip
    owner_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(User.id), info=field("Owner", about="The user who sees to it.")
    )
