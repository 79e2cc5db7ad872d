"""Trainings and who has done them, skills and who has them, seats that are paid for, champions."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from orchflow.store.columns import BigId, Exact, Json, UtcDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _table(
        "training",
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("everybody", sa.Boolean, nullable=False),
        sa.Column("job_roles", Json, nullable=False),
        sa.Column("minutes", sa.Integer),
        sa.Column("valid_months", sa.Integer),
        sa.Column("link", sa.String(1000)),
        sa.Column("note", sa.String(1000)),
        sa.UniqueConstraint("name"),
    )
    _table(
        "training_completion",
        sa.Column("training_id", BigId, sa.ForeignKey("training.id"), nullable=False),
        _person(index=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("result", sa.String(32), nullable=False),
        sa.Column("note", sa.String(1000)),
        sa.UniqueConstraint("training_id", "person_id", "day"),
    )
    _table(
        "skill_requirement",
        sa.Column("skill", sa.String(200), nullable=False),
        sa.Column("job_role", sa.String(64), nullable=False),
        sa.Column("level", sa.Integer, nullable=False),
        sa.UniqueConstraint("skill", "job_role"),
    )
    _table(
        "skill_assessment",
        sa.Column("skill", sa.String(200), nullable=False),
        _person(index=True),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("assessed_by", sa.String(32), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.UniqueConstraint("skill", "person_id", "assessed_by", "day"),
    )
    _table(
        "seat_purchase",
        sa.Column("platform", sa.String(200), nullable=False),
        sa.Column("seats", sa.Integer, nullable=False),
        sa.Column("price", Exact(18, 4), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Column("renews_on", sa.Date),
        sa.Column("notice_days", sa.Integer),
        sa.Column("note", sa.String(1000)),
    )
    _table(
        "champion",
        _person(),
        sa.Column("helps_with", sa.String(300), nullable=False),
        sa.UniqueConstraint("person_id"),
    )


def _person(*, index: bool = False) -> sa.Column[Any]:
    return sa.Column("person_id", BigId, sa.ForeignKey("user_account.id"), nullable=False, index=index)


def _table(name: str, *columns: Any) -> None:
    op.create_table(
        name,
        sa.Column("id", BigId, primary_key=True),
        *columns,
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sqlite_autoincrement=True,
    )
