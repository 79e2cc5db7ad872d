"""What people say of days on which something cost out of the ordinary."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from orchflow.costs.tables.topic import TOPIC
from orchflow.inputs.columns import LONGEST_NAME, NOTE
from orchflow.store.columns import field, text_enum
from orchflow.store.tables import Base, Tracked


class AnomalyScope(StrEnum):
    """Whose cost was out of the ordinary."""

    WORKSPACE = "workspace"
    PROVIDER = "provider"
    MODEL = "model"
    AGENT = "agent"
    ORGANIZATION = "organization"
    PART = "part"
    SERVICE = "service"
    TEAM = "team"


class AnomalyVerdict(StrEnum):
    """What somebody says of it."""

    EXPECTED = "expected"
    PLANNED = "planned"
    NOT_USEFUL = "not_useful"


class AnomalyOpinion(Tracked, Base):
    """What somebody says of the cost of a scope on days: it was expected, it was planned, or hearing of it was of no use."""

    __tablename__ = "anomaly_opinion"
    __topic__ = TOPIC
    __called__ = "scope"
    __table_args__ = (sa.Index(None, "valid_from"), {"sqlite_autoincrement": True})

    scope: Mapped[AnomalyScope] = mapped_column(
        text_enum(AnomalyScope), default=AnomalyScope.WORKSPACE,
        info=field("Of", file="scope", about="Whose cost it is about."),
    )  # fmt: skip
    value: Mapped[str | None] = mapped_column(
        sa.String(LONGEST_NAME),
        info=field("Value", offers="scope", example="claims", about="Which agent, model, provider, organisation, part, service or team; empty for the workspace."),
    )  # fmt: skip
    valid_from: Mapped[date] = mapped_column(
        info=field("From", file="from", example="2026-11-01", about="The first day it is about.")
    )
    valid_to: Mapped[date] = mapped_column(
        info=field("To", file="to", example="2026-11-02", about="The first day it is no longer about.")
    )
    verdict: Mapped[AnomalyVerdict] = mapped_column(
        text_enum(AnomalyVerdict),
        info=field("Opinion", example="planned", about="Whether it was expected or planned, or of no use to hear of."),
    )  # fmt: skip
    note: Mapped[str | None] = mapped_column(sa.String(1000), info=NOTE)
