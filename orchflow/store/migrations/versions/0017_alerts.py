"""Rules of alerts, how each stands, and the log of their evaluations."""

import sqlalchemy as sa
from alembic import op

from orchflow.store.columns import BigId, Exact, Json, UtcDateTime

revision = "0017"
down_revision = "0016"
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
        "alert_rule",
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("figure", sa.String(60)),
        sa.Column("dimension", sa.String(20)),
        sa.Column("part", sa.String(200)),
        sa.Column("window", sa.String(32), nullable=False),
        sa.Column("side", sa.String(32), nullable=False),
        sa.Column("limit", Exact(24, 8)),
        sa.Column("at_equal", sa.Boolean),
        sa.Column("change_in", sa.String(32), nullable=False),
        sa.Column("margin", sa.Numeric(5, 2), nullable=False),
        sa.Column("budget", sa.String(200)),
        sa.Column("windows", Json, nullable=False),
        sa.Column("least_volume", sa.Integer, nullable=False),
        _person("owner_id"),
        sa.Column("paused", sa.Boolean, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_index(op.f("ix_alert_rule_figure"), "alert_rule", ["figure"])
    op.create_index(op.f("ix_alert_rule_owner_id"), "alert_rule", ["owner_id"])
    _tracked(
        "alert",
        sa.Column("rule_id", BigId, sa.ForeignKey("alert_rule.id"), nullable=False),
        sa.Column("scope", sa.String(250), nullable=False),
        sa.Column("label", sa.String(250), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("held", sa.String(32)),
        sa.Column("since", UtcDateTime, nullable=False),
        sa.Column("fired_at", UtcDateTime),
        sa.Column("period", sa.String(20), nullable=False),
        sa.Column("meaning", sa.String(64), nullable=False),
        sa.Column("value", Exact(38, 8)),
        sa.Column("expected", Exact(38, 8)),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("people", sa.Boolean, nullable=False),
        sa.Column("evaluated_at", UtcDateTime),
        _person("answered_by_id"),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("feedback", sa.String(32)),
        sa.UniqueConstraint("rule_id", "scope"),
    )
    op.create_table(
        "alert_entry",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("rule_id", BigId, nullable=False),
        sa.Column("scope", sa.String(250), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("cause", sa.String(32), nullable=False),
        sa.Column("about", sa.String(200), nullable=False),
        sa.Column("value", Exact(38, 8)),
        sa.Column("expected", Exact(38, 8)),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("before", sa.String(32), nullable=False),
        sa.Column("after", sa.String(32), nullable=False),
        sa.Column("moved", sa.Boolean, nullable=False),
        sa.Column("people", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_alert_entry_rule_id_id"), "alert_entry", ["rule_id", "id"])
    op.create_index(op.f("ix_alert_entry_at"), "alert_entry", ["at"])
