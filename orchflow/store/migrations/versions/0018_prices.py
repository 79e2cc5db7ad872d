"""The price book."""

import sqlalchemy as sa
from alembic import op

from orchflow.store.columns import BigId, Exact, UtcDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "price",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("provider", sa.String(200), nullable=False),
        sa.Column("model", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("price", Exact(24, 12), nullable=False),
        sa.Column("per", sa.Integer, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Column("over_tokens", sa.BigInteger),
        sa.Column("time_from", sa.String(5)),
        sa.Column("time_to", sa.String(5)),
        sa.Column("service_tier", sa.String(40)),
        sa.Column("note", sa.String(1000)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_price_provider_model", "price", ["provider", "model"])
