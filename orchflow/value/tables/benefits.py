"""Benefits: what an agent or a use case brings, how well that is known, and who answers for it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from orchflow.inputs.columns import CURRENCY, LONGEST_NAME, NOTE, Money, agent_field, money
from orchflow.people.tables import User
from orchflow.store.columns import Exact, field, text_enum
from orchflow.store.tables import Base, Tracked
from orchflow.value.tables.topic import TOPIC, UNDO
from orchflow.value.tables.use_cases import UseCase


class BenefitKind(StrEnum):
    """What is gained: time of people, money not spent, money earned, better work."""

    HOURS_SAVED = "hours_saved"
    COST_AVOIDED = "cost_avoided"
    REVENUE = "revenue"
    QUALITY = "quality"


class Grade(StrEnum):
    """How well a benefit is known, from the weakest to the strongest."""

    DECLARED = "declared"
    MODELLED = "modelled"
    MEASURED = "measured"
    VERIFIED = "verified"


class Due(StrEnum):
    """How often an amount comes."""

    MONTH = "month"
    YEAR = "year"
    ONCE = "once"


Minutes = Exact(8, 2)


def _amount(label: str, about: str, **told: Any) -> dict[str, Any]:
    return money(label, own=True, least=0, about=about, **told)


def _minutes(label: str, about: str, **told: Any) -> dict[str, Any]:
    return field(label, own=True, unit="minutes", least=0, about=about, **told)


class Benefit(Tracked, Base):
    """One benefit over one period.

    Of hours saved the minutes that a completed run saves are told, which the runs, the loaded rate and the recapture
    make an amount; of every other kind the amount itself.
    """

    __tablename__ = "benefit"
    __topic__ = TOPIC
    __undo__ = UNDO
    __called__ = "title"

    title: Mapped[str] = mapped_column(
        sa.String(LONGEST_NAME),
        info=field("Title", example="Less typing of claims", about="What is better than before."),
    )
    agent: Mapped[str | None] = mapped_column(
        sa.String(LONGEST_NAME), info=agent_field("The agent that brings it.")
    )
    use_case_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(UseCase.id), index=True, info=field("Use case", about="The use case that brings it.")
    )
    kind: Mapped[BenefitKind] = mapped_column(
        text_enum(BenefitKind), default=BenefitKind.HOURS_SAVED,
        info=field("Kind", about="Hours saved are counted from runs; the others are amounts."),
    )  # fmt: skip
    grade: Mapped[Grade] = mapped_column(
        text_enum(Grade), default=Grade.DECLARED,
        info=field("Evidence", about="How well it is known; what is verified was approved by somebody else than its owner, as it is: a change needs a new day of evidence."),
    )  # fmt: skip
    starts: Mapped[date] = mapped_column(
        info=field("Starts", example="2026-11-01", about="The first day of its period.")
    )
    ends: Mapped[date | None] = mapped_column(
        info=field("Ends", example="2027-11-01", about="The first day after its period; empty: it goes on.")
    )
    low: Mapped[Decimal | None] = mapped_column(Money, info=_amount("Low", "The amount at the least."))
    likely: Mapped[Decimal | None] = mapped_column(
        Money, info=_amount("Likely", "The amount that is expected, or was measured.", example=2500)
    )
    high: Mapped[Decimal | None] = mapped_column(Money, info=_amount("High", "The amount at the most."))
    currency: Mapped[str | None] = mapped_column(sa.String(3), info=CURRENCY)
    every: Mapped[Due] = mapped_column(
        text_enum(Due), default=Due.MONTH,
        info=field("Every", about="The amount is of a month, of a year, or of the whole period."),
    )  # fmt: skip
    minutes_low: Mapped[Decimal | None] = mapped_column(
        Minutes, info=_minutes("Minutes, low", "What a completed run saves at the least.")
    )
    minutes_likely: Mapped[Decimal | None] = mapped_column(
        Minutes, info=_minutes("Minutes, likely", "What a completed run saves a person.", example=12)
    )
    minutes_high: Mapped[Decimal | None] = mapped_column(
        Minutes, info=_minutes("Minutes, high", "What a completed run saves at the most.")
    )
    owner_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(User.id), index=True, info=field("Owner", about="Who answers for it.")
    )
    approver_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(User.id), info=field("Approver", about="Who verified it: somebody else than the owner.")
    )
    evidence_day: Mapped[date | None] = mapped_column(
        info=field("Evidence of", own=True, about="The day of the measurement or of the approval.")
    )
    note: Mapped[str | None] = mapped_column(sa.String(1000), info={"field": {**NOTE["field"], "own": True}})
