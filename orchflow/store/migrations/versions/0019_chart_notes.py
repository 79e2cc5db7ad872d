"""Notes on charts."""

import sqlalchemy as sa
from alembic import op

from orchflow.store.columns import BigId, UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chart_note",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("chart", sa.String(200), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("until", sa.Date),
        sa.Column("text", sa.String(500), nullable=False),
        sa.Column("author_id", BigId, sa.ForeignKey("user_account.id")),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_chart_note_chart_day", "chart_note", ["chart", "day"])
