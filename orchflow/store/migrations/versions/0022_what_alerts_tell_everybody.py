"""What an alert tells those who may not see single people's figures or hourly rates; of those there are, nothing yet."""

import sqlalchemy as sa
from alembic import op

from orchflow.store.columns import Exact

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("alert", "alert_entry"):
        op.add_column(name, sa.Column("told_value", Exact(38, 8)))
        op.add_column(name, sa.Column("told_words", sa.Text, nullable=False, server_default=""))
