"""What imports gave the rows of the plan, to tell changes there from changes here."""

import sqlalchemy as sa
from alembic import op

from orchflow.store.columns import BigId, Json, UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "imported_state",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("entity", sa.String(32), nullable=False),
        sa.Column("entity_id", BigId, nullable=False),
        sa.Column("origin", sa.String(64), nullable=False),
        sa.Column("imported_at", UtcDateTime, nullable=False),
        sa.Column("given", Json, nullable=False),
        sa.UniqueConstraint("entity", "entity_id", "origin"),
        sqlite_autoincrement=True,
    )
