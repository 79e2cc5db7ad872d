"""The tables of the plan. Every one keeps a history, except forecasts, which are never edited."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from orchflow.people.tables import Team, User
from orchflow.store.columns import UNRECORDED, BigId, Json, UtcDateTime, text_enum
from orchflow.store.tables import Base, Tracked

TOPIC = "plan"

Amount = sa.Numeric(8, 2)
"""Points and hours."""

Measure = sa.Numeric(18, 4)
"""A goal's figures."""


class State(StrEnum):
    """What a column of any team's workflow means to the figures."""

    BACKLOG = "backlog"
    READY = "ready"
    IN_PROGRESS = "in_progress"
    IN_REVIEW = "in_review"
    BLOCKED = "blocked"
    DONE = "done"
    CANCELLED = "cancelled"


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


class LinkKind(StrEnum):
    """What a link leads to."""

    DOCUMENT = "document"
    AGENT = "agent"
    URL = "url"


class SprintState(StrEnum):
    """Where a sprint is in its life."""

    PLANNED = "planned"
    ACTIVE = "active"
    CLOSED = "closed"


class Imported:
    """Where a row came from: its key in another program, unique per program."""

    external_id: Mapped[str | None] = mapped_column(sa.String(200), sort_order=80)
    external_source: Mapped[str | None] = mapped_column(sa.String(64), sort_order=81)


def _imported() -> tuple[Any, ...]:
    return (sa.UniqueConstraint("external_source", "external_id"), {"sqlite_autoincrement": True})


class Effort(Imported, Tracked, Base):
    """One of the big undertakings of the journey; `flow` is the flow it belongs to (1–6)."""

    __tablename__ = "effort"
    __topic__ = TOPIC
    __table_args__ = _imported()

    number: Mapped[int] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    description: Mapped[str] = mapped_column(sa.Text, default="")
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id))
    status: Mapped[EffortStatus] = mapped_column(text_enum(EffortStatus), default=EffortStatus.NOT_STARTED)
    flow: Mapped[int | None]
    target_start: Mapped[date | None]
    target_end: Mapped[date | None]
    position: Mapped[float] = mapped_column(default=0.0)


class Project(Imported, Tracked, Base):
    """A project of an effort; `number` is like 1.2."""

    __tablename__ = "project"
    __topic__ = TOPIC
    __table_args__ = _imported()

    number: Mapped[str] = mapped_column(sa.String(20), unique=True)
    effort_id: Mapped[int] = mapped_column(sa.ForeignKey(Effort.id), index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    description: Mapped[str] = mapped_column(sa.Text, default="")
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id))
    status: Mapped[ProjectStatus] = mapped_column(text_enum(ProjectStatus), default=ProjectStatus.NOT_STARTED)
    start: Mapped[date | None]
    due: Mapped[date | None]
    position: Mapped[float] = mapped_column(default=0.0)


class Goal(Imported, Tracked, Base):
    """A measurable goal of a project. One with a `live_figure` takes `current` from that figure."""

    __tablename__ = "goal"
    __topic__ = TOPIC
    __table_args__ = _imported()

    project_id: Mapped[int] = mapped_column(sa.ForeignKey(Project.id), index=True)
    name: Mapped[str] = mapped_column(sa.String(300))
    description: Mapped[str] = mapped_column(sa.Text, default="")
    metric: Mapped[str] = mapped_column(sa.String(300), default="")
    unit: Mapped[str] = mapped_column(sa.String(40), default="")
    baseline: Mapped[Decimal | None] = mapped_column(Measure)
    target: Mapped[Decimal | None] = mapped_column(Measure)
    current: Mapped[Decimal | None] = mapped_column(Measure)
    due: Mapped[date | None]
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id))
    live_figure: Mapped[str | None] = mapped_column(sa.String(100))
    position: Mapped[float] = mapped_column(default=0.0)


class Sprint(Tracked, Base):
    """A sprint of a team (None: of everybody). `members` are user ids, `days_off` days by user id."""

    __tablename__ = "sprint"
    __topic__ = TOPIC

    team_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Team.id), index=True)
    number: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(200))
    goal: Mapped[str] = mapped_column(sa.Text, default="")
    start: Mapped[date | None]
    end: Mapped[date | None]
    state: Mapped[SprintState] = mapped_column(text_enum(SprintState), default=SprintState.PLANNED)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    focus: Mapped[Decimal] = mapped_column(sa.Numeric(4, 2), default=Decimal("0.8"))
    days_off: Mapped[dict[str, float]] = mapped_column(Json, default=dict)
    members: Mapped[list[int]] = mapped_column(Json, default=list)


class Task(Imported, Tracked, Base):
    """One piece of work. `status` is the key of a workflow column; a subtask is in its parent's project."""

    __tablename__ = "task"
    __topic__ = TOPIC
    __table_args__ = _imported()

    project_id: Mapped[int] = mapped_column(sa.ForeignKey(Project.id), index=True)
    goal_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Goal.id), index=True)
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("task.id"), index=True)
    sprint_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Sprint.id), index=True)
    title: Mapped[str] = mapped_column(sa.String(300))
    description: Mapped[str] = mapped_column(sa.Text, default="")
    status: Mapped[str] = mapped_column(sa.String(40), default=State.BACKLOG.value)
    blocked_reason: Mapped[str | None] = mapped_column(sa.String(1000))
    assignee_id: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id), index=True)
    priority: Mapped[Priority] = mapped_column(text_enum(Priority), default=Priority.NORMAL)
    points: Mapped[Decimal | None] = mapped_column(Amount)
    estimated_hours: Mapped[Decimal | None] = mapped_column(Amount)
    logged_hours: Mapped[Decimal | None] = mapped_column(Amount)
    start: Mapped[date | None]
    due: Mapped[date | None]
    labels: Mapped[list[str]] = mapped_column(Json, default=list)
    milestone: Mapped[bool] = mapped_column(default=False)
    position: Mapped[float] = mapped_column(default=0.0)
    step: Mapped[str | None] = mapped_column(sa.String(100))
    role: Mapped[str | None] = mapped_column(sa.String(64))


class Dependency(Tracked, Base):
    """`task_id` (the successor) waits for `depends_on_id` (the predecessor), `lag_days` working days longer."""

    __tablename__ = "dependency"
    __topic__ = TOPIC
    __table_args__ = (sa.UniqueConstraint("task_id", "depends_on_id"), {"sqlite_autoincrement": True})

    task_id: Mapped[int] = mapped_column(sa.ForeignKey(Task.id))
    depends_on_id: Mapped[int] = mapped_column(sa.ForeignKey(Task.id), index=True)
    kind: Mapped[DependencyKind] = mapped_column(
        text_enum(DependencyKind), default=DependencyKind.FINISH_TO_START
    )
    lag_days: Mapped[int] = mapped_column(default=0)


class Hung:
    """What hangs on a row of the plan: `entity` is its table's name, `entity_id` its id."""

    entity: Mapped[str] = mapped_column(sa.String(32), sort_order=-9)
    entity_id: Mapped[int] = mapped_column(BigId, sort_order=-8)


def _hung() -> tuple[Any, ...]:
    return (sa.Index(None, "entity", "entity_id"), {"sqlite_autoincrement": True})


class Comment(Hung, Tracked, Base):
    """What somebody said about a row; `author_id` None is the product itself."""

    __tablename__ = "comment"
    __topic__ = TOPIC
    __table_args__ = _hung()

    body: Mapped[str] = mapped_column(sa.Text)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id))


class Link(Hung, Tracked, Base):
    """A way from a row to a document, an agent or an address; `target` is its path, slug or URL."""

    __tablename__ = "link"
    __topic__ = TOPIC
    __table_args__ = _hung()

    kind: Mapped[LinkKind] = mapped_column(text_enum(LinkKind))
    target: Mapped[str] = mapped_column(sa.String(2000))
    title: Mapped[str] = mapped_column(sa.String(300), default="")


class Attachment(Hung, Tracked, Base):
    """A file that hangs on a row; its bytes are kept in the home folder under their `sha256`."""

    __tablename__ = "attachment"
    __topic__ = TOPIC
    __table_args__ = _hung()

    filename: Mapped[str] = mapped_column(sa.String(200))
    content_type: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int] = mapped_column(BigId)
    sha256: Mapped[str] = mapped_column(sa.String(64))


class WorkflowColumn(Tracked, Base):
    """A status that tasks may have, on the board of a team (None: of every team without columns of its own).

    A key means the same state for every team and for ever, so that the history can be read; a column that is no
    longer wanted is `retired`.
    """

    __tablename__ = "workflow_column"
    __topic__ = TOPIC

    team_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Team.id), index=True)
    key: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str] = mapped_column(sa.String(60))
    state: Mapped[State] = mapped_column(text_enum(State))
    position: Mapped[float] = mapped_column(default=0.0)
    wip_limit: Mapped[int | None]
    retired: Mapped[bool] = mapped_column(default=False)


class SavedView(Tracked, Base):
    """A way of looking at the plan that somebody named; `query` is the page's part of the URL."""

    __tablename__ = "saved_view"
    __topic__ = TOPIC

    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey(User.id), index=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    query: Mapped[str] = mapped_column(sa.Text)
    shared: Mapped[bool] = mapped_column(default=False)


class ImportMapping(Tracked, Base):
    """Which column of a kind of file holds which field, remembered under a name."""

    __tablename__ = "import_mapping"
    __topic__ = TOPIC

    name: Mapped[str] = mapped_column(sa.String(100), unique=True)
    mapping: Mapped[dict[str, Any]] = mapped_column(Json)


class ImportedState(Base):
    """What the last import of a row from `origin` (a program, an exported file) gave each of its fields.

    It is the common base by which the next import tells what changed there from what changed here. No history:
    people do not edit it.
    """

    __tablename__ = "imported_state"
    __table_args__ = (sa.UniqueConstraint("entity", "entity_id", "origin"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    entity: Mapped[str] = mapped_column(sa.String(32))
    entity_id: Mapped[int] = mapped_column(BigId)
    origin: Mapped[str] = mapped_column(sa.String(64))
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    given: Mapped[dict[str, Any]] = mapped_column(Json)


class Baseline(Tracked, Base):
    """The plan as it was at one instant, to compare with; its rows never change and stay out of the history."""

    __tablename__ = "baseline"
    __topic__ = TOPIC

    name: Mapped[str] = mapped_column(sa.String(100))
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    rows: Mapped[list[dict[str, Any]]] = mapped_column(Json, info=UNRECORDED)


class Forecast(Base):
    """A forecast that was shown, kept to see later whether it held. Not an edit of the plan: no history."""

    __tablename__ = "forecast"
    __table_args__ = (sa.Index(None, "kind", "made_at"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(32))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    scope: Mapped[dict[str, Any]] = mapped_column(Json)
    result: Mapped[dict[str, Any]] = mapped_column(Json)


class CalendarDay(Tracked, Base):
    """A day on which a team (None: nobody) does not work."""

    __tablename__ = "calendar_day"
    __topic__ = TOPIC

    team_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Team.id))
    day: Mapped[date] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(sa.String(100), default="")


MODELS: dict[str, type[Tracked]] = {
    model.__tablename__: model
    for model in (
        Effort, Project, Goal, Sprint, Task, Dependency, Comment, Link, Attachment, WorkflowColumn,
        SavedView, ImportMapping, Baseline, CalendarDay,
    )
}  # fmt: skip
"""Every table of the plan with a history, by the name the history knows it by; what is pointed to comes first."""
