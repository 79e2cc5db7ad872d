"""The register of risks."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from orchflow.inputs.columns import LONGEST_NAME, agent_field
from orchflow.people.tables import User
from orchflow.risks.scores import LIKELIHOODS, score_field
from orchflow.risks.tables.topic import TOPIC
from orchflow.store.columns import field, text_enum
from orchflow.store.tables import Base, Tracked


class RiskCategory(StrEnum):
    """What would suffer."""

    SECURITY = "security"
    PRIVACY = "privacy"
    RELIABILITY = "reliability"
    COMPLIANCE = "compliance"
    VENDOR = "vendor"
    BIAS = "bias"
    TRANSPARENCY = "transparency"


class Treatment(StrEnum):
    """What is done about a risk."""

    AVOID = "avoid"
    REDUCE = "reduce"
    SHARE = "share"
    ACCEPT = "accept"


class RiskStatus(StrEnum):
    """How far a risk is treated."""

    OPEN = "open"
    IN_TREATMENT = "in_treatment"
    CLOSED = "closed"


class Outcome(StrEnum):
    """What became of a risk that is closed."""

    PREVENTED = "prevented"
    OCCURRED = "occurred"
    NO_LONGER_APPLIES = "no_longer_applies"


class AiActClass(StrEnum):
    """The class that the workspace gives a use under Regulation (EU) 2024/1689."""

    NOT_CLASSIFIED = "not_classified"
    MINIMAL = "minimal"
    TRANSPARENCY = "transparency_art_50"
    HIGH_ANNEX_III = "high_risk_annex_iii"
    HIGH_ANNEX_I = "high_risk_annex_i"
    PROHIBITED = "prohibited"


class NistFunction(StrEnum):
    """The function of NIST's AI Risk Management Framework 1.0 that the treatment belongs to."""

    GOVERN = "govern"
    MAP = "map"
    MEASURE = "measure"
    MANAGE = "manage"


class Signal(StrEnum):
    """What the workspace measures and that raises a risk while it is breached."""

    ERROR_RATE = "error_rate"
    SPEND_ANOMALY = "spend_anomaly"
    PII_DETECTED = "pii_detected"
    SOVEREIGN_BREACH = "sovereign_breach"
    OVERDUE_REVIEW = "overdue_review"
    UNATTRIBUTED_SPEND = "unattributed_spend"


class Risk(Tracked, Base):
    """Something that could go wrong with agents, how likely and how bad, before and after what is done about it."""

    __tablename__ = "risk"
    __topic__ = TOPIC
    __undo__ = "inputs.edit"
    __called__ = "title"

    title: Mapped[str] = mapped_column(
        sa.String(LONGEST_NAME), info=field("Risk", file="title", example="A claim is rejected by an agent alone")
    )  # fmt: skip
    category: Mapped[RiskCategory] = mapped_column(
        text_enum(RiskCategory), info=field("Category", example="reliability", about="What would suffer.")
    )
    agent: Mapped[str | None] = mapped_column(
        sa.String(LONGEST_NAME), index=True, info=agent_field("The agent that it is about, if it is about one.")
    )  # fmt: skip
    system: Mapped[str | None] = mapped_column(
        sa.String(LONGEST_NAME),
        info=field("System", example="Model gateway", about="What it is about where that is no agent."),
    )
    description: Mapped[str | None] = mapped_column(
        sa.String(2000), info=field("Description", own=True, about="What could happen, to whom, and through what.")
    )  # fmt: skip
    likelihood: Mapped[int] = mapped_column(info=score_field("Likelihood", LIKELIHOODS, example=4))
    impact: Mapped[int] = mapped_column(
        info=score_field(
            "Impact", "how bad it would be: 1 hardly felt to 5 threatens the business", example=4
        )
    )
    controls: Mapped[str | None] = mapped_column(
        sa.String(2000), info=field("Controls", own=True, about="What is done so that it does not happen, or hurts less.")
    )  # fmt: skip
    treatment: Mapped[Treatment] = mapped_column(
        text_enum(Treatment), default=Treatment.REDUCE,
        info=field("Treatment", own=True, about="Whether it is avoided, reduced, shared with others or accepted."),
    )  # fmt: skip
    residual_likelihood: Mapped[int | None] = mapped_column(
        info=score_field("Residual likelihood", "what is left of the likelihood with the controls that work", own=True, example=2)
    )  # fmt: skip
    residual_impact: Mapped[int | None] = mapped_column(
        info=score_field("Residual impact", "what is left of the impact with the controls that work", own=True, example=4)
    )  # fmt: skip
    owner_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(User.id), index=True, info=field("Owner", about="The user who answers for it.")
    )
    status: Mapped[RiskStatus] = mapped_column(
        text_enum(RiskStatus), default=RiskStatus.OPEN,
        info=field("Status", own=True, about="A closed one needs an outcome and a reason."),
    )  # fmt: skip
    outcome: Mapped[Outcome | None] = mapped_column(
        text_enum(Outcome),
        info=field("Outcome", own=True, about="Of a closed one: closed before it happened (prevented), it occurred, or it no longer applies."),
    )  # fmt: skip
    closed_reason: Mapped[str | None] = mapped_column(
        sa.String(1000), info=field("Why closed", own=True, about="Of a closed one: what makes it so.")
    )
    due: Mapped[date | None] = mapped_column(
        info=field("Due", own=True, example="2026-12-18", about="By when its treatment is to be done.")
    )
    last_review: Mapped[date | None] = mapped_column(
        info=field("Last review", example="2026-11-02", about="The day of the last review; a review sets it.")
    )
    next_review: Mapped[date | None] = mapped_column(
        info=field("Next review", own=True, example="2027-02-01", about="The day by which it is to be reviewed again.")
    )  # fmt: skip
    ai_act_class: Mapped[AiActClass] = mapped_column(
        text_enum(AiActClass), default=AiActClass.NOT_CLASSIFIED,
        info=field("EU AI Act", about="The class of the use by Regulation (EU) 2024/1689, as the workspace reads it; verify with counsel."),
    )  # fmt: skip
    nist_function: Mapped[NistFunction | None] = mapped_column(
        text_enum(NistFunction),
        info=field("NIST function", about="The function of NIST's AI RMF 1.0 that its treatment belongs to."),
    )
    signal: Mapped[Signal | None] = mapped_column(
        text_enum(Signal),
        info=field("Live signal", own=True, about="While it is breached, the residual likelihood that is shown is one higher."),
    )  # fmt: skip
