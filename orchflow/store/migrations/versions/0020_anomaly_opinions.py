"""What people say of days on which something cost out of the ordinary."""

import sqlalchemy as sa
from alembic import op

from orchflow.store.columns import BigId, UtcDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "anomaly_opinion",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("scope", sa.String(32), nullable=False),
        sa.Column("value", sa.String(200)),
        sa.Column("valid_from", sa.Date, nullable=False, index=True),
        sa.Column("valid_to", sa.Date, nullable=False),
        sa.Column("verdict", sa.String(32), nullable=False),
        sa.Column("note", sa.String(1000)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sqlite_autoincrement=True,
    )
