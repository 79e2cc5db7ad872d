"""The events of committed units of work, and how far each subscriber has followed them."""

import sqlalchemy as sa
from alembic import op

from orchflow.store.columns import BigId, Json, UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outbox",
        sa.Column("position", BigId, primary_key=True, autoincrement=False),
        sa.Column("topic", sa.String(32), nullable=False),
        sa.Column("entity", sa.String(64), nullable=False),
        sa.Column("ids", Json, nullable=False),
        sa.Column("version", BigId, nullable=False),
    )
    op.create_table(
        "subscription",
        sa.Column("subscriber", sa.String(64), primary_key=True),
        sa.Column("position", BigId, nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("failed_at", UtcDateTime),
    )
