"""Change history, data versions, settings; users, teams, identities, attempts to sign in."""

import sqlalchemy as sa
from alembic import op

from orchflow.store.columns import BigId, Json, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def tracked() -> list[sa.Column[object]]:
    """The columns that every tracked row ends with."""
    return [
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "change",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("entity", sa.String(64), nullable=False),
        sa.Column("entity_id", BigId, nullable=False),
        sa.Column("action", sa.String(6), nullable=False),
        sa.Column("field", sa.String(64), nullable=False),
        sa.Column("old", Json),
        sa.Column("new", Json),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("actor", sa.String(150), nullable=False),
        sa.Column("occurred_at", UtcDateTime, nullable=False),
        sa.Column("request", sa.String(64)),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_change_entity_entity_id_version"), "change", ["entity", "entity_id", "version"])
    op.create_index(op.f("ix_change_occurred_at"), "change", ["occurred_at"])
    op.create_table(
        "data_version",
        sa.Column("topic", sa.String(32), primary_key=True),
        sa.Column("version", BigId, nullable=False, autoincrement=False),
    )
    op.create_table(
        "setting",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("key", sa.String(100), nullable=False, unique=True),
        sa.Column("value", Json),
        *tracked(),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "user_account",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("username", sa.String(64), nullable=False, unique=True),
        sa.Column("email", sa.String(254), unique=True),
        sa.Column("display_name", sa.String(120), nullable=False),
        sa.Column("password_hash", sa.String(100)),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("job_role", sa.String(64)),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("must_change_password", sa.Boolean, nullable=False),
        sa.Column("platform_user_id", sa.String(200)),
        sa.Column("sessions_valid_from", UtcDateTime, nullable=False),
        sa.Column("last_sign_in_at", UtcDateTime),
        *tracked(),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "team",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("name", sa.String(120), nullable=False, unique=True),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("lead_id", BigId, sa.ForeignKey("user_account.id")),
        *tracked(),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "team_member",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("team_id", BigId, sa.ForeignKey("team.id"), nullable=False),
        sa.Column("user_id", BigId, sa.ForeignKey("user_account.id"), nullable=False),
        *tracked(),
        sa.UniqueConstraint("team_id", "user_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_team_member_user_id"), "team_member", ["user_id"])
    op.create_table(
        "identity",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("issuer", sa.String(500), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("user_id", BigId, sa.ForeignKey("user_account.id"), nullable=False),
        *tracked(),
        sa.UniqueConstraint("issuer", "subject"),
        sa.UniqueConstraint("issuer", "user_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_identity_user_id"), "identity", ["user_id"])
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("username", sa.String(64), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("occurred_at", UtcDateTime, nullable=False),
        sa.Column("succeeded", sa.Boolean, nullable=False),
    )
    op.create_index(
        op.f("ix_sign_in_attempt_username_occurred_at"), "sign_in_attempt", ["username", "occurred_at"]
    )
    op.create_index(
        op.f("ix_sign_in_attempt_address_occurred_at"), "sign_in_attempt", ["address", "occurred_at"]
    )
