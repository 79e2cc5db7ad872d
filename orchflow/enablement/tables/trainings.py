"""Trainings, of whom they are required, and who has done them."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from orchflow.enablement.tables.topic import TOPIC, person_field
from orchflow.inputs.columns import LONGEST_NAME, NOTE
from orchflow.people.tables import User
from orchflow.store.columns import Json, field, text_enum
from orchflow.store.tables import Base, Tracked


class TrainingResult(StrEnum):
    """What came of a training."""

    PASSED = "passed"
    ATTENDED = "attended"
    FAILED = "failed"


class Training(Tracked, Base):
    """Something to learn, and the job roles of which it is required."""

    __tablename__ = "training"
    __topic__ = TOPIC
    __undo__ = "inputs.edit"

    name: Mapped[str] = mapped_column(
        sa.String(LONGEST_NAME), unique=True,
        info=field("Name", example="Agents at work", about="What it is called. A line of a job role's required training that says the same requires it."),
    )  # fmt: skip
    everybody: Mapped[bool] = mapped_column(
        default=False, info=field("Of everybody", about="It is required of everybody who has a job role or a seat.")
    )  # fmt: skip
    job_roles: Mapped[list[str]] = mapped_column(
        Json, default=list,
        info=field("Required of", kind="words", about="The job roles of which it is required, by key or name, besides those whose required training names it."),
    )  # fmt: skip
    minutes: Mapped[int | None] = mapped_column(
        info=field("Minutes", unit="minutes", least=1, most=100_000, example=45, about="How long it takes.")
    )
    valid_months: Mapped[int | None] = mapped_column(
        info=field("Valid for", unit="months", least=1, most=600, example=12, about="So many months after it was done it is due again; empty: never.")
    )  # fmt: skip
    link: Mapped[str | None] = mapped_column(
        sa.String(1000), info=field("Link", about="Where it is: an address.")
    )
    note: Mapped[str | None] = mapped_column(sa.String(1000), info=NOTE)


class TrainingCompletion(Tracked, Base):
    """Somebody did a training on a day. People's data: read by those who may see single people's figures, and by oneself."""

    __tablename__ = "training_completion"
    __topic__ = TOPIC
    __undo__ = "inputs.edit"
    __called__ = "day"
    __table_args__ = (
        sa.UniqueConstraint("training_id", "person_id", "day"),
        {"sqlite_autoincrement": True},
    )

    training_id: Mapped[int] = mapped_column(
        sa.ForeignKey(Training.id), info=field("Training", fixed="once", on_delete="with", example=1)
    )
    person_id: Mapped[int] = mapped_column(
        sa.ForeignKey(User.id), index=True, info=person_field("Who did it.")
    )
    day: Mapped[date] = mapped_column(
        info=field("Day", own=True, example="2026-11-20", about="The day on which it was done.")
    )
    result: Mapped[TrainingResult] = mapped_column(
        text_enum(TrainingResult), default=TrainingResult.PASSED,
        info=field("Result", own=True, about="What came of it; one that was failed is not done."),
    )  # fmt: skip
    note: Mapped[str | None] = mapped_column(
        sa.String(1000), info=field("Note", own=True, about="Where it was, or why it is so.")
    )
