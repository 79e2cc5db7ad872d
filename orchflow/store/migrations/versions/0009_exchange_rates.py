"""Rates of exchange, from a day on."""

import sqlalchemy as sa
from alembic import op

from orchflow.store.columns import BigId, Exact, UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exchange_rate",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("into_currency", sa.String(3), nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("rate", Exact(24, 12), nullable=False),
        sa.Column("note", sa.String(200)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("currency", "into_currency", "valid_from"),
        sqlite_autoincrement=True,
    )
