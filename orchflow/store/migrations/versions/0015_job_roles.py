"""Job roles that a workspace has changed or added."""

import sqlalchemy as sa
from alembic import op

from orchflow.store.columns import BigId, Json, UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job_role",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("key", sa.String(64), nullable=False, unique=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("group_name", sa.String(32), nullable=False),
        sa.Column("access", sa.String(32), nullable=False),
        sa.Column("responsibilities", sa.Text, nullable=False),
        sa.Column("training", sa.Text, nullable=False),
        sa.Column("ticks", Json, nullable=False),
        sa.Column("begins", sa.Boolean, nullable=False),
        sa.Column("approves", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sqlite_autoincrement=True,
    )
