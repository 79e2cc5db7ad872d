"""Hourly rates, entries of costs, budgets, shares, events, targets and measures of the business."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from orchflow.store.columns import BigId, Exact, Json, UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _table(
        "hourly_rate",
        _points_to("person_id", "user_account"),
        sa.Column("job_role", sa.String(64)),
        sa.Column("rate", Exact(18, 4), nullable=False),
        _currency(),
        *_valid(),
    )
    _table(
        "cost_entry",
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("part", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("amount", Exact(18, 4), nullable=False),
        _currency(),
        sa.Column("every", sa.String(32), nullable=False),
        sa.Column("starts", sa.Date, nullable=False),
        sa.Column("ends", sa.Date),
        _points_to("team_id", "team"),
        _points_to("project_id", "project"),
        sa.Column("agent", sa.String(200)),
        sa.Column("provider", sa.String(200)),
        sa.Column("note", sa.String(1000)),
    )
    _table(
        "budget",
        sa.Column("name", sa.String(200), nullable=False, index=True),
        sa.Column("scope", sa.String(32), nullable=False),
        _points_to("team_id", "team"),
        sa.Column("agent", sa.String(200)),
        _points_to("project_id", "project"),
        sa.Column("provider", sa.String(200)),
        sa.Column("period", sa.String(32), nullable=False),
        sa.Column("amount", Exact(18, 4), nullable=False),
        _currency(),
        sa.Column("thresholds", Json, nullable=False),
        sa.Column("owner_id", BigId, sa.ForeignKey("user_account.id")),
        *_valid(),
    )
    _table(
        "cost_share",
        sa.Column("subject_kind", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("owner_kind", sa.String(32), nullable=False),
        _points_to("project_id", "project"),
        _points_to("goal_id", "goal"),
        _points_to("team_id", "team"),
        sa.Column("agent", sa.String(200)),
        sa.Column("share", Exact(5, 2), nullable=False),
        *_valid(),
    )
    op.create_index("ix_cost_share_subject_kind_subject", "cost_share", ["subject_kind", "subject"])
    _occasions()


def _occasions() -> None:
    _table(
        "timeline_event",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("agent", sa.String(200)),
        sa.Column("provider", sa.String(200)),
        sa.Column("note", sa.String(1000)),
        unique=("day", "title"),
    )
    _table(
        "target",
        sa.Column("figure", sa.String(100), nullable=False),
        sa.Column("value", Exact(24, 8), nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("owner_id", BigId, sa.ForeignKey("user_account.id")),
        sa.Column("note", sa.String(1000)),
        unique=("figure", "valid_from"),
    )
    _table(
        "business_measure",
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("month", sa.Date, nullable=False),
        sa.Column("value", Exact(18, 4), nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        unique=("name", "month"),
    )


def _table(name: str, *columns: sa.Column[Any], unique: tuple[str, ...] = ()) -> None:
    op.create_table(
        name,
        sa.Column("id", BigId, primary_key=True),
        *columns,
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        *([sa.UniqueConstraint(*unique)] if unique else []),
        sqlite_autoincrement=True,
    )


def _points_to(name: str, table: str) -> sa.Column[Any]:
    return sa.Column(name, BigId, sa.ForeignKey(f"{table}.id"), index=True)


def _currency() -> sa.Column[Any]:
    return sa.Column("currency", sa.String(3), nullable=False)


def _valid() -> tuple[sa.Column[Any], sa.Column[Any]]:
    return sa.Column("valid_from", sa.Date, nullable=False), sa.Column("valid_to", sa.Date)
