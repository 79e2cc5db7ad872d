"""Rules of alerts may have a key of another program, which sends them together; those that there are have none."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("alert_rule", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.add_column(sa.Column("external_id", sa.String(200)))
        table.add_column(sa.Column("external_source", sa.String(64)))
        table.create_unique_constraint(
            op.f("uq_alert_rule_external_source_external_id"), ["external_source", "external_id"]
        )
