"""Results of self-checks, exemptions from them and campaigns; and when somebody last came through the identity provider."""

import sqlalchemy as sa
from alembic import op

from orchflow.store.columns import BigId, Json, UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _tracked(name: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        name,
        sa.Column("id", BigId, primary_key=True),
        *columns,
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sqlite_autoincrement=True,
    )


def _person(name: str) -> sa.Column[int]:
    return sa.Column(name, BigId, sa.ForeignKey("user_account.id"))


def upgrade() -> None:
    _tracked(
        "check_result",
        sa.Column("key", sa.String(60), nullable=False, unique=True),
        sa.Column("state", sa.String(32)),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("missing", Json, nullable=False),
        sa.Column("value", sa.Numeric(18, 4)),
        sa.Column("threshold", sa.Numeric(18, 4)),
        sa.Column("trouble", sa.Text, nullable=False),
        sa.Column("evaluated_at", UtcDateTime),
        sa.Column("changed_at", UtcDateTime),
    )
    _tracked(
        "check_exemption",
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("expires", sa.Date, nullable=False),
        _person("asked_by_id"),
        _person("approved_by_id"),
        sa.Column("approved_at", UtcDateTime),
        sa.Column("ended_at", UtcDateTime),
    )
    op.create_index(op.f("ix_check_exemption_key"), "check_exemption", ["key"])
    _tracked(
        "check_campaign",
        sa.Column("name", sa.String(200), nullable=False, unique=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("deadline", sa.Date, nullable=False),
        sa.Column("owners", Json, nullable=False),
    )
    op.add_column("identity", sa.Column("last_sign_in_at", UtcDateTime))
