"""The tables of the plan. Every one keeps a history, except forecasts, which are never edited."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from orchflow.people.tables import Team, User
from orchflow.planning.values import PROJECT_NUMBER, UserDays, UserIds, days_off, member_ids, project_number
from orchflow.store.columns import UNRECORDED, BigId, Json, UtcDateTime, field, text_enum
from orchflow.store.tables import Base, Hung, Tracked

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


PLACE = field(
    "Place", optional=True, required=True, about="Its place among the others; the last when left out.",
    off={"grid": "rows are moved, not numbered", "file": "the order of the rows says it"},
)  # fmt: skip
OWNER = field("Owner", about="The user who answers for it.")
BY_ITS_LIFE = "changes by starting, closing and reopening the sprint"
OF_THE_FILE = "belongs to the file"


def measure(label: str) -> dict[str, Any]:
    """The field of a goal's figure."""
    return field(label, least=-99_999_999_999, most=99_999_999_999)


class Imported:
    """Where a row came from: its key in another program, unique per program."""

    external_id: Mapped[str | None] = mapped_column(
        sa.String(200),
        sort_order=80,
        info=field(
            "Key elsewhere", file="key", about="Its key in another program, unique within `external_source`."
        ),
    )
    external_source: Mapped[str | None] = mapped_column(
        sa.String(64),
        sort_order=81,
        info=field(
            "Where else",
            file="source",
            about="The other program.",
            example="jira",
            off={"grid": "is told with the key"},
        ),
    )


def _imported() -> tuple[Any, ...]:
    return (sa.UniqueConstraint("external_source", "external_id"), {"sqlite_autoincrement": True})


class Effort(Imported, Tracked, Base):
    """One of the big undertakings of the journey; `flow` is the flow it belongs to (1–6)."""

    __tablename__ = "effort"
    __called__ = "number"
    __topic__ = TOPIC
    __table_args__ = _imported()

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


class Project(Imported, Tracked, Base):
    """A project of an effort; `number` is like 1.2."""

    __tablename__ = "project"
    __called__ = "number"
    __topic__ = TOPIC
    __table_args__ = _imported()

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


class Goal(Imported, Tracked, Base):
    """A measurable goal of a project. One with a `live_figure` takes `current` from that figure."""

    __tablename__ = "goal"
    __topic__ = TOPIC
    __table_args__ = _imported()

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


class Sprint(Tracked, Base):
    """A sprint of a team (None: of everybody). `members` are user ids, `days_off` days by user id."""

    __tablename__ = "sprint"
    __topic__ = TOPIC

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


class Task(Imported, Tracked, Base):
    """One piece of work. `status` is the key of a workflow column; a subtask is in its parent's project."""

    __tablename__ = "task"
    __called__ = "title"
    __topic__ = TOPIC
    __table_args__ = _imported()

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
        Amount, info=field("Points", least=0, most=9999, example=3)
    )
    estimated_hours: Mapped[Decimal | None] = mapped_column(
        Amount, info=field("Estimated hours", least=0, most=99999)
    )
    logged_hours: Mapped[Decimal | None] = mapped_column(
        Amount, info=field("Logged hours", least=0, most=99999, own=True)
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


class Dependency(Tracked, Base):
    """`task_id` (the successor) waits for `depends_on_id` (the predecessor), `lag_days` working days longer."""

    __tablename__ = "dependency"
    __topic__ = TOPIC
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


def _hung() -> tuple[Any, ...]:
    return (sa.Index(None, "entity", "entity_id"), {"sqlite_autoincrement": True})


class Comment(Hung, Tracked, Base):
    """What somebody said about a row; `author_id` None is the product itself."""

    __tablename__ = "comment"
    __topic__ = TOPIC
    __table_args__ = _hung()

    body: Mapped[str] = mapped_column(sa.Text, info=field("Comment", length=20_000))
    author_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(User.id), info=field("Author", fixed="who wrote it", about="Empty: the product itself.")
    )


class Link(Hung, Tracked, Base):
    """A way from a row to a document, an agent or an address; `target` is its path, slug or URL."""

    __tablename__ = "link"
    __topic__ = TOPIC
    __table_args__ = _hung()

    kind: Mapped[LinkKind] = mapped_column(text_enum(LinkKind), default=LinkKind.AGENT, info=field("Kind"))
    target: Mapped[str] = mapped_column(
        sa.String(2000), info=field("Target", about="The agent's slug, the document's path, or the URL.")
    )
    title: Mapped[str] = mapped_column(sa.String(300), default="", info=field("Title"))


class Attachment(Hung, Tracked, Base):
    """A file that hangs on a row; its bytes are kept in the home folder under their `sha256`."""

    __tablename__ = "attachment"
    __topic__ = TOPIC
    __table_args__ = _hung()

    filename: Mapped[str] = mapped_column(sa.String(200), info=field("File", fixed=OF_THE_FILE))
    content_type: Mapped[str] = mapped_column(sa.String(100), info=field("Kind", fixed=OF_THE_FILE))
    size: Mapped[int] = mapped_column(BigId, info=field("Bytes", fixed=OF_THE_FILE))
    sha256: Mapped[str] = mapped_column(sa.String(64), info=field("SHA-256", fixed=OF_THE_FILE))


class WorkflowColumn(Tracked, Base):
    """A status that tasks may have, on the board of a team (None: of every team without columns of its own).

    A key means the same state for every team and for ever, so that the history can be read; a column that is no
    longer wanted is `retired`.
    """

    __tablename__ = "workflow_column"
    __topic__ = TOPIC

    team_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(Team.id), index=True, info=field("Team", fixed="once", on_delete="refuse")
    )
    key: Mapped[str] = mapped_column(sa.String(40), info=field("Key", fixed="once"))
    name: Mapped[str] = mapped_column(sa.String(60), info=field("Name"))
    state: Mapped[State] = mapped_column(text_enum(State), info=field("Means"))
    position: Mapped[float] = mapped_column(default=0.0, info=PLACE)
    wip_limit: Mapped[int | None] = mapped_column(info=field("Limit", least=1, most=9999))
    retired: Mapped[bool] = mapped_column(default=False, info=field("Retired"))


class SavedView(Tracked, Base):
    """A way of looking at the plan that somebody named; `query` is the page's part of the URL."""

    __tablename__ = "saved_view"
    __topic__ = TOPIC

    owner_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(User.id), index=True, info=field("Owner", fixed="who made it")
    )
    name: Mapped[str] = mapped_column(sa.String(100), info=field("Name"))
    query: Mapped[str] = mapped_column(sa.Text, info=field("View", length=4000))
    shared: Mapped[bool] = mapped_column(default=False, info=field("Shared"))


class ImportMapping(Tracked, Base):
    """Which column of a kind of file holds which field, remembered under a name."""

    __tablename__ = "import_mapping"
    __topic__ = TOPIC

    name: Mapped[str] = mapped_column(sa.String(100), unique=True, info=field("Name"))
    mapping: Mapped[dict[str, Any]] = mapped_column(Json, info=field("Columns"))


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

    name: Mapped[str] = mapped_column(sa.String(100), info=field("Name"))
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime, info=field("Taken", fixed="when it was made"))
    rows: Mapped[list[dict[str, Any]]] = mapped_column(
        Json, info=UNRECORDED | field("Rows", fixed="the plan as it was")
    )


class Forecast(Base):
    """The forecast of a scope as it stood on a day, to see later whether it held. Not an edit of the plan: no history."""

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

    team_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(Team.id), info=field("Team", fixed="once", on_delete="refuse")
    )
    day: Mapped[date] = mapped_column(index=True, info=field("Day", fixed="once"))
    name: Mapped[str] = mapped_column(sa.String(100), default="", info=field("Name"))


MODELS: dict[str, type[Tracked]] = {
    model.__tablename__: model
    for model in (
        Effort, Project, Goal, Sprint, Task, Dependency, Comment, Link, Attachment, WorkflowColumn,
        SavedView, ImportMapping, Baseline, CalendarDay,
    )
}  # fmt: skip
"""Every table of the plan with a history, by the name the history knows it by; what is pointed to comes first."""
