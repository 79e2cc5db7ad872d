"""What is kept of the self-checks: their results. Who is exempt from one, and campaigns, are `planning.tables.checks`."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from orchflow.planning.tables.checks import TOPIC
from orchflow.store.columns import UNRECORDED, Json, UtcDateTime, field, text_enum
from orchflow.store.tables import Base, Tracked

BY_EVALUATING = "what evaluating the check came to"


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
