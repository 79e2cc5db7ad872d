"""Reviews of risks: who looked at one when, and how they assessed it."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from orchflow.people.tables import User
from orchflow.risks.scores import LIKELIHOODS, score_field
from orchflow.risks.tables.risk import Risk
from orchflow.risks.tables.topic import TOPIC
from orchflow.store.columns import field
from orchflow.store.tables import Base, Tracked

AS_IT_WAS = "; left out of a new review: as the risk has it"


class RiskReview(Tracked, Base):
    """Somebody looked at a risk on a day and assessed it; the latest review is what the register has."""

    __tablename__ = "risk_review"
    __topic__ = TOPIC
    __undo__ = "inputs.edit"
    __called__ = "day"
    __table_args__ = (sa.UniqueConstraint("risk_id", "day"), {"sqlite_autoincrement": True})

    risk_id: Mapped[int] = mapped_column(
        sa.ForeignKey(Risk.id), info=field("Risk", fixed="once", example=1, about="Which risk was reviewed.")
    )
    day: Mapped[date] = mapped_column(info=field("Day", example="2026-11-02", about="When it was reviewed."))
    by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(User.id), info=field("Reviewed by", file="by", about="Who did; left out of a new review: whoever adds it.")
    )  # fmt: skip
    likelihood: Mapped[int] = mapped_column(
        info=score_field("Likelihood", LIKELIHOODS + AS_IT_WAS, optional=True, example=4)
    )
    impact: Mapped[int] = mapped_column(
        info=score_field("Impact", "how bad it would be" + AS_IT_WAS, optional=True, example=4)
    )
    residual_likelihood: Mapped[int | None] = mapped_column(
        info=score_field("Residual likelihood", "what is left of the likelihood" + AS_IT_WAS, example=2)
    )
    residual_impact: Mapped[int | None] = mapped_column(
        info=score_field("Residual impact", "what is left of the impact" + AS_IT_WAS, example=4)
    )
    next_review: Mapped[date | None] = mapped_column(
        info=field("Next review", example="2027-02-01", about="By when it is to be reviewed again; left out of a new review: 91 days later.")
    )  # fmt: skip
    note: Mapped[str | None] = mapped_column(
        sa.String(2000), info=field("Note", own=True, about="What was found.")
    )
