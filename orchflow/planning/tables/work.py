"""The work: efforts, their projects, goals and tasks, and which task waits for which."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from orchflow.people.tables import User
from orchflow.planning.tables.planned import OWNER, PLACE, Imported, Planned
from orchflow.planning.tables.sprints import Sprint, State
from orchflow.planning.values import PROJECT_NUMBER, project_number
from orchflow.store.columns import Json, field, text_enum
from orchflow.store.tables import Base

Amount = sa.Numeric(8, 2)
"""Points and hours."""

Measure = sa.Numeric(18, 4)
"""A goal's figures."""


def measure(label: str) -> dict[str, Any]:
    """The field of a goal's figure."""
    return field(label, least=-99_999_999_999, most=99_999_999_999)


class EffortStatus(StrEnum):
    """How far an effort is."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class ProjectStatus(StrEnum):
    """How far a project is."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    BLOCKED = "blocked"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Priority(StrEnum):
    """How urgent a task is."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class DependencyKind(StrEnum):
    """What the successor waits for: predecessor's and successor's end, finish (f) or start (s), in that order."""

    FINISH_TO_START = "fs"
    START_TO_START = "ss"
    FINISH_TO_FINISH = "ff"
    START_TO_FINISH = "sf"


class Effort(Imported, Planned, Base):
    """One of the big undertakings of the journey; `flow` is the flow it belongs to (1–6)."""

    __tablename__ = "effort"
    __called__ = "number"

    number: Mapped[int] = mapped_column(
        unique=True,
        info=field(
            "No.", least=0, most=9999, optional=True, about="Unique in the plan; the next one when left out."
        ),
    )
    name: Mapped[str] = mapped_column(sa.String(200), info=field("Name"))
    description: Mapped[str] = mapped_column(sa.Text, default="", info=field("Description"))
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id), info=OWNER)
    status: Mapped[EffortStatus] = mapped_column(
        text_enum(EffortStatus), default=EffortStatus.NOT_STARTED, info=field("Status")
    )
    flow: Mapped[int | None] = mapped_column(
        info=field("Flow", least=1, most=6, about="The flow of the journey it belongs to, 1 to 6.")
    )
    target_start: Mapped[date | None] = mapped_column(info=field("Start", file="start"))
    target_end: Mapped[date | None] = mapped_column(info=field("Due", file="due"))
    position: Mapped[float] = mapped_column(default=0.0, info=PLACE)


class Project(Imported, Planned, Base):
    """A project of an effort; `number` is like 1.2."""

    __tablename__ = "project"
    __called__ = "number"

    number: Mapped[str] = mapped_column(
        sa.String(20),
        unique=True,
        info=field(
            "No.", parse=project_number, optional=True, example="1.2", pattern=PROJECT_NUMBER.pattern,
            about="Unique in the plan, like 1.2; the effort's next one when left out.",
        ),
    )  # fmt: skip
    effort_id: Mapped[int] = mapped_column(sa.ForeignKey(Effort.id), index=True, info=field("Effort"))
    name: Mapped[str] = mapped_column(sa.String(200), info=field("Name"))
    description: Mapped[str] = mapped_column(sa.Text, default="", info=field("Description"))
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id), info=OWNER)
    status: Mapped[ProjectStatus] = mapped_column(
        text_enum(ProjectStatus), default=ProjectStatus.NOT_STARTED, info=field("Status")
    )
    start: Mapped[date | None] = mapped_column(info=field("Start"))
    due: Mapped[date | None] = mapped_column(info=field("Due"))
    position: Mapped[float] = mapped_column(default=0.0, info=PLACE)


class Goal(Imported, Planned, Base):
    """A measurable goal of a project. One with a `live_figure` takes `current` from that figure."""

    __tablename__ = "goal"

    project_id: Mapped[int] = mapped_column(sa.ForeignKey(Project.id), index=True, info=field("Project"))
    name: Mapped[str] = mapped_column(sa.String(300), info=field("Name"))
    description: Mapped[str] = mapped_column(sa.Text, default="", info=field("Description"))
    metric: Mapped[str] = mapped_column(
        sa.String(300), default="", info=field("Measured by", about="What is measured.")
    )
    unit: Mapped[str] = mapped_column(sa.String(40), default="", info=field("Unit"))
    baseline: Mapped[Decimal | None] = mapped_column(Measure, info=measure("Baseline"))
    target: Mapped[Decimal | None] = mapped_column(Measure, info=measure("Target"))
    current: Mapped[Decimal | None] = mapped_column(Measure, info=measure("Current"))
    due: Mapped[date | None] = mapped_column(info=field("Due"))
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id), info=OWNER)
    live_figure: Mapped[str | None] = mapped_column(
        sa.String(100), info=field("Live figure", about="The figure that moves `current` by itself.")
    )
    position: Mapped[float] = mapped_column(default=0.0, info=PLACE)


class Task(Imported, Planned, Base):
    """One piece of work. `status` is the key of a workflow column; a subtask is in its parent's project."""

    __tablename__ = "task"
    __called__ = "title"

    project_id: Mapped[int] = mapped_column(
        sa.ForeignKey(Project.id),
        index=True,
        info=field("Project", optional=True, about="A subtask is in its parent's when left out."),
    )
    goal_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(Goal.id),
        index=True,
        info=field("Goal", about="The goal of the same project that it serves."),
    )
    parent_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("task.id"),
        index=True,
        info=field(
            "Parent", on_delete="with", about="The task of which it is a part.",
            off={"grid": "tasks are indented, not numbered"},
        ),
    )  # fmt: skip
    sprint_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Sprint.id), index=True, info=field("Sprint"))
    title: Mapped[str] = mapped_column(sa.String(300), info=field("Title", file="name"))
    description: Mapped[str] = mapped_column(sa.Text, default="", info=field("Description", own=True))
    status: Mapped[str] = mapped_column(
        sa.String(40),
        default=State.BACKLOG.value,
        info=field(
            "Status", required=True, optional=True, own=True,
            about="The key of a column of the workflow: backlog, ready, in_progress, in_review, blocked, done, "
            "cancelled, or one that a team has added.",
        ),
    )  # fmt: skip
    blocked_reason: Mapped[str | None] = mapped_column(sa.String(1000), info=field("Blocked by", own=True))
    assignee_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(User.id), index=True, info=field("Assignee", about="The user who works on it.")
    )
    priority: Mapped[Priority] = mapped_column(
        text_enum(Priority), default=Priority.NORMAL, info=field("Priority")
    )
    points: Mapped[Decimal | None] = mapped_column(
        Amount, info=field("Points", unit="points", least=0, most=9999, example=3)
    )
    estimated_hours: Mapped[Decimal | None] = mapped_column(
        Amount, info=field("Estimated hours", unit="hours", least=0, most=99999)
    )
    logged_hours: Mapped[Decimal | None] = mapped_column(
        Amount, info=field("Logged hours", unit="hours", least=0, most=99999, own=True)
    )
    start: Mapped[date | None] = mapped_column(info=field("Start"))
    due: Mapped[date | None] = mapped_column(info=field("Due"))
    labels: Mapped[list[str]] = mapped_column(
        Json, default=list, info=field("Labels", kind="words", own=True)
    )
    milestone: Mapped[bool] = mapped_column(default=False, info=field("Milestone"))
    position: Mapped[float] = mapped_column(default=0.0, info=PLACE)
    step: Mapped[str | None] = mapped_column(
        sa.String(100), info=field("Step", about="The step of its flow that it belongs to.")
    )
    role: Mapped[str | None] = mapped_column(
        sa.String(64), info=field("Role", about="The job role that it is meant for.")
    )


class Dependency(Planned, Base):
    """`task_id` (the successor) waits for `depends_on_id` (the predecessor), `lag_days` working days longer."""

    __tablename__ = "dependency"
    __table_args__ = (sa.UniqueConstraint("task_id", "depends_on_id"), {"sqlite_autoincrement": True})

    task_id: Mapped[int] = mapped_column(sa.ForeignKey(Task.id), info=field("Task", fixed="once"))
    depends_on_id: Mapped[int] = mapped_column(
        sa.ForeignKey(Task.id), index=True, info=field("Waits for", fixed="once")
    )
    kind: Mapped[DependencyKind] = mapped_column(
        text_enum(DependencyKind),
        default=DependencyKind.FINISH_TO_START,
        info=field(
            "Kind", about="fs finish to start, ss start to start, ff finish to finish, sf start to finish."
        ),
    )
    lag_days: Mapped[int] = mapped_column(
        default=0,
        info=field("Lag", least=-365, most=365, about="Working days to wait longer; negative: shorter."),
    )
