"""Costs that no file tells: licences, support, servers, training; by the month, by the year or once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from orchflow.costs.tables.topic import TOPIC
from orchflow.inputs.columns import CURRENCY, LONGEST_NAME, NOTE, Money, agent_field, money
from orchflow.people.tables import Team
from orchflow.planning.tables import Project
from orchflow.store.columns import field, text_enum
from orchflow.store.tables import Base, Tracked


class CostPart(StrEnum):
    """Which of the four parts of cost an entry is of; models and development are counted from facts and hours."""

    INFRASTRUCTURE = "infrastructure"
    OPERATIONS = "operations"


class CostKind(StrEnum):
    """What an entry pays for."""

    LICENCE = "licence"
    SUPPORT = "support"
    INFRASTRUCTURE = "infrastructure"
    TRAINING = "training"
    REVIEW = "review"
    OTHER = "other"


class Every(StrEnum):
    """How often an amount is due."""

    ONCE = "once"
    MONTH = "month"
    YEAR = "year"


class CostEntry(Tracked, Base):
    """An amount that is due once, every month or every year. Negative: a credit.

    The amount of a month or a year is spread over its days; one that is due once stands on its day, or is spread over
    the days to `ends` where there is one.
    """

    __tablename__ = "cost_entry"
    __topic__ = TOPIC
    __undo__ = "costs.edit"

    name: Mapped[str] = mapped_column(
        sa.String(LONGEST_NAME), info=field("Name", example="Vector database", about="What is paid for.")
    )
    part: Mapped[CostPart] = mapped_column(
        text_enum(CostPart), default=CostPart.OPERATIONS,
        info=field("Part", about="The part of the cost that it counts to."),
    )  # fmt: skip
    kind: Mapped[CostKind] = mapped_column(
        text_enum(CostKind), default=CostKind.OTHER, info=field("Kind", about="What kind of thing it is.")
    )
    amount: Mapped[Decimal] = mapped_column(
        Money, info=money("Amount", example=1200, about="A negative amount is a credit.")
    )
    currency: Mapped[str] = mapped_column(sa.String(3), info=CURRENCY)
    every: Mapped[Every] = mapped_column(
        text_enum(Every), default=Every.MONTH,
        info=field("Every", about="How often it is due: once, every month or every year."),
    )  # fmt: skip
    starts: Mapped[date] = mapped_column(
        info=field("Starts", example="2026-11-01", about="The first day that it is for.")
    )
    ends: Mapped[date | None] = mapped_column(
        info=field(
            "Ends", example="2027-11-01",
            about="The first day that it is no longer for; empty: it goes on, or is due on the one day.",
        )
    )  # fmt: skip
    team_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(Team.id), index=True, info=field("Team", about="The team that it is for.")
    )
    project_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(Project.id), index=True, info=field("Project", about="The project that it is for.")
    )
    agent: Mapped[str | None] = mapped_column(
        sa.String(LONGEST_NAME), info=agent_field("The agent that it is for.")
    )
    provider: Mapped[str | None] = mapped_column(
        sa.String(LONGEST_NAME), info=field("Provider", about="Who is paid.")
    )
    note: Mapped[str | None] = mapped_column(sa.String(1000), info=NOTE)
