"""What is kept of the self-checks: their results, who is exempt from one, and campaigns to have several of them pass."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from orchflow.guidance.check_owners import Owners, owners_by_key
from orchflow.people.tables import User
from orchflow.store.columns import UNRECORDED, Json, UtcDateTime, field, text_enum
from orchflow.store.tables import Base, Tracked

TOPIC = "checks"
BY_EVALUATING = "what evaluating the check came to"
BY_APPROVING = "changes by approving the exemption, by somebody else"
BY_ENDING = "changes by ending the exemption"


class CheckState(StrEnum):
    """What a check came to. That it could not be evaluated is told beside the state, which it keeps."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_APPLICABLE = "not_applicable"


class CheckResult(Tracked, Base):
    """What a check came to last; `state` is None until it could be evaluated once.

    `trouble` says why it could not be evaluated at the last try, and is empty when it could: the state before stays.
    """

    __tablename__ = "check_result"
    __topic__ = TOPIC
    __called__ = "key"

    key: Mapped[str] = mapped_column(sa.String(60), unique=True, info=field("Check", fixed="once"))
    state: Mapped[CheckState | None] = mapped_column(
        text_enum(CheckState), info=field("State", fixed=BY_EVALUATING)
    )
    words: Mapped[str] = mapped_column(
        sa.Text, default="", info=field("Evidence", fixed=BY_EVALUATING, about="What was seen, in words.")
    )
    missing: Mapped[list[str]] = mapped_column(
        Json, default=list,
        info=UNRECORDED | field("Missing", kind="words", fixed=BY_EVALUATING, about="What stands in the way, by name."),
    )  # fmt: skip
    value: Mapped[Decimal | None] = mapped_column(
        sa.Numeric(18, 4),
        info=UNRECORDED
        | field("Value", fixed=BY_EVALUATING, about="What was measured; a share is from 0 to 1."),
    )
    threshold: Mapped[Decimal | None] = mapped_column(
        sa.Numeric(18, 4),
        info=UNRECORDED | field("Threshold", fixed=BY_EVALUATING, about="What it is held against."),
    )
    trouble: Mapped[str] = mapped_column(
        sa.Text, default="",
        info=field("Could not be evaluated", fixed=BY_EVALUATING, about="Why, at the last try; empty when it could."),
    )  # fmt: skip
    evaluated_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, info=UNRECORDED | field("Evaluated", fixed=BY_EVALUATING, about="When it last could be.")
    )
    changed_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime,
        info=UNRECORDED | field("Since", fixed=BY_EVALUATING, about="Since when the state is this one."),
    )


class CheckExemption(Tracked, Base):
    """Somebody asks that a check need not pass until a day; it holds once somebody else has approved it."""

    __tablename__ = "check_exemption"
    __topic__ = TOPIC
    __called__ = "key"

    key: Mapped[str] = mapped_column(
        sa.String(60), index=True, info=field("Check", fixed="once", example="single-sign-on")
    )
    reason: Mapped[str] = mapped_column(
        sa.String(1000),
        info=field("Reason", own=True, about="Why it need not pass, and what is done instead."),
    )
    expires: Mapped[date] = mapped_column(
        info=field("Until", own=True, example="2027-01-31", about="The last day on which it holds.")
    )
    asked_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(User.id), info=field("Asked by", fixed="who asked for it")
    )
    approved_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(User.id), info=field("Approved by", fixed=BY_APPROVING)
    )
    approved_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, info=field("Approved", fixed=BY_APPROVING)
    )
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=field("Ended", fixed=BY_ENDING))


class CheckCampaign(Tracked, Base):
    """Checks that are to pass by a day; `owners` has each check's key with the user who sees to it, or null."""

    __tablename__ = "check_campaign"
    __topic__ = TOPIC

    name: Mapped[str] = mapped_column(sa.String(200), unique=True, info=field("Name"))
    reason: Mapped[str] = mapped_column(
        sa.Text, default="", info=field("Why", length=4000, about="What the campaign is for.")
    )
    deadline: Mapped[date] = mapped_column(
        info=field("Deadline", example="2026-12-18", about="Its last day.")
    )
    owners: Mapped[dict[str, int | None]] = mapped_column(
        Json,
        default=dict,
        info=field(
            "Checks", parse=owners_by_key, json=Owners,
            about="Each check by its key, with the id of the user who sees to it, or null.",
        ),
    )  # fmt: skip
