"""Who ended an exemption from a self-check, and when a campaign was ended."""

import sqlalchemy as sa
from alembic import op

from orchflow.store.columns import BigId, UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("check_exemption", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.add_column(sa.Column("ended_by_id", BigId))
        table.create_foreign_key(
            op.f("fk_check_exemption_ended_by_id_user_account"), "user_account", ["ended_by_id"], ["id"]
        )
    op.add_column("check_campaign", sa.Column("ended_at", UtcDateTime))
