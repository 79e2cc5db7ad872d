"""Waves of surveys, invitations to them, and the sums of what was answered."""

import sqlalchemy as sa
from alembic import op

from orchflow.store.columns import BigId, Json, UtcDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "survey_wave",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("opens", sa.Date, nullable=False),
        sa.Column("closes", sa.Date, nullable=False),
        sa.Column("audience", sa.String(32), nullable=False),
        sa.Column("team_id", BigId, sa.ForeignKey("team.id"), index=True),
        sa.Column("job_role", sa.String(64)),
        sa.Column("told_by", sa.String(32), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "survey_invitation",
        sa.Column("wave_id", BigId, sa.ForeignKey("survey_wave.id"), primary_key=True),
        sa.Column("person_id", BigId, sa.ForeignKey("user_account.id"), primary_key=True),
        sa.Column("cell", sa.String(130), nullable=False),
        sa.Column("answered", sa.Boolean, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "survey_tally",
        sa.Column("wave_id", BigId, sa.ForeignKey("survey_wave.id"), primary_key=True),
        sa.Column("cell", sa.String(130), primary_key=True),
        sa.Column("invited", sa.Integer, nullable=False),
        sa.Column("answers", sa.Integer, nullable=False),
        sa.Column("counts", Json, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "survey_words",
        sa.Column("wave_id", BigId, sa.ForeignKey("survey_wave.id"), primary_key=True, autoincrement=False),
        sa.Column("words", Json, nullable=False),
    )
