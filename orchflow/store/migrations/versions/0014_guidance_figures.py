"""The index of the change history through which the figures of the guidance read."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

CHANGES = sa.text(
    "entity in ('checklist_item', 'step') and field in ('state', 'required', 'step_id', 'flow_id')"
)


def upgrade() -> None:
    op.create_index(
        op.f("ix_change_guidance"),
        "change",
        ["entity", "field", "entity_id", "occurred_at", "id", "new"],
        sqlite_where=CHANGES,
        postgresql_where=CHANGES,
    )
