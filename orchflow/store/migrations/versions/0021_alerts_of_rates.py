"""Whether an alert was read with the right to see hourly rates; of those there are, all that were read with that to see people."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("alert", "alert_entry"):
        op.add_column(name, sa.Column("rates", sa.Boolean, nullable=False, server_default=sa.false()))
        table = sa.table(name, sa.column("rates"), sa.column("people"))
        op.execute(sa.update(table).values(rates=table.c.people))
