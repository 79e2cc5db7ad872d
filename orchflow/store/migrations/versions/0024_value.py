"""Use cases, baselines, benefits and assumptions."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from orchflow.store.columns import BigId, Exact, UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _table(
        "use_case",
        sa.Column("title", sa.String(200), nullable=False, unique=True),
        sa.Column("stage", sa.String(32), nullable=False),
        _points_to("owner_id", "user_account"),
        _points_to("team_id", "team"),
        *(sa.Column(f"value_{name}", Exact(18, 4)) for name in ("low", "likely", "high")),
        sa.Column("currency", sa.String(3)),
        sa.Column("effort", sa.String(32)),
        sa.Column("effort_days", Exact(8, 2)),
        sa.Column("risk", sa.Integer),
        sa.Column("agent", sa.String(200)),
        sa.Column("due", sa.Date),
        sa.Column("success", sa.String(1000)),
        sa.Column("reason", sa.String(1000)),
        sa.Column("description", sa.String(2000)),
    )
    _table(
        "work_baseline",
        _points_to("use_case_id", "use_case"),
        sa.Column("agent", sa.String(200)),
        sa.Column("point", sa.String(32), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("minutes", Exact(10, 2)),
        sa.Column("cost", Exact(18, 4)),
        sa.Column("currency", sa.String(3)),
        sa.Column("error_rate", Exact(5, 2)),
        sa.Column("cases", sa.Integer),
        sa.Column("method", sa.String(1000)),
        sa.Column("measured_by_id", BigId, sa.ForeignKey("user_account.id")),
        sa.Column("note", sa.String(1000)),
    )
    _table(
        "benefit",
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("agent", sa.String(200)),
        _points_to("use_case_id", "use_case"),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("grade", sa.String(32), nullable=False),
        sa.Column("starts", sa.Date, nullable=False),
        sa.Column("ends", sa.Date),
        *(sa.Column(name, Exact(18, 4)) for name in ("low", "likely", "high")),
        sa.Column("currency", sa.String(3)),
        sa.Column("every", sa.String(32), nullable=False),
        *(sa.Column(f"minutes_{name}", Exact(8, 2)) for name in ("low", "likely", "high")),
        _points_to("owner_id", "user_account"),
        sa.Column("approver_id", BigId, sa.ForeignKey("user_account.id")),
        sa.Column("evidence_day", sa.Date),
        sa.Column("note", sa.String(1000)),
    )
    _table(
        "assumption",
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("agent", sa.String(200)),
        sa.Column("low", Exact(18, 4)),
        sa.Column("likely", Exact(18, 4), nullable=False),
        sa.Column("high", Exact(18, 4)),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("currency", sa.String(3)),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Column("owner_id", BigId, sa.ForeignKey("user_account.id")),
        sa.Column("source", sa.String(1000)),
        sa.Column("note", sa.String(1000)),
    )
    op.create_index("ix_assumption_kind_agent", "assumption", ["kind", "agent"])


def _table(name: str, *columns: sa.Column[Any]) -> None:
    op.create_table(
        name,
        sa.Column("id", BigId, primary_key=True),
        *columns,
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sqlite_autoincrement=True,
    )


def _points_to(name: str, table: str) -> sa.Column[Any]:
    return sa.Column(name, BigId, sa.ForeignKey(f"{table}.id"), index=True)
