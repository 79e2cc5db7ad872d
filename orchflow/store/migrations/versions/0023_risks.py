"""Risks, their reviews, and incidents."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from orchflow.store.columns import BigId, Exact, UtcDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_SCORES = ("likelihood", "impact")


def upgrade() -> None:
    op.create_table(
        "risk",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("category", sa.String(32), nullable=False),
        sa.Column("agent", sa.String(200), index=True),
        sa.Column("system", sa.String(200)),
        sa.Column("description", sa.String(2000)),
        *(sa.Column(name, sa.Integer, nullable=False) for name in _SCORES),
        sa.Column("controls", sa.String(2000)),
        sa.Column("treatment", sa.String(32), nullable=False),
        *(sa.Column(f"residual_{name}", sa.Integer) for name in _SCORES),
        sa.Column("owner_id", BigId, sa.ForeignKey("user_account.id"), index=True),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("outcome", sa.String(32)),
        sa.Column("closed_reason", sa.String(1000)),
        sa.Column("due", sa.Date),
        sa.Column("last_review", sa.Date),
        sa.Column("next_review", sa.Date),
        sa.Column("ai_act_class", sa.String(32), nullable=False),
        sa.Column("nist_function", sa.String(32)),
        sa.Column("signal", sa.String(32)),
        *_kept_by_the_store(),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "risk_review",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("risk_id", BigId, sa.ForeignKey("risk.id"), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("by_id", BigId, sa.ForeignKey("user_account.id")),
        *(sa.Column(name, sa.Integer, nullable=False) for name in _SCORES),
        *(sa.Column(f"residual_{name}", sa.Integer) for name in _SCORES),
        sa.Column("next_review", sa.Date),
        sa.Column("note", sa.String(2000)),
        *_kept_by_the_store(),
        sa.UniqueConstraint("risk_id", "day"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "incident",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("hour", sa.Integer),
        sa.Column("severity", sa.String(32), nullable=False),
        sa.Column("agent", sa.String(200)),
        sa.Column("risk_id", BigId, sa.ForeignKey("risk.id"), index=True),
        sa.Column("description", sa.String(2000)),
        sa.Column("resolved_at", UtcDateTime),
        sa.Column("cost", Exact(18, 4)),
        sa.Column("currency", sa.String(3)),
        sa.Column("owner_id", BigId, sa.ForeignKey("user_account.id")),
        *_kept_by_the_store(),
        sqlite_autoincrement=True,
    )


def _kept_by_the_store() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
    )
