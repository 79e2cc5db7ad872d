"""The tables of costs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from orchflow.currencies import currency_code
from orchflow.store.columns import Exact, field
from orchflow.store.tables import Base, Tracked
from orchflow.store.written import Refused


def _code(value: Any) -> str:
    try:
        return currency_code(str(value))
    except ValueError as error:
        raise Refused(str(error)) from None


class ExchangeRate(Tracked, Base):
    """What one unit of a currency is worth in another one, from a day on until the next rate of the two."""

    __tablename__ = "exchange_rate"
    __topic__ = "costs"
    __called__ = "currency"
    __table_args__ = (
        sa.UniqueConstraint("currency", "into_currency", "valid_from"),
        {"sqlite_autoincrement": True},
    )

    currency: Mapped[str] = mapped_column(
        sa.String(3),
        info=field(
            "Currency",
            parse=_code,
            example="EUR",
            about="The currency that is converted: its code of ISO 4217.",
        ),
    )
    into_currency: Mapped[str] = mapped_column(
        sa.String(3),
        info=field(
            "Into", parse=_code, file="into", example="USD", about="The currency it is converted into."
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
            "Rate", least="0.000000000001", most=999_999_999, example=1.0825,
            about="How much of the second currency one unit of the first is worth. It holds the other way round as well.",
        ),
    )  # fmt: skip
    note: Mapped[str | None] = mapped_column(
        sa.String(200), info=field("Note", about="Where the rate is from, such as a bank's list.")
    )
