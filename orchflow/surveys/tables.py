"""Waves of surveys, who is invited to them, and the sums of what was answered.

No row holds one person's answers: they are added to sums and are gone (ADR 31). Nothing here has a time, an author or a
number that counts up but the wave itself, whose rows nobody's answer changes.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from orchflow.inputs.columns import LONGEST_NAME
from orchflow.people.job_roles import role_names
from orchflow.people.tables import Team, User
from orchflow.store.columns import BigId, Json, field, text_enum
from orchflow.store.tables import Base, Tracked

TOPIC: Final = "surveys"
LONGEST_CELL: Final = 130


class SurveyKind(StrEnum):
    """What a survey asks about."""

    READINESS = "readiness"
    SAVED_TIME = "saved_time"
    SATISFACTION = "satisfaction"


class Audience(StrEnum):
    """Who is invited."""

    EVERYBODY = "everybody"
    TEAM = "team"
    JOB_ROLE = "job_role"


class ToldBy(StrEnum):
    """The one kind of group for which results are told apart."""

    NOTHING = "nothing"
    TEAM = "team"
    JOB_ROLE = "job_role"


class WaveState(StrEnum):
    """Where a wave stands. One that is open and past its last day is closed at the next opportunity."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


class SurveyWave(Tracked, Base):
    """One round of a survey: what is asked, of whom, and in which days."""

    __tablename__ = "survey_wave"
    __topic__ = TOPIC
    __called__ = "title"

    title: Mapped[str] = mapped_column(
        sa.String(LONGEST_NAME),
        info=field("Title", example="Readiness in January", about="What those who are invited read."),
    )
    kind: Mapped[SurveyKind] = mapped_column(
        text_enum(SurveyKind),
        info=field("Kind", example="readiness", about="What it asks about: readiness, where saved time went, satisfaction."),
    )  # fmt: skip
    opens: Mapped[date] = mapped_column(
        info=field("Opens", example="2099-01-11", about="The first day on which it can be answered; on it those are invited who are there.")
    )  # fmt: skip
    closes: Mapped[date] = mapped_column(
        info=field("Closes", example="2099-01-22", about="The last day on which it can be answered. Results are told after it.")
    )  # fmt: skip
    audience: Mapped[Audience] = mapped_column(
        text_enum(Audience), default=Audience.EVERYBODY,
        info=field("For", about="Everybody with an account, a team, or those with a job role."),
    )  # fmt: skip
    team_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(Team.id), index=True, info=field("Team", on_delete="refuse", about="Of a survey of a team.")
    )  # fmt: skip
    job_role: Mapped[str | None] = mapped_column(
        sa.String(64), info=field("Job role", among=role_names, about="Of a survey of a job role.")
    )
    told_by: Mapped[ToldBy] = mapped_column(
        text_enum(ToldBy), default=ToldBy.TEAM,
        info=field("Results by", about="The one kind of group for which results are told apart, where five or more answered."),
    )  # fmt: skip
    state: Mapped[WaveState] = mapped_column(
        text_enum(WaveState), default=WaveState.PLANNED,
        info=field("State", fixed="moves when it is opened and closed", about="Planned, open or closed."),
    )  # fmt: skip


class SurveyInvitation(Base):
    """Somebody is invited to an open wave, in which group they are counted, and whether they have answered.

    All rows of a wave are written anew with each answer, and deleted when it is closed.
    """

    __tablename__ = "survey_invitation"
    __table_args__ = ({"sqlite_with_rowid": False},)

    wave_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey(SurveyWave.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey(User.id), primary_key=True)
    cell: Mapped[str] = mapped_column(sa.String(LONGEST_CELL))
    answered: Mapped[bool] = mapped_column(default=False)


class SurveyTally(Base):
    """What a group of a wave has answered, added up: `counts` by question and what was answered."""

    __tablename__ = "survey_tally"
    __table_args__ = ({"sqlite_with_rowid": False},)

    wave_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey(SurveyWave.id), primary_key=True)
    cell: Mapped[str] = mapped_column(sa.String(LONGEST_CELL), primary_key=True)
    invited: Mapped[int] = mapped_column(sa.Integer)
    answers: Mapped[int] = mapped_column(sa.Integer)
    counts: Mapped[dict[str, Any]] = mapped_column(Json)


class SurveyWords(Base):
    """What was written in a wave, in the order of the alphabet."""

    __tablename__ = "survey_words"

    wave_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey(SurveyWave.id), primary_key=True, autoincrement=False
    )
    words: Mapped[list[str]] = mapped_column(Json)
