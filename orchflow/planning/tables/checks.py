"""Who is exempt from a self-check, and campaigns to have several of them pass."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from orchflow.people.tables import User
from orchflow.planning.check_owners import Owners, owners_by_key
from orchflow.store.columns import Json, UtcDateTime, field
from orchflow.store.tables import Base, Tracked

TOPIC = "checks"
BY_APPROVING = "changes by approving the exemption, by somebody else"
BY_ENDING = "changes by ending it"


class CheckExemption(Tracked, Base):
    """Somebody asks that a check need not pass until a day; it holds once somebody else has approved it."""

    __tablename__ = "check_exemption"
    __topic__ = TOPIC
    __undo__ = "plan.edit"
    __called__ = "key"

    key: Mapped[str] = mapped_column(
        sa.String(60), index=True, info=field("Check", fixed="once", example="single-sign-on")
    )
    reason: Mapped[str] = mapped_column(
        sa.String(1000),
        info=field("Reason", kind="text", own=True, about="Why it need not pass, and what is done instead."),
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
    ended_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(User.id),
        info=field("Ended by", fixed=BY_ENDING, about="Who ended it, or refused what was asked for."),
    )


class CheckCampaign(Tracked, Base):
    """Checks that are to pass by a day; `owners` has each check's key with the user who sees to it, or null."""

    __tablename__ = "check_campaign"
    __topic__ = TOPIC
    __undo__ = "plan.edit"

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
    ended_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, info=field("Ended", fixed=BY_ENDING, about="When somebody ended it before its last day.")
    )
