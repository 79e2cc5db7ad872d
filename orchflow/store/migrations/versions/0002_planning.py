"""The plan: efforts, projects, goals, tasks, sprints and what hangs on them; the workflow's seven first columns."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from orchflow.store.columns import BigId, Json, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STATES = ("backlog", "ready", "in_progress", "in_review", "blocked", "done", "cancelled")


def tracked() -> list[sa.Column[object]]:
    """The columns that every tracked row ends with."""
    return [
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
    ]


def imported() -> list[sa.schema.SchemaItem]:
    """The columns and the constraint of rows that other programs may have sent, and how every row ends."""
    return [
        sa.Column("external_id", sa.String(200)),
        sa.Column("external_source", sa.String(64)),
        *tracked(),
        sa.UniqueConstraint("external_source", "external_id"),
    ]


def reference(name: str, table: str, *, nullable: bool = True) -> sa.Column[int]:
    """A column that points to a row of `table`."""
    return sa.Column(name, BigId, sa.ForeignKey(f"{table}.id"), nullable=nullable)


def make(name: str, *parts: sa.schema.SchemaItem, indexes: tuple[tuple[str, ...], ...] = ()) -> None:
    """A table whose numbers are never used twice, with its indexes."""
    op.create_table(name, sa.Column("id", BigId, primary_key=True), *parts, sqlite_autoincrement=True)
    for columns in indexes:
        op.create_index(op.f(f"ix_{name}_{'_'.join(columns)}"), name, list(columns))


def upgrade() -> None:
    op.create_index(op.f("ix_change_request"), "change", ["request"])
    make(
        "effort",
        sa.Column("number", sa.Integer, nullable=False, unique=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        reference("owner_id", "user_account"),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("flow", sa.Integer),
        sa.Column("target_start", sa.Date),
        sa.Column("target_end", sa.Date),
        sa.Column("position", sa.Double, nullable=False),
        *imported(),
    )
    make(
        "project",
        sa.Column("number", sa.String(20), nullable=False, unique=True),
        reference("effort_id", "effort", nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        reference("owner_id", "user_account"),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("start", sa.Date),
        sa.Column("due", sa.Date),
        sa.Column("position", sa.Double, nullable=False),
        *imported(),
        indexes=(("effort_id",),),
    )
    make(
        "goal",
        reference("project_id", "project", nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("metric", sa.String(300), nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("baseline", sa.Numeric(18, 4)),
        sa.Column("target", sa.Numeric(18, 4)),
        sa.Column("current", sa.Numeric(18, 4)),
        sa.Column("due", sa.Date),
        reference("owner_id", "user_account"),
        sa.Column("live_figure", sa.String(100)),
        sa.Column("position", sa.Double, nullable=False),
        *imported(),
        indexes=(("project_id",),),
    )
    make(
        "sprint",
        reference("team_id", "team"),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("goal", sa.Text, nullable=False),
        sa.Column("start", sa.Date),
        sa.Column("end", sa.Date),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("started_at", UtcDateTime),
        sa.Column("closed_at", UtcDateTime),
        sa.Column("focus", sa.Numeric(4, 2), nullable=False),
        sa.Column("days_off", Json, nullable=False),
        sa.Column("members", Json, nullable=False),
        *tracked(),
        indexes=(("team_id",),),
    )
    make(
        "task",
        reference("project_id", "project", nullable=False),
        reference("goal_id", "goal"),
        reference("parent_id", "task"),
        reference("sprint_id", "sprint"),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("blocked_reason", sa.String(1000)),
        reference("assignee_id", "user_account"),
        sa.Column("priority", sa.String(32), nullable=False),
        sa.Column("points", sa.Numeric(8, 2)),
        sa.Column("estimated_hours", sa.Numeric(8, 2)),
        sa.Column("logged_hours", sa.Numeric(8, 2)),
        sa.Column("start", sa.Date),
        sa.Column("due", sa.Date),
        sa.Column("labels", Json, nullable=False),
        sa.Column("milestone", sa.Boolean, nullable=False),
        sa.Column("position", sa.Double, nullable=False),
        sa.Column("step", sa.String(100)),
        sa.Column("role", sa.String(64)),
        *imported(),
        indexes=(("project_id",), ("goal_id",), ("parent_id",), ("sprint_id",), ("assignee_id",)),
    )
    make(
        "dependency",
        reference("task_id", "task", nullable=False),
        reference("depends_on_id", "task", nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("lag_days", sa.Integer, nullable=False),
        *tracked(),
        sa.UniqueConstraint("task_id", "depends_on_id"),
        indexes=(("depends_on_id",),),
    )
    _hung()
    _workflow()
    _kept()


def _hung() -> None:
    """What hangs on the rows of the plan."""

    def hang(name: str, *columns: sa.Column[Any]) -> None:
        make(
            name,
            sa.Column("entity", sa.String(32), nullable=False),
            sa.Column("entity_id", BigId, nullable=False),
            *columns,
            *tracked(),
            indexes=(("entity", "entity_id"),),
        )

    hang("comment", sa.Column("body", sa.Text, nullable=False), reference("author_id", "user_account"))
    hang(
        "link",
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("target", sa.String(2000), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
    )
    hang(
        "attachment",
        sa.Column("filename", sa.String(200), nullable=False),
        sa.Column("content_type", sa.String(100), nullable=False),
        sa.Column("size", BigId, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
    )


def _workflow() -> None:
    make(
        "workflow_column",
        reference("team_id", "team"),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("position", sa.Double, nullable=False),
        sa.Column("wip_limit", sa.Integer),
        sa.Column("retired", sa.Boolean, nullable=False),
        *tracked(),
        indexes=(("team_id",),),
    )
    now = datetime.now(UTC)
    columns = sa.table(
        "workflow_column",
        *(sa.column(name) for name in ("key", "name", "state", "version")),
        sa.column("position", sa.Double),
        sa.column("retired", sa.Boolean),
        sa.column("created_at", UtcDateTime),
        sa.column("updated_at", UtcDateTime),
    )
    op.bulk_insert(
        columns,
        [
            {
                "key": state,
                "name": state.replace("_", " ").capitalize(),
                "state": state,
                "version": 1,
                "position": float(position),
                "retired": False,
                "created_at": now,
                "updated_at": now,
            }
            for position, state in enumerate(STATES, start=1)
        ],
    )


def _kept() -> None:
    """What people and figures keep beside the plan."""
    make(
        "saved_view",
        reference("owner_id", "user_account"),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("shared", sa.Boolean, nullable=False),
        *tracked(),
        indexes=(("owner_id",),),
    )
    make(
        "import_mapping",
        sa.Column("name", sa.String(100), nullable=False, unique=True),
        sa.Column("mapping", Json, nullable=False),
        *tracked(),
    )
    make(
        "baseline",
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("taken_at", UtcDateTime, nullable=False),
        sa.Column("rows", Json, nullable=False),
        *tracked(),
    )
    make(
        "forecast",
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("scope", Json, nullable=False),
        sa.Column("result", Json, nullable=False),
        indexes=(("kind", "made_at"),),
    )
    make(
        "calendar_day",
        reference("team_id", "team"),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        *tracked(),
        indexes=(("day",),),
    )
