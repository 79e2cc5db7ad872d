"""Seats that are paid for, and those who help others with agents."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from orchflow.enablement.tables.topic import TOPIC, person_field
from orchflow.inputs.columns import CURRENCY, LONGEST_NAME, NOTE, VALID_FROM, VALID_TO, Money, money
from orchflow.people.tables import User
from orchflow.store.columns import field
from orchflow.store.tables import Base, Tracked


class SeatPurchase(Tracked, Base):
    """Seats of a platform that are paid for, from a day on."""

    __tablename__ = "seat_purchase"
    __topic__ = TOPIC
    __undo__ = "inputs.edit"
    __called__ = "platform"

    platform: Mapped[str] = mapped_column(
        sa.String(LONGEST_NAME),
        info=field("Platform", example="Orchestrator AI", about="What the seats are of, or who sells them."),
    )
    seats: Mapped[int] = mapped_column(
        info=field("Seats", least=1, most=10_000_000, example=60, about="How many are paid for.")
    )
    price: Mapped[Decimal] = mapped_column(
        Money, info=money("Price", unit="per seat a month", least=0, most=999_999, example=30)
    )
    currency: Mapped[str] = mapped_column(sa.String(3), info=CURRENCY)
    valid_from: Mapped[date] = mapped_column(info=VALID_FROM)
    valid_to: Mapped[date | None] = mapped_column(info=VALID_TO)
    renews_on: Mapped[date | None] = mapped_column(
        info=field("Renews on", example="2027-05-01", about="The day from which other seats can be agreed; empty: not known.")
    )  # fmt: skip
    notice_days: Mapped[int | None] = mapped_column(
        info=field("Notice", unit="days", least=0, most=3660, example=60, about="So many days before it has to be said; empty: not known.")
    )  # fmt: skip
    note: Mapped[str | None] = mapped_column(sa.String(1000), info=NOTE)


class Champion(Tracked, Base):
    """A person who helps others with agents, and said so. Who leaves is forgotten: it is not taken back by others."""

    __tablename__ = "champion"
    __topic__ = TOPIC
    __called__ = "helps_with"

    person_id: Mapped[int] = mapped_column(
        sa.ForeignKey(User.id), unique=True, info=person_field("Who helps: oneself, nobody else says so.")
    )
    helps_with: Mapped[str] = mapped_column(
        sa.String(300),
        info=field(
            "Helps with", own=True, example="Agents for claims", about="With what others may come to them."
        ),
    )
