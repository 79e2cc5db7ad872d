"""Sprints, and what a team works by: the columns of its board and its days off."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from orchflow.people.tables import Team
from orchflow.planning.tables.planned import PLACE, Planned
from orchflow.planning.values import UserDays, UserIds, days_off, member_ids
from orchflow.store.columns import Json, UtcDateTime, field, text_enum
from orchflow.store.tables import Base

BY_ITS_LIFE = "changes by starting, closing and reopening the sprint"


class State(StrEnum):
    """What a column of any team's workflow means to the figures."""

    BACKLOG = "backlog"
    READY = "ready"
    IN_PROGRESS = "in_progress"
    IN_REVIEW = "in_review"
    BLOCKED = "blocked"
    DONE = "done"
    CANCELLED = "cancelled"


CLOSED: Final = (State.DONE, State.CANCELLED)
"""The states in which nothing is left to do."""


class SprintState(StrEnum):
    """Where a sprint is in its life."""

    PLANNED = "planned"
    ACTIVE = "active"
    CLOSED = "closed"


class Sprint(Planned, Base):
    """A sprint of a team (None: of everybody). `members` are user ids, `days_off` days by user id."""

    __tablename__ = "sprint"

    team_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(Team.id),
        index=True,
        info=field("Team", on_delete="refuse", about="The team it is of; empty for everybody."),
    )
    number: Mapped[int] = mapped_column(
        info=field(
            "No.", least=0, most=9999, optional=True, about="Unique for the team; the next one when left out."
        )
    )
    name: Mapped[str] = mapped_column(
        sa.String(200), info=field("Name", optional=True, about="Sprint and its number when left out.")
    )
    goal: Mapped[str] = mapped_column(sa.Text, default="", info=field("Goal", file="description"))
    start: Mapped[date | None] = mapped_column(info=field("Start", about="Its first day."))
    end: Mapped[date | None] = mapped_column(info=field("End", file="due", about="Its last day."))
    state: Mapped[SprintState] = mapped_column(
        text_enum(SprintState),
        default=SprintState.PLANNED,
        info=field("State", file="status", fixed=BY_ITS_LIFE),
    )
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=field("Started", fixed=BY_ITS_LIFE))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=field("Closed", fixed=BY_ITS_LIFE))
    focus: Mapped[Decimal] = mapped_column(
        sa.Numeric(4, 2),
        default=Decimal("0.8"),
        info=field(
            "Focus", least="0.01", most=1, required=True, optional=True,
            about="The share of a day that goes into the plan, with at most two decimals.",
        ),
    )  # fmt: skip
    days_off: Mapped[dict[str, float]] = mapped_column(
        Json,
        default=dict,
        info=field("Days off", parse=days_off, json=UserDays, about="Days off by user id."),
    )
    members: Mapped[list[int]] = mapped_column(
        Json,
        default=list,
        info=field("Members", parse=member_ids, json=UserIds, about="The users who work in it."),
    )


class WorkflowColumn(Planned, Base):
    """A status that tasks may have, on the board of a team (None: of every team without columns of its own).

    A key means the same state for every team and for ever, so that the history can be read; a column that is no
    longer wanted is `retired`.
    """

    __tablename__ = "workflow_column"

    team_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(Team.id), index=True, info=field("Team", fixed="once", on_delete="refuse")
    )
    key: Mapped[str] = mapped_column(sa.String(40), info=field("Key", fixed="once"))
    name: Mapped[str] = mapped_column(sa.String(60), info=field("Name"))
    state: Mapped[State] = mapped_column(text_enum(State), info=field("Means"))
    position: Mapped[float] = mapped_column(default=0.0, info=PLACE)
    wip_limit: Mapped[int | None] = mapped_column(info=field("Limit", least=1, most=9999))
    retired: Mapped[bool] = mapped_column(default=False, info=field("Retired"))


class CalendarDay(Planned, Base):
    """A day on which a team (None: nobody) does not work."""

    __tablename__ = "calendar_day"

    team_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(Team.id), info=field("Team", fixed="once", on_delete="refuse")
    )
    day: Mapped[date] = mapped_column(index=True, info=field("Day", fixed="once"))
    name: Mapped[str] = mapped_column(sa.String(100), default="", info=field("Name"))
