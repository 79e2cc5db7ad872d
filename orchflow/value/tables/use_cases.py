"""Use cases on their way from an idea to production, and what the work took before there was an agent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from orchflow.inputs.columns import CURRENCY, LONGEST_NAME, NOTE, Money, agent_field, money
from orchflow.people.tables import Team, User
from orchflow.store.columns import Exact, field, text_enum
from orchflow.store.tables import Base, Tracked
from orchflow.value.tables.topic import TOPIC, UNDO


class Stage(StrEnum):
    """How far a use case is."""

    IDEA = "idea"
    SELECTED = "selected"
    IN_DEVELOPMENT = "in_development"
    PILOT = "pilot"
    PRODUCTION = "production"
    RETIRED = "retired"
    DROPPED = "dropped"


class EffortSize(StrEnum):
    """How much work building it is expected to be."""

    S = "S"
    M = "M"
    L = "L"


class BaselinePoint(StrEnum):
    """When the work was measured: before the agent, or so many days after it was launched."""

    START = "start"
    DAY_30 = "day_30"
    DAY_60 = "day_60"
    DAY_90 = "day_90"


def _a_year(label: str, about: str, **told: Any) -> dict[str, Any]:
    return money(label, own=True, least=0, about=about, **told)


class UseCase(Tracked, Base):
    """Something that agents could do. When it entered its stage is in its history."""

    __tablename__ = "use_case"
    __topic__ = TOPIC
    __undo__ = UNDO
    __called__ = "title"
    __table_args__ = (sa.UniqueConstraint("title"), {"sqlite_autoincrement": True})

    title: Mapped[str] = mapped_column(
        sa.String(LONGEST_NAME),
        info=field("Title", example="Read incoming claims", about="What an agent would do."),
    )
    stage: Mapped[Stage] = mapped_column(
        text_enum(Stage), default=Stage.IDEA,
        info=field("Stage", own=True, about="How far it is; what is dropped needs a reason."),
    )  # fmt: skip
    owner_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(User.id), index=True, info=field("Owner", about="Who answers for it.")
    )
    team_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(Team.id), index=True, info=field("Team", about="The team whose work it is.")
    )
    value_low: Mapped[Decimal | None] = mapped_column(
        Money, info=_a_year("Value, low", "What it brings a year at the least.")
    )
    value_likely: Mapped[Decimal | None] = mapped_column(
        Money, info=_a_year("Value, likely", "What it is expected to bring a year.", example=48000)
    )
    value_high: Mapped[Decimal | None] = mapped_column(
        Money, info=_a_year("Value, high", "What it brings a year at the most.")
    )
    currency: Mapped[str | None] = mapped_column(sa.String(3), info=CURRENCY)
    effort: Mapped[EffortSize | None] = mapped_column(
        text_enum(EffortSize), info=field("Effort", own=True, about="Small, medium or large.")
    )
    effort_days: Mapped[Decimal | None] = mapped_column(
        Exact(8, 2),
        info=field("Days of work", own=True, unit="days", least=0, about="The same in days, where it is known."),
    )  # fmt: skip
    risk: Mapped[int | None] = mapped_column(
        info=field("Risk", own=True, least=1, most=5, about="From 1, hardly any, to 5, very high.")
    )
    agent: Mapped[str | None] = mapped_column(
        sa.String(LONGEST_NAME), info=agent_field("The agent that it became.")
    )
    due: Mapped[date | None] = mapped_column(
        info=field("Due", own=True, about="The day by which it is to be in production.")
    )
    success: Mapped[str | None] = mapped_column(
        sa.String(1000), info=field("Success criteria", own=True, about="By what it is known that it works.")
    )
    reason: Mapped[str | None] = mapped_column(
        sa.String(1000), info=field("Reason", own=True, about="Why it was dropped or retired.")
    )
    description: Mapped[str | None] = mapped_column(
        sa.String(2000), info=field("Description", own=True, about="What it is, in some sentences.")
    )


class WorkBaseline(Tracked, Base):
    """What the work took at one time: before the agent, or 30, 60 or 90 days after it was launched."""

    __tablename__ = "work_baseline"
    __topic__ = TOPIC
    __undo__ = UNDO
    __called__ = "point"

    use_case_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(UseCase.id), index=True,
        info=field("Use case", on_delete="with", about="The use case whose work it is."),
    )  # fmt: skip
    agent: Mapped[str | None] = mapped_column(
        sa.String(LONGEST_NAME), info=agent_field("The agent whose work it is.")
    )
    point: Mapped[BaselinePoint] = mapped_column(
        text_enum(BaselinePoint), default=BaselinePoint.START,
        info=field("Measured at", about="At the start, or 30, 60 or 90 days after the launch."),
    )  # fmt: skip
    day: Mapped[date] = mapped_column(
        info=field("Day", example="2026-11-01", about="The day of the measurement.")
    )
    minutes: Mapped[Decimal | None] = mapped_column(
        Exact(10, 2),
        info=field("Minutes a case", unit="minutes", least=0, example=24, about="What one case takes a person."),
    )  # fmt: skip
    cost: Mapped[Decimal | None] = mapped_column(
        Money, info=money("Cost a case", least=0, about="What one case costs.")
    )
    currency: Mapped[str | None] = mapped_column(sa.String(3), info=CURRENCY)
    error_rate: Mapped[Decimal | None] = mapped_column(
        Exact(5, 2),
        info=field("Error rate", unit="%", least=0, most=100, about="How many of a hundred cases had an error."),
    )  # fmt: skip
    cases: Mapped[int | None] = mapped_column(
        info=field("Cases a month", least=0, about="How many cases there are in a month.")
    )
    method: Mapped[str | None] = mapped_column(
        sa.String(1000), info=field("How measured", about="By whom was counted what, over how long.")
    )
    measured_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(User.id), info=field("Measured by", about="Who measured it.")
    )
    note: Mapped[str | None] = mapped_column(sa.String(1000), info=NOTE)
