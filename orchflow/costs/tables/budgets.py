"""Budgets: what may be spent in a calendar month or in any thirty days, by whom."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Final, TypeAlias

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Mapped, mapped_column

from orchflow.costs.tables.topic import TOPIC
from orchflow.inputs.columns import (
    CURRENCY,
    LONGEST_NAME,
    VALID_FROM,
    VALID_TO,
    Money,
    agent_field,
    money,
    provider_field,
)
from orchflow.people.tables import Team, User
from orchflow.planning.tables import Project
from orchflow.store.columns import Json, field, text_enum
from orchflow.store.tables import Base, Tracked
from orchflow.store.written import Refused, number, short

MOST_THRESHOLDS: Final = 10
LARGEST_THRESHOLD: Final = 1000
Thresholds: TypeAlias = Annotated[
    list[Annotated[int, Field(ge=1, le=LARGEST_THRESHOLD)]],
    Field(min_length=1, max_length=MOST_THRESHOLDS),
]
"""Their form in JSON."""


class BudgetScope(StrEnum):
    """Whose spending a budget is about."""

    WORKSPACE = "workspace"
    TEAM = "team"
    AGENT = "agent"
    PROJECT = "project"
    PROVIDER = "provider"


class BudgetPeriod(StrEnum):
    """The days over which the spending of a budget is added up."""

    MONTH = "month"
    ROLLING30 = "rolling30"


def read_thresholds(value: Any) -> list[int]:
    """Percents of a budget, told as a list or like 50, 80, 100: in order, none twice."""
    if isinstance(value, str):
        value = [part for part in re.split(r"[,;\s]+", value.replace("%", " ")) if part]
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        value = [value]
    if len(value) > MOST_THRESHOLDS:
        raise Refused(f"has {len(value)} percents; at most {MOST_THRESHOLDS} fit")
    percents = [number(str(part)) for part in value]
    for percent in percents:
        if percent != int(percent) or not 1 <= percent <= LARGEST_THRESHOLD:
            raise Refused(
                f"must be whole percents of the budget from 1 to {LARGEST_THRESHOLD} like 50, 80, 100, not {short(f'{percent:f}')}"
            )
    return sorted({int(percent) for percent in percents})


def usual_thresholds() -> list[int]:
    """The percents of a budget at which something is said unless it names others."""
    return [50, 80, 100]


class Budget(Tracked, Base):
    """What may be spent in a period. Versions of one budget have its name and follow each other by their days."""

    __tablename__ = "budget"
    __topic__ = TOPIC
    __undo__ = "costs.edit"

    name: Mapped[str] = mapped_column(
        sa.String(LONGEST_NAME), index=True,
        info=field("Name", example="Models of the claims team", about="Versions of one budget have the same name."),
    )  # fmt: skip
    scope: Mapped[BudgetScope] = mapped_column(
        text_enum(BudgetScope), default=BudgetScope.WORKSPACE,
        info=field("Of", file="scope", about="Whose spending it is about."),
    )  # fmt: skip
    team_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(Team.id), index=True, info=field("Team", on_delete="with", about="Of a team's budget.")
    )
    agent: Mapped[str | None] = mapped_column(
        sa.String(LONGEST_NAME), info=agent_field("Of an agent's budget.")
    )
    project_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(Project.id),
        index=True,
        info=field("Project", on_delete="with", about="Of a project's budget."),
    )
    provider: Mapped[str | None] = mapped_column(
        sa.String(LONGEST_NAME), info=provider_field("Of a provider's budget.")
    )
    period: Mapped[BudgetPeriod] = mapped_column(
        text_enum(BudgetPeriod), default=BudgetPeriod.MONTH,
        info=field("Period", about="A calendar month, or any thirty days."),
    )  # fmt: skip
    amount: Mapped[Decimal] = mapped_column(
        Money, info=money("Amount", least=0, example=5000, about="What may be spent in the period.")
    )
    currency: Mapped[str] = mapped_column(sa.String(3), info=CURRENCY)
    thresholds: Mapped[list[int]] = mapped_column(
        Json, default=usual_thresholds,
        info=field(
            "Thresholds", parse=read_thresholds, json=Thresholds, unit="% of the amount", example=[50, 80, 100],
            about="The percents of the amount at which something is said.",
        ),
    )  # fmt: skip
    owner_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(User.id), info=field("Owner", about="The user who answers for it.")
    )
    valid_from: Mapped[date] = mapped_column(info=VALID_FROM)
    valid_to: Mapped[date | None] = mapped_column(info=VALID_TO)
