"""The index of the change history through which the planning figures read."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

FIELDS = sa.text("field in ('status', 'sprint_id', 'project_id', 'points', 'estimated_hours')")


def upgrade() -> None:
    op.create_index(
        op.f("ix_change_figures"),
        "change",
        ["entity", "field", "entity_id", "occurred_at", "id", "new"],
        sqlite_where=FIELDS,
        postgresql_where=FIELDS,
    )
