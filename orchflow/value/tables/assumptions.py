"""Assumptions: the numbers that nobody measured and from which value is computed, each with who answers for it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from orchflow.inputs.columns import CURRENCY, LONGEST_NAME, NOTE, VALID_FROM, VALID_TO, agent_field
from orchflow.people.tables import User
from orchflow.store.columns import Exact, field, text_enum
from orchflow.store.tables import Base, Tracked
from orchflow.value.tables.topic import TOPIC, UNDO


class AssumptionKind(StrEnum):
    """What is assumed. Figures read recapture, loaded rate and checking minutes; of the others only the numbers are kept."""

    RECAPTURE = "recapture"
    LOADED_RATE = "loaded_rate"
    CHECKING_MINUTES = "checking_minutes"
    DISCOUNT_RATE = "discount_rate"
    HORIZON = "horizon"
    OTHER = "other"


Amount = Exact(18, 4)


class Assumption(Tracked, Base):
    """A number from a day on, for one agent or for all that have none of their own."""

    __tablename__ = "assumption"
    __topic__ = TOPIC
    __undo__ = UNDO
    __called__ = "kind"
    __table_args__ = (sa.Index(None, "kind", "agent"), {"sqlite_autoincrement": True})

    kind: Mapped[AssumptionKind] = mapped_column(
        text_enum(AssumptionKind),
        info=field(
            "Assumption", example="recapture",
            about="Recapture: the share of saved time that becomes other work. Loaded rate: what an hour of a person costs. Checking "
            "minutes: what it takes a person to check a completed run. Discount rate of a year, horizon in years: kept for a business case; no figure reads them yet.",
        ),
    )  # fmt: skip
    name: Mapped[str] = mapped_column(
        sa.String(LONGEST_NAME), default="",
        info=field("Name", about="What is assumed, where it is something other than these."),
    )  # fmt: skip
    agent: Mapped[str | None] = mapped_column(
        sa.String(LONGEST_NAME), info=agent_field("The agent of which it holds; empty: all that have none of their own.")
    )  # fmt: skip
    low: Mapped[Decimal | None] = mapped_column(Amount, info=field("Low", about="The least that it may be."))
    likely: Mapped[Decimal] = mapped_column(
        Amount, info=field("Likely", example=50, about="What is assumed.")
    )
    high: Mapped[Decimal | None] = mapped_column(Amount, info=field("High", about="The most that it may be."))
    unit: Mapped[str] = mapped_column(
        sa.String(40), default="",
        info=field("Unit", about="In what it is counted; of those that have a name it is known."),
    )  # fmt: skip
    currency: Mapped[str | None] = mapped_column(sa.String(3), info=CURRENCY)
    valid_from: Mapped[date] = mapped_column(info=VALID_FROM)
    valid_to: Mapped[date | None] = mapped_column(info=VALID_TO)
    owner_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(User.id), info=field("Owner", about="Who answers for it.")
    )
    source: Mapped[str | None] = mapped_column(
        sa.String(1000), info=field("Source", about="Where it is from: a survey, a study, payroll.")
    )
    note: Mapped[str | None] = mapped_column(sa.String(1000), info=NOTE)
