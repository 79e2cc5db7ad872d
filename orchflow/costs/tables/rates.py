"""What currencies are worth, and what an hour of somebody's work costs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from orchflow.costs.tables.topic import TOPIC
from orchflow.inputs.columns import CURRENCY, VALID_FROM, VALID_TO, Money, money, read_currency
from orchflow.people.job_roles import role_names
from orchflow.people.tables import User
from orchflow.store.columns import Exact, field
from orchflow.store.tables import Base, Tracked


class ExchangeRate(Tracked, Base):
    """What one unit of a currency is worth in another one, from a day on until the next rate of the two."""

    __tablename__ = "exchange_rate"
    __topic__ = TOPIC
    __undo__ = "costs.edit"
    __called__ = "currency"
    __table_args__ = (
        sa.UniqueConstraint("currency", "into_currency", "valid_from"),
        {"sqlite_autoincrement": True},
    )

    currency: Mapped[str] = mapped_column(
        sa.String(3),
        info=field(
            "Currency",
            parse=read_currency,
            example="EUR",
            about="The currency that is converted: its code of ISO 4217.",
        ),
    )
    into_currency: Mapped[str] = mapped_column(
        sa.String(3),
        info=field(
            "Into",
            parse=read_currency,
            file="into",
            example="USD",
            about="The currency it is converted into.",
        ),
    )
    valid_from: Mapped[date] = mapped_column(
        info=field(
            "Valid from",
            file="from",
            example="2026-11-01",
            about="The first day on which it holds; it holds until the next one.",
        )
    )
    rate: Mapped[Decimal] = mapped_column(
        Exact(24, 12),
        info=field(
            "Rate", shown=4, least="0.000000000001", most=999_999_999, example=1.0825,
            about="How much of the second currency one unit of the first is worth. It holds the other way round as well.",
        ),
    )  # fmt: skip
    note: Mapped[str | None] = mapped_column(
        sa.String(200), info=field("Note", about="Where the rate is from, such as a bank's list.")
    )


class HourlyRate(Tracked, Base):
    """What an hour of work costs: of one person, of everybody in a job role, or of everybody else."""

    __tablename__ = "hourly_rate"
    __topic__ = TOPIC
    __undo__ = "costs.edit"
    __called__ = "valid_from"

    person_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(User.id), index=True,
        info=field("Person", about="Whose hours it is for; beats the rate of the job role."),
    )  # fmt: skip
    job_role: Mapped[str | None] = mapped_column(
        sa.String(64),
        info=field(
            "Job role", among=role_names,
            about="Whose hours it is for where the person has no rate of their own. Without person and job role: everybody else's.",
        ),
    )  # fmt: skip
    rate: Mapped[Decimal] = mapped_column(
        Money, info=money("Rate", unit="per hour", least=0, most=999_999, example=95)
    )
    currency: Mapped[str] = mapped_column(sa.String(3), info=CURRENCY)
    valid_from: Mapped[date] = mapped_column(info=VALID_FROM)
    valid_to: Mapped[date | None] = mapped_column(info=VALID_TO)
