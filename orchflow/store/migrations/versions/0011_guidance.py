"""Flows that were begun, with their steps and checklists, and what people think of pages."""

import sqlalchemy as sa
from alembic import op

from orchflow.store.columns import BigId, Json, UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def _tracked(name: str, *columns: sa.schema.SchemaItem, indexed: tuple[str, ...]) -> None:
    op.create_table(
        name,
        sa.Column("id", BigId, primary_key=True),
        *columns,
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sqlite_autoincrement=True,
    )
    for column in indexed:
        op.create_index(op.f(f"ix_{name}_{column}"), name, [column])


def _to(name: str, table: str, *, nullable: bool = True) -> sa.Column[int]:
    return sa.Column(name, BigId, sa.ForeignKey(f"{table}.id"), nullable=nullable)


def upgrade() -> None:
    _tracked(
        "flow",
        sa.Column("key", sa.String(60), nullable=False, unique=True),
        sa.Column("number", sa.Integer, nullable=False, unique=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("start_day", sa.Date, nullable=False),
        _to("owner_id", "user_account"),
        sa.Column("edition", sa.String(16), nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.Column("own", sa.Boolean, nullable=False),
        indexed=("owner_id",),
    )
    _tracked(
        "step",
        _to("flow_id", "flow", nullable=False),
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("complete_when", sa.Text, nullable=False),
        sa.Column("lead", sa.String(64)),
        _to("person_id", "user_account"),
        sa.Column("guide", sa.String(200), nullable=False),
        sa.Column("after", Json, nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("due_day", sa.Date),
        sa.Column("due_by_hand", sa.Boolean, nullable=False),
        sa.Column("position", sa.Double, nullable=False),
        sa.Column("own", sa.Boolean, nullable=False),
        sa.UniqueConstraint("flow_id", "key"),
        indexed=("flow_id", "person_id"),
    )
    _tracked(
        "checklist_item",
        _to("step_id", "step", nullable=False),
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("text", sa.String(300), nullable=False),
        sa.Column("topic", sa.String(200), nullable=False),
        sa.Column("required", sa.Boolean, nullable=False),
        sa.Column("evidence", sa.String(32), nullable=False),
        sa.Column("check_key", sa.String(60)),
        sa.Column("role", sa.String(64)),
        _to("assignee_id", "user_account"),
        sa.Column("due_days", sa.Integer),
        sa.Column("due_after", sa.String(60)),
        sa.Column("due_day", sa.Date),
        sa.Column("due_by_hand", sa.Boolean, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(1000)),
        sa.Column("evidence_text", sa.Text, nullable=False),
        sa.Column("evidence_link", sa.String(2000)),
        sa.Column("evidence_figure", sa.String(100)),
        sa.Column("evidence_value", sa.Numeric(18, 4)),
        sa.Column("ticked_by_id", BigId, sa.ForeignKey("user_account.id")),
        sa.Column("ticked_at", UtcDateTime),
        sa.Column("ticked_through", sa.String(32)),
        _to("task_id", "task"),
        sa.Column("position", sa.Double, nullable=False),
        sa.Column("own", sa.Boolean, nullable=False),
        sa.UniqueConstraint("step_id", "key"),
        indexed=("step_id", "check_key", "assignee_id", "task_id"),
    )
    _tracked(
        "page_opinion",
        sa.Column("page", sa.String(200), nullable=False),
        _to("person_id", "user_account", nullable=False),
        sa.Column("useful", sa.Boolean, nullable=False),
        sa.Column("word", sa.String(1000), nullable=False),
        sa.UniqueConstraint("page", "person_id"),
        indexed=("page", "person_id"),
    )
