"""The price book: what a model costs for every kind of use, from a day on."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from orchflow.costs.price_kinds import UNITS, PriceKind
from orchflow.costs.tables.topic import TOPIC
from orchflow.inputs.columns import LONGEST_NAME, NOTE, VALID_TO, read_currency
from orchflow.store.columns import Exact, field, text_enum
from orchflow.store.reading import as_text
from orchflow.store.tables import Base, Tracked
from orchflow.store.written import Refused, number, short

_CLOCK: Final = re.compile(r"(\d{1,2})(?::?(\d{2}))?(?::00)?")
_UNITS: Final = {
    "token": 1, "unit": 1, "each": 1, "one": 1, "k": 1_000, "kilo": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000,
    "mtok": 1_000_000, "ktok": 1_000,
}  # fmt: skip


def read_clock(value: Any) -> str:
    """A time of the day to the minute, like 08:30; 24:00 is the end of the day."""
    if isinstance(value, datetime | time):
        value = value.strftime("%H:%M")
    told = _CLOCK.fullmatch(as_text(value).strip()) if isinstance(value, str | int | float) else None
    hour, minute = (int(told[1]), int(told[2] or 0)) if told else (99, 0)
    if minute > 59 or hour * 60 + minute > 24 * 60:
        raise Refused(f"must be a time of the day like 08:30, not {short(value)}")
    return f"{hour:02}:{minute:02}"


def read_unit(value: Any) -> int:
    """For how many units a price is told: 1, 1,000 or 1,000,000, also as 1k, 1M or “1M tokens”."""
    text = as_text(value).strip().casefold().removeprefix("per ").removesuffix("tokens").strip()
    told = re.fullmatch(r"([\d.,\s]*)\s*([a-z]*)", text)
    units = None
    if told is not None and (told[2] in _UNITS or not told[2]) and (told[1].strip() or told[2]):
        units = (number(told[1].strip()) if told[1].strip() else 1) * (_UNITS[told[2]] if told[2] else 1)
    if units not in UNITS:
        raise Refused(f"must be 1, 1,000 or 1,000,000 units, not {short(value)}")
    return int(units)


class Price(Tracked, Base):
    """What some units of a kind of use of a model cost, on some days, at some times of the day and of some calls."""

    __tablename__ = "price"
    __topic__ = TOPIC
    __undo__ = "costs.edit"
    __called__ = "model"
    __table_args__ = (sa.Index(None, "provider", "model"), {"sqlite_autoincrement": True})

    provider: Mapped[str] = mapped_column(
        sa.String(LONGEST_NAME),
        info=field(
            "Provider",
            offers="provider",
            example="anthropic",
            about="As usage calls it; capitals do not matter.",
        ),
    )
    model: Mapped[str] = mapped_column(
        sa.String(LONGEST_NAME),
        info=field(
            "Model",
            offers="model",
            example="claude-sonnet-4-20250514",
            about="As usage calls it; capitals do not matter.",
        ),
    )
    kind: Mapped[PriceKind] = mapped_column(
        text_enum(PriceKind),
        info=field(
            "Kind of use", file="kind", example="input",
            about="What is paid for. Cached tokens and those written to a cache are among the tokens read and are paid once, at "
            "their own price; reasoning is among the tokens written. A kind without a price costs what the one costs that it is "
            "a part of.",
        ),
    )  # fmt: skip
    price: Mapped[Decimal] = mapped_column(
        Exact(24, 12),
        info=field("Price", shown=2, least=0, most=999_999_999, example=3, about="What so many units cost."),
    )
    per: Mapped[int] = mapped_column(
        info=field(
            "Per", parse=read_unit, optional=True, unit="units", least=1, most=1_000_000, example=1_000_000,
            about="For how many tokens, images, seconds or requests: 1, 1,000 or 1,000,000. Empty: a million tokens, else one.",
        ),
    )  # fmt: skip
    currency: Mapped[str] = mapped_column(
        sa.String(3),
        info=field(
            "Currency", parse=read_currency, example="USD",
            about="The currency of the price: its code of ISO 4217.",
        ),
    )  # fmt: skip
    valid_from: Mapped[date] = mapped_column(
        info=field(
            "Valid from", file="from", example="2026-11-01",
            about="The first day on which it holds. Days begin at midnight UTC, as those of providers do.",
        )
    )  # fmt: skip
    valid_to: Mapped[date | None] = mapped_column(info=VALID_TO)
    over_tokens: Mapped[int | None] = mapped_column(
        sa.BigInteger,
        info=field(
            "Input over", unit="tokens", least=0, most=1_000_000_000, example=200_000,
            about="It holds of calls that read more tokens than this, for all their tokens; empty: of every length.",
        ),
    )  # fmt: skip
    time_from: Mapped[str | None] = mapped_column(
        sa.String(5),
        info=field(
            "Time from", parse=read_clock, example="16:30",
            about="From this time of the day (UTC) on, the minute included; empty: all day. May pass midnight.",
        ),
    )  # fmt: skip
    time_to: Mapped[str | None] = mapped_column(
        sa.String(5),
        info=field(
            "Time to", parse=read_clock, example="00:30", about="Until this time of the day (UTC), the minute excluded."
        ),
    )  # fmt: skip
    service_tier: Mapped[str | None] = mapped_column(
        sa.String(40),
        info=field(
            "Service tier", offers="service_tier", example="batch",
            about="It holds of calls of this tier, such as batch, flex or priority; empty: of every tier without a price of its own.",
        ),
    )  # fmt: skip
    note: Mapped[str | None] = mapped_column(sa.String(1000), info=NOTE)
