"""Whose a cost is: which share of what an agent, a provider or an entry costs belongs to whom."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from orchflow.costs.tables.topic import TOPIC
from orchflow.inputs.columns import LONGEST_NAME, VALID_FROM, VALID_TO, agent_field
from orchflow.people.tables import Team
from orchflow.planning.tables import Goal, Project
from orchflow.store.columns import Exact, field, text_enum
from orchflow.store.tables import Base, Tracked


class SubjectKind(StrEnum):
    """What the costs are of that are shared out."""

    AGENT = "agent"
    PROVIDER = "provider"
    SOURCE = "source"
    SUB_ACCOUNT = "sub_account"
    SERVICE = "service"
    ENTRY = "entry"


class OwnerKind(StrEnum):
    """What a cost may belong to."""

    PROJECT = "project"
    GOAL = "goal"
    TEAM = "team"
    AGENT = "agent"


class CostShare(Tracked, Base):
    """A share of a subject's costs belongs to an owner. What is missing to 100 % belongs to nobody."""

    __tablename__ = "cost_share"
    __topic__ = TOPIC
    __undo__ = "costs.edit"
    __called__ = "subject"
    __table_args__ = (sa.Index(None, "subject_kind", "subject"), {"sqlite_autoincrement": True})

    subject_kind: Mapped[SubjectKind] = mapped_column(
        text_enum(SubjectKind), default=SubjectKind.AGENT,
        info=field("Costs of", about="What kind of thing the costs are of."),
    )  # fmt: skip
    subject: Mapped[str] = mapped_column(
        sa.String(LONGEST_NAME),
        info=field(
            "Called", offers="subject_kind", example="contract-review",
            about="Its key or name; of an entry of costs, the entry's number.",
        ),
    )  # fmt: skip
    owner_kind: Mapped[OwnerKind] = mapped_column(
        text_enum(OwnerKind), default=OwnerKind.PROJECT,
        info=field("Belongs to", about="What kind of thing they belong to."),
    )  # fmt: skip
    project_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(Project.id), index=True, info=field("Project", on_delete="with")
    )
    goal_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(Goal.id), index=True, info=field("Goal", on_delete="with")
    )
    team_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(Team.id), index=True, info=field("Team", on_delete="with")
    )
    agent: Mapped[str | None] = mapped_column(
        sa.String(LONGEST_NAME), info=agent_field("The agent that they belong to.")
    )
    share: Mapped[Decimal] = mapped_column(
        Exact(5, 2),
        info=field(
            "Share", unit="%", least="0.01", most=100, example=40,
            about="How much of the costs, in percent. What is missing to 100 % belongs to nobody.",
        ),
    )  # fmt: skip
    valid_from: Mapped[date] = mapped_column(info=VALID_FROM)
    valid_to: Mapped[date | None] = mapped_column(info=VALID_TO)
